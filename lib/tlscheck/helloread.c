#include "tlscheck/hello.h"
#include "tls/der.h"
#include "tlscheck/hellowire.h"
#include <string.h>

/* what is read: 1, or 0: it is not there, and d stays */
static int
take(struct der *d, size_t n, struct der *part)
{
	if (n > d->n)
		return 0;
	*part = (struct der){ d->p, n };
	d->p += n;
	d->n -= n;
	return 1;
}

static int
number(struct der *d, unsigned bytes, unsigned *value)
{
	struct der part;

	if (!take(d, bytes, &part))
		return 0;
	for (*value = 0; part.n > 0; part.n--)
		*value = *value << 8 | *part.p++;
	return 1;
}

/* what a length in front counts */
static int
counted(struct der *d, unsigned bytes, struct der *part)
{
	struct der at = *d;
	unsigned n;

	if (!number(&at, bytes, &n) || !take(&at, n, part))
		return 0;
	*d = at;
	return 1;
}

/* RFC 8446 section 4.1.3: what is newer than 1.2 is said in an extension */
static int
server_hello(struct hello_answer *a, struct der d)
{
	unsigned suite, type, version, compression;
	struct der skipped, all, x;

	if (!number(&d, 2, &a->version) || !take(&d, RANDOM, &skipped) ||
	    !counted(&d, 1, &skipped) || !number(&d, 2, &suite) ||
	    !number(&d, 1, &compression))
		return -1;
	a->suite = (uint16_t)suite;
	if (d.n == 0)
		return 0;
	if (!counted(&d, 2, &all))
		return -1;
	while (number(&all, 2, &type) && counted(&all, 2, &x))
		if (type == X_VERSIONS && number(&x, 2, &version))
			a->version = version;
	return 0;
}

static int
certificates(struct hello_answer *a)
{
	struct der d = { (unsigned char *)buf_data(&a->said) + a->certs_at,
		a->certs_n };
	struct tls_chain *c = &a->chain;
	struct der all, one;

	if (!counted(&d, 3, &all))
		return -1;
	for (c->n = 0; all.n > 0; c->n++) {
		if (!counted(&all, 3, &one))
			return -1;
		if (c->n == TLS_CHAIN_CERTS_MAX || one.n > TLS_CERT_MAX) {
			c->over = 1;
			return 0;
		}
		c->cert[c->n] = one.p;
		c->len[c->n] = one.n;
	}
	return 0;
}

static void
key_exchange(struct hello_answer *a, struct der d)
{
	unsigned type, curve;

	/* of DHE it is something else */
	if ((hello_suite_kind(a->suite) & (HELLO_ECDSA | HELLO_RSA)) &&
	    number(&d, 1, &type) && type == NAMED_CURVE &&
	    number(&d, 2, &curve))
		a->curve = (uint16_t)curve;
}

static int
message(struct hello_answer *a, unsigned type, struct der d)
{
	switch (type) {
	case SERVER_HELLO:
		if (server_hello(a, d) == -1)
			return -1;
		if (a->version >= HELLO_TLS13)
			a->state = HELLO_DONE;
		break;
	/* the buffer moves until all is there */
	case CERTIFICATE:
		a->certs_at = a->seen + MESSAGE_HEAD;
		a->certs_n = d.n;
		break;
	case KEY_EXCHANGE: key_exchange(a, d); break;
	case CERTIFICATE_REQUEST: a->asks = 1; break;
	case HELLO_IS_DONE: a->state = HELLO_DONE; break;
	default: break;
	}
	return 0;
}

/* of messages that are whole */
static int
messages(struct hello_answer *a)
{
	struct der d, body;
	unsigned type;

	/* a record may have none, and then there is no buffer yet */
	while (a->state == HELLO_MORE && buf_len(&a->said) > 0) {
		d = (struct der){ (unsigned char *)buf_data(&a->said) + a->seen,
			buf_len(&a->said) - a->seen };
		if (!number(&d, 1, &type) || !counted(&d, 3, &body))
			return 0;
		if (a->version == 0 && type != SERVER_HELLO)
			return -1;
		if (message(a, type, body) == -1)
			return -1;
		a->seen += MESSAGE_HEAD + body.n;
	}
	return 0;
}

static int
record(struct hello_answer *a, unsigned type, struct der body)
{
	if (type == ALERT) {
		a->alert = body.n >= 2 ? body.p[1] : 0;
		/* "unrecognized name" may be a warning, and all goes on (RFC
		 * 6066 section 3) */
		if (body.n < 2 || body.p[0] != 1)
			a->state = HELLO_ALERT;
		return 0;
	}
	if (type != HANDSHAKE || buf_put(&a->said, body.p, body.n) == -1)
		return -1;
	return messages(a);
}

static int
records(struct hello_answer *a)
{
	unsigned type, version;
	struct der d, body;
	size_t had;

	while (a->state == HELLO_MORE) {
		d = (struct der){ (unsigned char *)buf_data(&a->raw),
			buf_len(&a->raw) };
		had = d.n;
		if (d.n > 0 && *d.p != ALERT && *d.p != HANDSHAKE)
			return -1;
		if (!number(&d, 1, &type) || !number(&d, 2, &version) ||
		    !counted(&d, 2, &body))
			return 0;
		if (record(a, type, body) == -1)
			return -1;
		buf_consume(&a->raw, had - d.n);
	}
	return 0;
}

enum hello_state
hello_read(struct hello_answer *a, const unsigned char *p, size_t n)
{
	if (a->state != HELLO_MORE)
		return a->state;
	a->total += n;
	if (a->total > HELLO_ANSWER_MAX || buf_put(&a->raw, p, n) == -1 ||
	    records(a) == -1 ||
	    (a->state == HELLO_DONE && a->certs_n > 0 &&
		certificates(a) == -1)) {
		a->state = HELLO_NONE;
		memset(&a->chain, 0, sizeof a->chain);
	}
	return a->state;
}

void
hello_free(struct hello_answer *a)
{
	buf_free(&a->raw);
	buf_free(&a->said);
	memset(a, 0, sizeof *a);
}
