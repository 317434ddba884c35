#include "ship/amqpsink.h"
#include "base/clock.h"
#include "ship/routingkey.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

enum { CHANNEL = 1 };

/* whom the system trusts */
static const char system_ca[] = "/etc/ssl/certs/ca-certificates.crt";

/* of each event of a batch */
enum state { OPEN, TAKEN, REFUSED, RETURNED, TOO_LONG };

/* a batch on its way: tags are those of the channel, and go on from batch to
 * batch */
struct flight {
	const struct ship_event *ev;
	size_t n;
	char *state;
	/* which event a tag is, of those in the window */
	size_t event_of[AMQPSINK_WINDOW];
	uint64_t next, low; /* the tag to come, the lowest that is open */
	size_t returned;    /* the one after the last that came back */
	int64_t until_ms;
};

/* words that go into the receipt */
static int
fault(struct amqpsink *s, const char *what, const char *text, size_t n)
{
	snprintf(s->why, sizeof s->why, "%s%s%.*s", what,
	    what[0] == '\0' ? "" : ": ", n > 200 ? 200 : (int)n, text);
	return -1;
}

static int
status_fault(struct amqpsink *s, const char *what, int status)
{
	const char *text = status == AMQP_STATUS_TIMEOUT
	    ? "no answer in time"
	    : amqp_error_string2(status);

	return fault(s, what, text, strlen(text));
}

/* what the broker closes channel or connection with */
static int
method_fault(struct amqpsink *s, const amqp_method_t *m)
{
	const amqp_channel_close_t *ch = m->decoded;
	const amqp_connection_close_t *co = m->decoded;

	if (m->id == AMQP_CHANNEL_CLOSE_METHOD) {
		s->code = ch->reply_code;
		return fault(s, "", ch->reply_text.bytes, ch->reply_text.len);
	}
	if (m->id == AMQP_CONNECTION_CLOSE_METHOD) {
		s->code = co->reply_code;
		return fault(s, "", co->reply_text.bytes, co->reply_text.len);
	}
	return fault(s, "", "the broker says what nobody asked", 33);
}

/* a call's result: 0, or -1 with words */
static int
reply(struct amqpsink *s, const char *what, amqp_rpc_reply_t r)
{
	switch (r.reply_type) {
	case AMQP_RESPONSE_NORMAL: return 0;
	case AMQP_RESPONSE_LIBRARY_EXCEPTION:
		return status_fault(s, what, r.library_error);
	case AMQP_RESPONSE_SERVER_EXCEPTION: return method_fault(s, &r.reply);
	default: return fault(s, what, "no answer", 9);
	}
}

static struct timeval
span(int64_t ms)
{
	struct timeval tv;

	if (ms < 0)
		ms = 0;
	tv.tv_sec = ms / 1000;
	tv.tv_usec = ms % 1000 * 1000;
	return tv;
}

/* ---- the connection ---- */

static void
hang_up(struct amqpsink *s)
{
	if (s->conn != NULL)
		amqp_destroy_connection(s->conn);
	s->conn = NULL;
}

static amqp_bytes_t
bytes(const char *p, size_t n)
{
	amqp_bytes_t b = { n, (void *)(uintptr_t)p };

	return b;
}

/* who may vouch for the broker, and who we are */
static int
credentials(struct amqpsink *s, amqp_socket_t *sock)
{
	const char *ca = s->to.ca_file == NULL ? system_ca : s->to.ca_file;
	int r;

	amqp_ssl_socket_set_verify_peer(sock, 1);
	amqp_ssl_socket_set_verify_hostname(sock, 1);
	amqp_ssl_socket_set_ssl_versions(sock, AMQP_TLSv1_2, AMQP_TLSvLATEST);
	r = amqp_ssl_socket_set_cacert(sock, ca);
	if (r != AMQP_STATUS_OK)
		return status_fault(s, ca, r);
	if (s->to.cert_file == NULL)
		return 0;
	r = amqp_ssl_socket_set_key(sock, s->to.cert_file,
	    s->to.key_file == NULL ? s->to.cert_file : s->to.key_file);
	return r == AMQP_STATUS_OK ? 0 : status_fault(s, s->to.cert_file, r);
}

static int
dial(struct amqpsink *s, int64_t until_ms)
{
	struct timeval tv = span(until_ms - clock_mono_ms());
	amqp_socket_t *sock = s->to.tls ? amqp_ssl_socket_new(s->conn)
					: amqp_tcp_socket_new(s->conn);
	int r;

	if (sock == NULL)
		return fault(s, "", strerror(ENOMEM), 40);
	if (s->to.tls && credentials(s, sock) == -1)
		return -1;
	r = amqp_socket_open_noblock(sock, s->to.host, s->port, &tv);
	return r == AMQP_STATUS_OK ? 0
				   : status_fault(s, "unable to connect", r);
}

static int
heartbeat_s(const struct amqpsink *s)
{
	int64_t n = s->timeout_ms / 2000;

	return n < 2 ? 2 : n > 60 ? 60 : (int)n;
}

static int
log_in(struct amqpsink *s, int64_t until_ms)
{
	struct timeval tv = span(until_ms - clock_mono_ms());

	amqp_set_handshake_timeout(s->conn, &tv);
	amqp_set_rpc_timeout(s->conn, &tv);
	if (reply(s, "login",
		amqp_login(s->conn, s->vhost, 0, AMQPSINK_FRAME_MAX,
		    heartbeat_s(s), AMQP_SASL_METHOD_PLAIN, s->user,
		    s->password)) == -1)
		return -1;
	amqp_channel_open(s->conn, CHANNEL);
	if (reply(s, "channel", amqp_get_rpc_reply(s->conn)) == -1)
		return -1;
	amqp_confirm_select(s->conn, CHANNEL);
	return reply(s, "confirms", amqp_get_rpc_reply(s->conn));
}

/* there is a connection: 0, or -1 with words */
static int
connected(struct amqpsink *s)
{
	int64_t until_ms = clock_mono_ms() + s->connect_ms;

	amqpsink_idle(s);
	if (s->conn != NULL)
		return 0;
	s->conn = amqp_new_connection();
	if (s->conn == NULL)
		return fault(s, "", strerror(ENOMEM), 40);
	s->next = 1;
	if (dial(s, until_ms) == 0 && log_in(s, until_ms) == 0)
		return 0;
	hang_up(s);
	return -1;
}

void
amqpsink_idle(void *arg)
{
	struct amqpsink *s = arg;
	struct timeval now = { 0, 0 };
	amqp_frame_t frame;

	/* heartbeats are sent and heard in there; what else may come is a
	 * broker that closes */
	if (s->conn != NULL &&
	    amqp_simple_wait_frame_noblock(s->conn, &frame, &now) !=
		AMQP_STATUS_TIMEOUT)
		hang_up(s);
}

int
amqpsink_idle_ms(const struct amqpsink *s)
{
	return heartbeat_s(s) * 1000 / 4;
}

/* ---- confirms ---- */

static void
settle(struct flight *f, uint64_t tag, int multiple, enum state state)
{
	uint64_t t = multiple ? f->low : tag;
	size_t i;

	if (multiple && tag == 0)
		tag = f->next - 1;
	for (; t <= tag; t++) {
		if (t < f->low || t >= f->next)
			continue;
		i = f->event_of[t % AMQPSINK_WINDOW];
		/* one that came back is confirmed, too, behind that */
		if (f->state[i] == OPEN)
			f->state[i] = (char)state;
	}
	while (f->low < f->next &&
	    f->state[f->event_of[f->low % AMQPSINK_WINDOW]] != OPEN)
		f->low++;
}

/* a message comes back, which says so by its id: no queue takes it */
static int
take_back(struct amqpsink *s, struct flight *f)
{
	amqp_message_t m;
	struct slice eid;
	size_t k, i;

	if (reply(s, "a message that came back",
		amqp_read_message(s->conn, CHANNEL, &m, 0)) == -1)
		return -1;
	for (k = 0; k < f->n; k++) {
		i = (f->returned + k) % f->n;
		shipline_find(f->ev[i].line, f->ev[i].len, "eid", &eid);
		if (f->state[i] == OPEN &&
		    eid.n == m.properties.message_id.len &&
		    memcmp(eid.p, m.properties.message_id.bytes, eid.n) == 0) {
			f->state[i] = RETURNED;
			f->returned = i + 1;
			break;
		}
	}
	amqp_destroy_message(&m);
	return 0;
}

static int
on_method(struct amqpsink *s, struct flight *f, const amqp_method_t *m)
{
	const amqp_basic_ack_t *ack = m->decoded;
	const amqp_basic_nack_t *nack = m->decoded;

	switch (m->id) {
	case AMQP_BASIC_ACK_METHOD:
		settle(f, ack->delivery_tag, ack->multiple, TAKEN);
		return 0;
	case AMQP_BASIC_NACK_METHOD:
		settle(f, nack->delivery_tag, nack->multiple, REFUSED);
		return 0;
	case AMQP_BASIC_RETURN_METHOD: return take_back(s, f);
	case AMQP_CONNECTION_BLOCKED_METHOD:
	case AMQP_CONNECTION_UNBLOCKED_METHOD: return 0;
	default: return method_fault(s, m);
	}
}

/* until no more than `most` messages are not confirmed */
static int
await(struct amqpsink *s, struct flight *f, uint64_t most)
{
	struct timeval tv;
	amqp_frame_t frame;
	int r;

	while (f->next - f->low > most) {
		amqp_maybe_release_buffers(s->conn);
		tv = span(f->until_ms - clock_mono_ms());
		r = amqp_simple_wait_frame_noblock(s->conn, &frame, &tv);
		if (r != AMQP_STATUS_OK)
			return status_fault(s, "no confirm", r);
		if (frame.frame_type == AMQP_FRAME_METHOD &&
		    on_method(s, f, &frame.payload.method) == -1)
			return -1;
	}
	return 0;
}

/* ---- messages ---- */

static int
publish(struct amqpsink *s, const struct ship_event *ev)
{
	amqp_basic_properties_t p = { 0 };
	struct slice eid, kind;
	int64_t us = shipline_us(ev->line, ev->len);
	amqp_bytes_t body = bytes(ev->line, ev->len);
	int r;

	shipline_find(ev->line, ev->len, "eid", &eid);
	shipline_find(ev->line, ev->len, "ev", &kind);
	if (s->json)
		body = bytes(buf_data(&s->text), buf_len(&s->text));
	p._flags = AMQP_BASIC_CONTENT_TYPE_FLAG |
	    AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
	    AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_APP_ID_FLAG;
	p.content_type =
	    amqp_cstring_bytes(s->json ? "application/json" : "text/plain");
	p.delivery_mode = s->persistent ? 2 : 1;
	p.message_id = bytes(eid.p, eid.n);
	/* a short string */
	p.type = bytes(kind.p, kind.n > 255 ? 255 : kind.n);
	p.app_id = amqp_cstring_bytes("rohrpost");
	if (us > 0) {
		p._flags |= AMQP_BASIC_TIMESTAMP_FLAG;
		p.timestamp = (uint64_t)us / 1000000;
	}
	r = amqp_basic_publish(s->conn, CHANNEL,
	    amqp_cstring_bytes(s->exchange),
	    bytes(buf_data(&s->routing), buf_len(&s->routing)), s->mandatory, 0,
	    &p, body);
	return r == AMQP_STATUS_OK ? 0 : status_fault(s, "publish", r);
}

/* 0; 1, its routing key is too long; -1 with words; -2, no memory */
static int
publish_one(struct amqpsink *s, const struct ship_event *ev)
{
	int r;

	buf_clear(&s->text);
	buf_clear(&s->routing);
	r = routingkey_make(&s->routing, s->key, ev->line, ev->len);
	if (r != 0)
		return r == 1 ? 1 : -2;
	if (s->json && shipjson_event(&s->text, ev->line, ev->len, 0) == -1)
		return -2;
	return publish(s, ev);
}

/* all of a batch: 0 when each is settled; -1 with words, some may be open */
static int
fly(struct amqpsink *s, struct flight *f)
{
	uint64_t window = s->careful ? 1 : AMQPSINK_WINDOW;
	size_t i;
	int r;

	for (i = 0; i < f->n; i++) {
		if (await(s, f, window - 1) == -1)
			return -1;
		/* before it is sent: an answer may come at any time */
		f->event_of[f->next % AMQPSINK_WINDOW] = i;
		r = publish_one(s, &f->ev[i]);
		if (r == -2)
			return fault(s, "", strerror(ENOMEM), 40);
		if (r == -1)
			return -1;
		if (r == 1)
			f->state[i] = TOO_LONG;
		else
			f->next++;
	}
	return await(s, f, 0);
}

/* what the receipt says of each event that was not taken.  The broker closes a
 * channel for a message that it will not have (406): one at a time it is known
 * which that was */
static int
say_each(struct amqpsink *s, const struct flight *f, struct buf *receipt)
{
	int refused = s->code == 406 && s->careful, r = 0;
	size_t i;

	for (i = 0; i < f->n && r == 0; i++)
		switch (f->state[i]) {
		case OPEN:
			r = shipreceipt_event(receipt, refused ? 'D' : 'Z', i,
			    s->why);
			refused = 0;
			break;
		case REFUSED:
			r = shipreceipt_event(receipt, 'Z', i,
			    "the broker could not store it (nack)");
			break;
		case RETURNED:
			r = shipreceipt_event(receipt, 'Z', i,
			    "no queue takes it");
			break;
		case TOO_LONG:
			r = shipreceipt_event(receipt, 'D', i,
			    "its routing key is longer than 255 bytes");
			break;
		}
	return r;
}

/* nothing was settled: all of it again */
static int
all_open(const struct flight *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->state[i] != OPEN)
			return 0;
	return 1;
}

static int
say_all(struct amqpsink *s, const struct flight *f, struct buf *receipt)
{
	if (all_open(f) && s->code != 406)
		return shipreceipt_put(receipt, 'Z', -1, s->why);
	if (shipreceipt_put(receipt, 'K', -1, NULL) == -1)
		return -1;
	return say_each(s, f, receipt);
}

int
amqpsink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct amqpsink *s = arg;
	struct flight f = { .ev = ev, .n = n };
	int r;

	buf_clear(&s->states);
	if (buf_reserve(&s->states, n) == -1)
		return -1;
	f.state = buf_tail(&s->states);
	memset(f.state, OPEN, n);
	s->code = 0;
	if (connected(s) == -1)
		return shipreceipt_put(receipt, 'Z', -1, s->why);
	f.until_ms = clock_mono_ms() + s->timeout_ms;
	f.next = f.low = s->next;
	r = fly(s, &f);
	s->next = f.next;
	if (r == -1)
		hang_up(s);
	r = say_all(s, &f, receipt);
	s->careful = s->code == 406;
	return r;
}

void
amqpsink_end(struct amqpsink *s)
{
	if (s->conn != NULL)
		amqp_connection_close(s->conn, AMQP_REPLY_SUCCESS);
	hang_up(s);
	buf_free(&s->text);
	buf_free(&s->routing);
	buf_free(&s->states);
}
