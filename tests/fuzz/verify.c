/*
 * A bag of certificates and a demand: how many of them, what is demanded, of
 * which the authority is known, and each with its length in two bytes.  It ends
 * in time, and with a verdict that has a meaning.
 */
#include "tls/verify.h"
#include "crypt/digest.h"
#include "tls/anchors.h"
#include <bearssl.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

enum { HEAD = 3, NOW_S = 1800000000 };

static void
must(int good)
{
	if (!good)
		abort();
}

static struct anchors *
known(const struct tls_chain *c, unsigned which)
{
	struct anchors_told told;
	struct anchors *s;
	size_t n;
	char *pem;

	if (which >= c->n)
		return NULL;
	n = br_pem_encode(NULL, NULL, c->len[which], "CERTIFICATE", 0);
	must((pem = malloc(n + 1)) != NULL);
	br_pem_encode(pem, c->cert[which], c->len[which], "CERTIFICATE", 0);
	s = anchors_parse(pem, n, &told);
	must(s != NULL && told.used + told.skipped <= 1);
	free(pem);
	return s;
}

static void
bag(struct tls_chain *c, unsigned most, const uint8_t *p, size_t n)
{
	size_t k;

	memset(c, 0, sizeof *c);
	for (; n >= 2 && c->n < most; n -= k, p += k) {
		k = (size_t)p[0] << 8 | p[1];
		p += 2;
		n -= 2;
		if (k > n)
			k = n;
		c->cert[c->n] = p;
		c->len[c->n++] = k;
	}
	c->over = n > 0;
}

static void
meaning(const struct tls_demand *d, const struct tls_judged *j)
{
	const char *p;
	int good = verify_allows(d, j->verdict);

	must(memchr(j->text, '\0', sizeof j->text) != NULL);
	for (p = j->text; *p != '\0'; p++)
		must(*p >= ' ' && *p < 0x7f);
	must(*verify_word(j->verdict) != '\0' || d->mode == TLS_ANY);
	must(d->mode == TLS_ANY || good == (j->text[0] == '\0') ||
	    d->mode == TLS_FINGERPRINT);
	must(j->matched == NULL || j->matched == d->names[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static const char *const names[] = { "mail.example.org" };
	static unsigned char sum[DIGEST_LEN];
	struct tls_demand d = { .names = names,
		.n_names = 1,
		.ta_names = names,
		.n_ta_names = 1,
		.prints = (const unsigned char(*)[32]) & sum,
		.n_prints = 1 };
	struct tlsa t = { .data = sum, .n = sizeof sum };
	struct tls_judged j;
	struct tls_chain c;
	struct anchors *a;

	if (n < HEAD)
		return 0;
	bag(&c, 1 + in[0] % TLS_CHAIN_CERTS_MAX, in + HEAD, n - HEAD);
	d.mode = (enum tls_mode)(in[1] & 3);
	t.usage = 2 + (in[1] >> 2 & 1);
	t.selector = in[1] >> 3 & 1;
	t.matching = in[1] >> 4 & 1;
	if (in[2] < c.n && t.selector == 0) {
		t.data = c.cert[in[2]];
		t.n = c.len[in[2]];
		t.matching = 0;
	}
	d.tlsa = &t;
	d.n_tlsa = 1;
	a = known(&c, in[2]);
	verify_chain(&c, &d, a, NOW_S, &j);
	meaning(&d, &j);
	anchors_drop(a);
	return 0;
}
