#include "httpd/httpcred.h"
#include "base/base64.h"
#include <string.h>

/* up to the colon, s moved behind it; 0, or -1: there is none */
static int
until_colon(struct slice *s, struct slice *part)
{
	const char *colon = s->n == 0 ? NULL : memchr(s->p, ':', s->n);

	if (colon == NULL)
		return -1;
	*part = (struct slice){ s->p, (size_t)(colon - s->p) };
	s->n -= part->n + 1;
	s->p = colon + 1;
	return 0;
}

/* NAME:PASSWORD; the first colon divides them (RFC 7617 section 2) */
static int
basic(struct httpcred *c, struct slice v)
{
	long n = base64_get(v.p, v.n, c->text, sizeof c->text);
	struct slice rest = { c->text, n < 0 ? 0 : (size_t)n };

	c->q.scheme = ACCOUNTWIRE_BASIC;
	if (n < 0 || until_colon(&rest, &c->q.value[ACCOUNTWIRE_USER]) == -1)
		return -1;
	c->q.value[ACCOUNTWIRE_PASSWORD] = rest;
	return 0;
}

static int
hmac(struct httpcred *c, struct slice v)
{
	c->q.scheme = ACCOUNTWIRE_HMAC;
	if (until_colon(&v, &c->q.value[ACCOUNTWIRE_KEY]) == -1 ||
	    until_colon(&v, &c->q.value[ACCOUNTWIRE_TIME]) == -1 ||
	    until_colon(&v, &c->q.value[ACCOUNTWIRE_NONCE]) == -1)
		return -1;
	c->q.value[ACCOUNTWIRE_SUM] = v;
	return 0;
}

static int
bearer(struct httpcred *c, struct slice v)
{
	c->q.scheme = ACCOUNTWIRE_BEARER;
	c->q.value[ACCOUNTWIRE_KEY] = v;
	return v.n > 0 ? 0 : -1;
}

int
httpcred_read(struct httpcred *c, const struct httphead *h)
{
	const struct slice *v = httphead_find(h, "Authorization");
	const char *blank;
	struct slice scheme, rest;

	memset(&c->q, 0, sizeof c->q);
	c->q.what = ACCOUNTWIRE_WHO;
	if (v == NULL) {
		v = httphead_find(h, "X-Server-API-Key");
		return v == NULL || httphead_count(h, "X-Server-API-Key") != 1
		    ? -1
		    : bearer(c, *v);
	}
	blank = v->n == 0 ? NULL : memchr(v->p, ' ', v->n);
	if (blank == NULL || httphead_count(h, "Authorization") != 1)
		return -1;
	scheme = (struct slice){ v->p, (size_t)(blank - v->p) };
	rest = slice_trim((struct slice){ blank, v->n - scheme.n });
	if (ascii_is(scheme.p, scheme.n, "Bearer"))
		return bearer(c, rest);
	if (ascii_is(scheme.p, scheme.n, "Basic"))
		return basic(c, rest);
	return ascii_is(scheme.p, scheme.n, "HMAC") ? hmac(c, rest) : -1;
}

void
httpcred_wipe(struct httpcred *c)
{
	explicit_bzero(c, sizeof *c);
}

static int
line(struct buf *b, struct slice s)
{
	return buf_put(b, s.p, s.n) == -1 ? -1 : buf_putc(b, '\n');
}

int
httpcred_signed(struct httpcred *c, struct buf *b, const struct httphead *h,
    const unsigned char sum[32])
{
	struct slice path = { h->path.p,
		h->path.n + (h->query.p == NULL ? 0 : h->query.n + 1) };
	size_t i, at = buf_len(b);
	char hex[64];

	for (i = 0; i < 32; i++)
		ascii_hex(hex + 2 * i, sum[i]);
	if (line(b, h->method) == -1 || line(b, path) == -1 ||
	    line(b, c->q.value[ACCOUNTWIRE_TIME]) == -1 ||
	    line(b, c->q.value[ACCOUNTWIRE_NONCE]) == -1 ||
	    buf_put(b, hex, sizeof hex) == -1)
		return -1;
	c->q.value[ACCOUNTWIRE_SIGNED] =
	    (struct slice){ buf_data(b) + at, buf_len(b) - at };
	return 0;
}
