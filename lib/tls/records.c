#include "tls/records.h"
#include "tls/bearname.h"
#include "tls/park.h"
#include "tls/suites.h"
#include <errno.h>
#include <string.h>

/* of records, RFC 5246 section 6.2.1: types from FIRST_TYPE to DATA */
enum { FIRST_TYPE = 20, ALERT = 21, DATA = 23 };
enum { HANDSHAKE_READ = 16384, RECORD_OVER = 512 };
/* an engine that lives waits for one of these, or has failed */
enum {
	WAITS = BR_SSL_CLOSED | BR_SSL_SENDREC | BR_SSL_RECVREC | BR_SSL_RECVAPP
};

/* going wrong */

void
tls_fail(struct tls *t, enum tls_failure failure, const char *why)
{
	if (t->failure != TLS_FINE)
		return;
	t->failure = (uint8_t)failure;
	t->why = why;
}

static unsigned
alert_of(enum tls_failure failure)
{
	switch (failure) {
	case TLS_VERSION: return BR_ALERT_PROTOCOL_VERSION;
	case TLS_NO_COMMON: return BR_ALERT_HANDSHAKE_FAILURE;
	case TLS_CERTIFICATE: return BR_ALERT_BAD_CERTIFICATE;
	case TLS_KEY:
	case TLS_OURS: return BR_ALERT_INTERNAL_ERROR;
	default: return BR_ALERT_DECODE_ERROR;
	}
}

/* BearSSL says nothing when it fails, in most cases.  As long as what we say
 * is not encrypted, and no record has left in part, we do: the other side has
 * a reason then, and not only an end.  What does not fit is not sent */
static void
say_why(struct stream *s, struct tls *t)
{
	const unsigned char alert[] = { 21, 3, 3, 0, 2, 2,
		(unsigned char)alert_of(t->failure) };
	size_t waiting;

	park_gathered(&waiting);
	if (park_out_clear(t) && !t->midway && waiting == 0 &&
	    t->write_error == 0)
		(void)stream_plain_write(s, (const char *)alert, sizeof alert);
}

static const char *
curve_name(int curve)
{
	return curve == BR_EC_curve25519 ? "X25519"
	    : curve == BR_EC_secp256r1   ? "P-256"
	    : curve == BR_EC_secp384r1   ? "P-384"
					 : "";
}

static void
come_up(struct tls *t)
{
	br_ssl_session_parameters p;

	br_ssl_engine_get_session_parameters(t->eng, &p);
	t->info.suite = suites_name(p.cipher_suite);
	explicit_bzero(&p, sizeof p);
	t->info.curve = curve_name(br_ssl_engine_get_ecdhe_curve(t->eng));
	t->info.name = br_ssl_engine_get_server_name(t->eng);
	t->up = 1;
	t->end->up(t);
}

/* after anything that the engine has done: is it up, did it fail? */
static void
look(struct stream *s, struct tls *t)
{
	unsigned state = br_ssl_engine_current_state(t->eng);
	int err;

	if (!t->up && (state & BR_SSL_SENDAPP))
		come_up(t);
	/* one handshake message behind another after the handshake: it waits
	 * for bytes to leave, and there are none */
	if (!(state & WAITS))
		tls_fail(t, TLS_PROTOCOL, "messages that cannot be taken");
	if (state != BR_SSL_CLOSED)
		return;
	err = br_ssl_engine_last_error(t->eng);
	if (err == BR_ERR_OK || t->bear != 0)
		return;
	t->bear = (uint16_t)err;
	tls_fail(t, bearname_failure(err), NULL);
	if (err < BR_ERR_RECV_FATAL_ALERT)
		say_why(s, t);
}

/* to and fro */

/* as much of it as is taken; the count */
static size_t
write_some(struct stream *s, struct tls *t, const unsigned char *p, size_t n)
{
	ssize_t done = stream_plain_write(s, (const char *)p, n);

	if (done == -1)
		t->write_error = (uint16_t)errno;
	if (done <= 0)
		return 0;
	t->midway = (size_t)done < n;
	return (size_t)done;
}

/* 1: nothing more waits for the records behind it */
static int
send_gathered(struct stream *s, struct tls *t)
{
	const unsigned char *p;
	size_t n;

	p = park_gathered(&n);
	if (n > 0 && t->write_error == 0)
		park_gathered_left(write_some(s, t, p, n));
	park_gathered(&n);
	return n == 0;
}

/* An alert that says that the versions do not fit comes from the engine before
 * it knows one, as of version 0.0, which nobody reads. */
void
records_send(struct stream *s, struct tls *t)
{
	static const unsigned char oldest[2] = { 3, 1 };
	unsigned char *p;
	size_t n, done;

	while (t->write_error == 0 &&
	    (p = br_ssl_engine_sendrec_buf(t->eng, &n)) != NULL) {
		if (p[1] == 0 && !t->midway && park_out_clear(t))
			memcpy(p + 1, oldest, sizeof oldest);
		/* a handshake's short records leave together */
		done = !t->up && park_gather(p, n) ? n
		    : send_gathered(s, t)          ? write_some(s, t, p, n)
						   : 0;
		if (done == 0)
			break;
		br_ssl_engine_sendrec_ack(t->eng, done);
	}
	send_gathered(s, t);
	look(s, t);
}

/* 1: there are some, 0: not now, or never */
static int
read_raw(struct stream *s, struct tls *t, size_t most)
{
	size_t want = (t->up || most > HANDSHAKE_READ ? most : HANDSHAKE_READ) +
	    RECORD_OVER;
	ssize_t n;

	if (t->eof)
		return 0;
	if (want > sizeof park_raw.bytes)
		want = sizeof park_raw.bytes;
	n = stream_plain_read(s, (char *)park_raw.bytes, want);
	t->readable = n > 0 && (size_t)n == want;
	if (n == 0 || (n == -1 && errno != EAGAIN)) {
		t->eof = 1;
		if (!t->ours_ended)
			tls_fail(t, TLS_CUT, NULL);
	}
	park_raw.at = 0;
	park_raw.end = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* what it takes of the bytes that were read */
static void
feed(struct stream *s, struct tls *t)
{
	const unsigned char *from = park_raw.bytes + park_raw.at;
	size_t n, left = park_raw.end - park_raw.at;
	unsigned char *to = br_ssl_engine_recvrec_buf(t->eng, &n);

	if (n > left)
		n = left;
	/* of alerts in clear it takes all that there are, also behind one that
	 * ends all, and what was said would hang on how the bytes came */
	if (!t->up && !park_at_record(t) && t->eng->record_type_in == ALERT)
		n = 1;
	if (!t->up)
		t->n_in += (uint32_t)n;
	else if (park_at_record(t) && *from != DATA)
		t->after++;
	/* a server that speaks no TLS has said nothing of its versions */
	if (!t->lazy && !t->up && park_at_record(t) &&
	    (*from < FIRST_TYPE || *from > DATA))
		tls_fail(t, TLS_PROTOCOL, "no TLS");
	if (t->n_in > TLS_HANDSHAKE_BYTES_MAX)
		tls_fail(t, TLS_LIMIT, "too long a handshake");
	if (t->after > TLS_AFTER_MAX)
		tls_fail(t, TLS_LIMIT, "too many records that are no data");
	if (t->failure != TLS_FINE)
		return;
	memcpy(to, from, n);
	park_raw.at += n;
	br_ssl_engine_recvrec_ack(t->eng, n);
	look(s, t);
}

/* plain text for the user; the count */
static size_t
take(struct tls *t, char *p, size_t most)
{
	size_t n;
	unsigned char *from = br_ssl_engine_recvapp_buf(t->eng, &n);

	if (from == NULL || !t->up || t->failure != TLS_FINE)
		return 0;
	if (n > most)
		n = most;
	memcpy(p, from, n);
	br_ssl_engine_recvapp_ack(t->eng, n);
	return n;
}

int
records_plain(const struct tls *t)
{
	size_t n;

	return t->up && t->failure == TLS_FINE &&
	    br_ssl_engine_recvapp_buf(t->eng, &n) != NULL;
}

int
records_accepted(const struct tls *t)
{
	size_t n;

	return t->failure == TLS_FINE && !t->eof &&
	    br_ssl_engine_recvrec_buf(t->eng, &n) != NULL;
}

size_t
records_move(struct stream *s, struct tls *t, char *p, size_t most)
{
	size_t n = 0, got;
	int asked = 0;

	for (;;) {
		records_send(s, t);
		if (most > n && (got = take(t, p + n, most - n)) > 0) {
			n += got;
			continue;
		}
		if (records_plain(t) || !records_accepted(t) ||
		    (t->up && most == 0))
			break;
		if (park_raw.at == park_raw.end &&
		    (n > 0 || asked++ || !read_raw(s, t, most)))
			break;
		feed(s, t);
	}
	return n;
}
