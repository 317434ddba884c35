#include "tls/tlsamatch.h"
#include "crypt/digest.h"
#include <string.h>

enum { WHOLE, SHA256, SHA512, MATCHINGS };
enum { SELECTORS = 2, USAGES = 4 };

static int
known(const struct tlsa *t)
{
	return t->usage < USAGES && t->selector < SELECTORS &&
	    t->matching < MATCHINGS;
}

void
tlsamatch_init(struct tlsamatch *m, const struct tlsa *t, size_t n)
{
	size_t i;

	memset(m, 0, sizeof *m);
	m->tlsa = t;
	m->n = n < TLS_TLSA_MAX ? n : TLS_TLSA_MAX;
	for (i = 0; i < m->n; i++)
		if (known(&t[i]))
			m->wants[t[i].usage][t[i].selector][t[i].matching] = 1;
}

/* what a record would have to say; sum has room for the longest */
static struct der
said(struct der d, unsigned matching, unsigned char sum[DIGEST_SHA512_LEN])
{
	struct digest s;

	if (matching == SHA256) {
		digest_init(&s);
		digest_add(&s, d.p, d.n);
		digest_end(&s, sum);
		d = (struct der){ sum, DIGEST_LEN };
	} else if (matching == SHA512) {
		digest_sha512(d.p, d.n, sum);
		d = (struct der){ sum, DIGEST_SHA512_LEN };
	}
	return d;
}

static int
is_there(const struct tlsamatch *m, unsigned usage, unsigned selector,
    unsigned matching, struct der want)
{
	const struct tlsa *t;

	for (t = m->tlsa; t < m->tlsa + m->n; t++)
		if (t->usage == usage && t->selector == selector &&
		    t->matching == matching &&
		    der_same((struct der){ t->data, t->n }, want))
			return 1;
	return 0;
}

int
tlsamatch(const struct tlsamatch *m, enum tlsamatch_usage usage,
    const struct certparts *c)
{
	unsigned char sum[DIGEST_SHA512_LEN];
	unsigned s, k;

	for (s = 0; s < SELECTORS; s++)
		for (k = 0; k < MATCHINGS; k++)
			if (m->wants[usage][s][k] &&
			    is_there(m, usage, s, k,
				said(s == 0 ? c->whole : c->spki, k, sum)))
				return 1;
	return 0;
}
