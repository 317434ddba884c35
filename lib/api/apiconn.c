#include "api/apiconn.h"
#include "api/apianswer.h"
#include "api/apistep.h"
#include "base/die.h"
#include "httpd/packing.h"
#include "recv/party.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* what is written */

static void
close_now(struct apiconn *c)
{
	struct apiserver *s = c->server;

	apistep_end(c);
	stream_drop_input(&c->stream);
	stream_close(&c->stream);
	waits_end(&s->waits, &c->waiter);
	if (c->party != NULL) {
		share_give(&s->store->share, SHARE_CONNS, apistep_holder(c), 1);
		party_check(&s->store->parties, c->party);
	}
	free(c);
	s->n--;
	if (s->left != NULL)
		s->left(s->arg);
}

static void
flush(struct apiconn *c)
{
	struct buf *out = &c->server->out;

	if (buf_len(out) > 0 && !c->dead &&
	    stream_send(&c->stream, buf_data(out), buf_len(out)) == -1)
		c->dead = 1;
	buf_clear(out);
}

static void
linger(struct apiconn *c)
{
	stream_drop_input(&c->stream);
	if (stream_end(&c->stream) == -1) {
		close_now(c);
		return;
	}
	apistep_enter(c, APICONN_LINGER);
	stream_want(&c->stream, LOOP_READ);
}

/* what is wanted next; the bytes behind p are kept */
static void
rest(struct apiconn *c, const char *p, size_t n)
{
	int idle = c->state <= APICONN_HEAD && c->request == NULL;

	flush(c);
	if (n > 0 && !c->dead && !(idle && c->last) &&
	    stream_unread(&c->stream, p, n) == -1)
		c->dead = 1;
	if (c->dead) {
		close_now(c);
	} else if (stream_pending(&c->stream) > 0) {
		apistep_wait(c, APICONN_WRITE);
		stream_want(&c->stream, 0);
	} else if (idle && c->last) {
		linger(c);
	} else {
		stream_want(&c->stream,
		    c->state == APICONN_HELD ? 0 : LOOP_READ);
	}
}

/* n bytes are in the buffer that all share */
static void
run(struct apiconn *c, size_t n)
{
	const char *p = c->server->in, *end = p + n;

	c->running = 1;
	while (!c->dead && apistep(c, &p, end))
		if (buf_len(&c->server->out) > APICONN_OUT_MARK)
			flush(c);
	if (c->request != NULL && c->request->answered)
		apistep_end(c);
	c->running = 0;
	rest(c, p, (size_t)(end - p));
}

static void
go_on(struct apiconn *c)
{
	run(c, stream_take(&c->stream, c->server->in));
}

/* bytes asked for: of what comes behind a body as little as may be, since it
 * is kept */
static size_t
most(const struct apiconn *c)
{
	if (c->state != APICONN_BODY)
		return HTTPHEAD_MAX;
	if (c->body.chunked || c->body.left < HTTPHEAD_MAX)
		return HTTPHEAD_MAX;
	return c->body.left < APICONN_READ ? (size_t)c->body.left
					   : APICONN_READ;
}

static void
discard(struct apiconn *c)
{
	ssize_t n = stream_read(&c->stream, c->server->in, APICONN_READ);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0)
		c->came += (uint32_t)n;
	if (n <= 0 || c->came > APICONN_LINGER_BYTES)
		close_now(c);
}

static void
shake(struct apiconn *c)
{
	switch (c->server->tls_calls->shake(c)) {
	case 0: return;
	case 1:
		apistep_enter(c, APICONN_IDLE);
		stream_want(&c->stream, LOOP_READ);
		return;
	default: close_now(c);
	}
}

static void
readable(struct apiconn *c)
{
	size_t kept = stream_kept(&c->stream, NULL);
	ssize_t n;

	if (kept >= HTTPHEAD_MAX) {
		go_on(c);
		return;
	}
	n = stream_read(&c->stream, c->server->in, most(c));
	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0)
		close_now(c);
	else
		run(c, (size_t)n);
}

static void
on_ready(void *arg, int events)
{
	struct apiconn *c = arg;

	if (events & LOOP_WRITE && stream_error(&c->stream) != 0) {
		close_now(c);
	} else if (events & LOOP_WRITE && waits_is(&c->waiter, APICONN_WRITE)) {
		apistep_wait(c, c->state);
		go_on(c);
	} else if (events & LOOP_READ) {
		if (c->state == APICONN_SHAKE)
			shake(c);
		else if (c->state == APICONN_LINGER)
			discard(c);
		else
			readable(c);
	}
}

/* who serves */

void
apiconn_body(struct apiconn *c)
{
	if (apistep_unpack(c) == -1) {
		apistep_fault(c, 503, "no room for this now");
	} else {
		apistep_enter(c, APICONN_BODY);
		if (c->request->head->expects)
			needs(buf_puts(&c->server->out,
			    "HTTP/1.1 100 Continue\r\n\r\n"));
	}
	if (!c->running)
		go_on(c);
}

/* does the body end where we are? */
static int
body_read(const struct apiconn *c)
{
	struct httpbody b = c->body;
	struct slice piece;
	enum httpbody_event ev;

	httpbody_feed(&b, "", 0, &piece, &ev);
	return ev == HTTPBODY_END;
}

void
apiconn_answer(struct apiconn *c, const struct apiconn_answer *a)
{
	struct apiserver *s = c->server;
	struct apiconn_request *r = c->request;
	struct apiconn_answer said = *a;
	int pack =
	    r != NULL && r->head->takes_gzip && a->content.n >= APICONN_PACK;

	if (r == NULL || a->close || s->stopping || !body_read(c))
		c->last = 1;
	buf_clear(&s->packed);
	pack = pack && packing_put(&s->packed, a->content.p, a->content.n) == 0;
	if (pack)
		said.content =
		    (struct slice){ buf_data(&s->packed), buf_len(&s->packed) };
	said.close = c->last;
	needs(apianswer_put(&s->out, &said, pack,
	    r == NULL ? 1 : r->head->minor));
	if (r != NULL)
		r->answered = 1;
	apistep_enter(c, APICONN_IDLE);
	if (!c->running)
		go_on(c);
}

/* connections */

static struct apiconn *
new_conn(struct apiserver *s, int fd)
{
	struct apiconn *c = calloc(1, sizeof *c);

	if (c == NULL) {
		close(fd);
		return NULL;
	}
	c->server = s;
	stream_open(&c->stream, fd, fd);
	s->n++;
	return c;
}

/* a share of the connections for his address; 0, or -1 */
static int
admit(struct apiconn *c)
{
	struct apiserver *s = c->server;
	static const unsigned char here[13] = { [10] = 255, 255, 127 };
	int ours = s->proxied || memcmp(c->ip, here, sizeof here) == 0;
	struct party *p = party_of(&s->store->parties, c->ip, ours);

	if (p == NULL)
		return -1;
	if (share_take(&s->store->share, SHARE_CONNS, &p->share, 1) == -1) {
		party_check(&s->store->parties, p);
		return -1;
	}
	c->party = p;
	return 0;
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	static const char full[] = "HTTP/1.1 503 Service Unavailable\r\n"
				   "Retry-After: 5\r\nConnection: close\r\n"
				   "Content-Length: 0\r\n\r\n";
	struct apiserver *s = arg;
	struct apiconn *c = new_conn(s, fd);
	unsigned char ip[IP_LEN];
	size_t n = ip_of_sockaddr((const struct sockaddr *)ss, ip);

	(void)port;
	if (c == NULL)
		return;
	if (n > 0)
		ip_map(c->ip, ip, n);
	c->known = n > 0;
	stream_watch(&c->stream, LOOP_READ, on_ready, c);
	if (admit(c) == -1) {
		if (s->tls_calls == NULL)
			stream_write(&c->stream, full, sizeof full - 1);
		close_now(c);
		return;
	}
	apistep_enter(c, s->tls_calls == NULL ? APICONN_IDLE : APICONN_SHAKE);
	if (s->tls_calls != NULL && s->tls_calls->begin(s->tls, c) == -1)
		close_now(c);
}

static void
on_expired(struct waiter *w)
{
	struct apiconn *c = (struct apiconn *)w;

	switch (w->kind) {
	case APICONN_HEAD:
	case APICONN_BODY:
		apistep_fault(c, 408, "that came too slowly");
		return;
	case APICONN_HELD:
		apistep_fault(c, 503, "the queue does not answer");
		return;
	default: close_now(c);
	}
}

static void
begin(struct apiserver *s)
{
	static const unsigned most_s[APICONN_STATES] = {
		[APICONN_IDLE] = APICONN_IDLE_S,
		[APICONN_HEAD] = APICONN_HEAD_S,
		[APICONN_BODY] = APICONN_BODY_S,
		[APICONN_HELD] = APICONN_HELD_S,
		[APICONN_WRITE] = APICONN_WRITE_S,
		[APICONN_LINGER] = APICONN_LINGER_S,
		[APICONN_SHAKE] = APICONN_SHAKE_S,
	};

	if (s->acceptors.accepted != NULL)
		return;
	memcpy(s->waits.most_s, most_s, sizeof most_s);
	s->waits.expired = on_expired;
	s->acceptors.accepted = on_accepted;
	s->acceptors.arg = s;
}

int
apiconn_listen(struct apiserver *s, int fd)
{
	begin(s);
	return listen(fd, APICONN_BACKLOG) == -1
	    ? -1
	    : acceptor_add(&s->acceptors, fd);
}

static void
close_kind(struct apiserver *s, unsigned kind)
{
	struct waiter *w;

	while ((w = waits_first(&s->waits, kind)) != NULL)
		close_now((struct apiconn *)w);
}

void
apiconn_stop(struct apiserver *s)
{
	s->stopping = 1;
	acceptor_close(&s->acceptors);
	close_kind(s, APICONN_IDLE);
	close_kind(s, APICONN_LINGER);
	close_kind(s, APICONN_SHAKE);
}

void
apiconn_close_all(struct apiserver *s)
{
	unsigned i;

	for (i = 0; i < APICONN_STATES; i++)
		close_kind(s, i);
}
