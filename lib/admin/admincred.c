#include "admin/admincred.h"
#include "base/base64.h"
#include "base/ip.h"
#include "conf/word.h"
#include "crypt/digest.h"

static int
take_basic(struct admincred *c, struct slice v)
{
	char *p, *colon;
	long n;

	if (buf_reserve(&c->text, ADMINCRED_BASIC_MAX) == -1)
		return -2;
	p = buf_data(&c->text);
	n = base64_get(v.p, v.n, p, ADMINCRED_BASIC_MAX);
	if (n <= 0)
		return -1;
	buf_added(&c->text, (size_t)n);
	/* a password may have colons, a name has none */
	colon = memchr(p, ':', (size_t)n);
	if (colon == NULL)
		return -1;
	c->q.scheme = ACCOUNTWIRE_BASIC;
	c->q.value[ACCOUNTWIRE_USER] = (struct slice){ p, colon - p };
	c->q.value[ACCOUNTWIRE_PASSWORD] =
	    (struct slice){ colon + 1, p + n - (colon + 1) };
	return 0;
}

static int
put_line(struct buf *b, struct slice s)
{
	return buf_put(b, s.p, s.n) == -1 ? -1 : buf_putc(b, '\n');
}

static int
put_lines(struct buf *b, const struct httphead *h, struct slice body,
    const struct slice *time, const struct slice *nonce)
{
	unsigned char sum[DIGEST_LEN];
	struct digest d;
	char hex[2];
	size_t i;
	int r = put_line(b, h->method);

	r |= buf_put(b, h->path.p, h->path.n);
	if (h->query.n > 0)
		r |= buf_printf(b, "?%.*s", (int)h->query.n, h->query.p);
	r |= buf_putc(b, '\n');
	r |= put_line(b, *time);
	r |= put_line(b, *nonce);
	digest_init(&d);
	digest_add(&d, body.p, body.n);
	digest_end(&d, sum);
	for (i = 0; i < sizeof sum; i++) {
		ascii_hex(hex, sum[i]);
		r |= buf_put(b, hex, 2);
	}
	return r;
}

static int
take_hmac(struct admincred *c, struct slice v, const struct httphead *h,
    struct slice body)
{
	static const enum accountwire_label at[] = { ACCOUNTWIRE_KEY,
		ACCOUNTWIRE_TIME, ACCOUNTWIRE_NONCE, ACCOUNTWIRE_SUM };
	struct slice part;
	size_t i;

	for (i = 0; i < sizeof at / sizeof *at; i++) {
		if (!word_piece(&v, ':', &part) || part.n == 0)
			return -1;
		c->q.value[at[i]] = part;
	}
	if (v.n > 0)
		return -1;
	if (put_lines(&c->text, h, body, &c->q.value[ACCOUNTWIRE_TIME],
		&c->q.value[ACCOUNTWIRE_NONCE]) != 0)
		return -2;
	c->q.scheme = ACCOUNTWIRE_HMAC;
	c->q.value[ACCOUNTWIRE_SIGNED] =
	    (struct slice){ buf_data(&c->text), buf_len(&c->text) };
	return 0;
}

static void
take_client(struct admincred *c, const struct httphead *h)
{
	const struct slice *v = httphead_find(h, "X-Forwarded-For");
	unsigned char ip[IP_LEN];
	struct slice last;
	size_t n;

	if (v == NULL || httphead_count(h, "X-Forwarded-For") != 1)
		return;
	last = *v;
	for (n = last.n; n > 0 && last.p[n - 1] != ',';)
		n--;
	last.p += n;
	last.n -= n;
	last = slice_trim(last);
	if (ip_scan(last.p, last.n, ip) != 0)
		c->q.value[ACCOUNTWIRE_IP] = last;
}

int
admincred_read(struct admincred *c, const struct httphead *h, struct slice body)
{
	const struct slice *v = httphead_find(h, "Authorization");
	struct slice rest, scheme;

	c->q.what = ACCOUNTWIRE_WHO;
	take_client(c, h);
	if (v == NULL || httphead_count(h, "Authorization") != 1)
		return -1;
	rest = *v;
	if (!word_piece(&rest, ' ', &scheme))
		return -1;
	rest = slice_trim(rest);
	if (rest.n == 0)
		return -1;
	if (ascii_is(scheme.p, scheme.n, "Basic"))
		return take_basic(c, rest);
	if (ascii_is(scheme.p, scheme.n, "HMAC"))
		return take_hmac(c, rest, h, body);
	if (!ascii_is(scheme.p, scheme.n, "Bearer"))
		return -1;
	c->q.scheme = ACCOUNTWIRE_BEARER;
	c->q.value[ACCOUNTWIRE_KEY] = rest;
	return 0;
}

void
admincred_wipe(struct admincred *c)
{
	buf_wipe(&c->text);
	memset(&c->q, 0, sizeof c->q);
}
