#include "tls/chainorder.h"
#include <string.h>

/* is it there already? */
static int
again(const struct certparts *const *certs, unsigned i)
{
	unsigned k;

	for (k = 0; k < i; k++)
		if (certs[k] != NULL &&
		    der_same(certs[k]->whole, certs[i]->whole))
			return 1;
	return 0;
}

static void
above(struct chainorder *o, const struct certparts *const *certs, unsigned of,
    unsigned i)
{
	const struct certparts *c = certs[of], *issuer = certs[i];

	if (of == i || c == NULL || !der_same(c->issuer, issuer->subject))
		return;
	o->above[of] |= (uint16_t)(1u << i);
	if (c->issuer_id.n > 0 && der_same(c->issuer_id, issuer->key_id))
		o->named[of] |= (uint16_t)(1u << i);
}

void
chainorder_init(struct chainorder *o, const struct certparts *const *certs,
    unsigned n)
{
	unsigned i, of;

	memset(o, 0, sizeof *o);
	for (i = 1; i < n; i++) {
		if (certs[i] == NULL || again(certs, i))
			continue;
		for (of = 0; of < n; of++)
			above(o, certs, of, i);
	}
}

static void
push(struct chainorder *o, unsigned i)
{
	unsigned k;

	o->left[o->depth] = o->above[i];
	for (k = 0; k < o->depth; k++)
		o->left[o->depth] &= (uint16_t) ~(1u << o->way[k]);
	o->way[o->depth++] = (unsigned char)i;
}

/* one of the set, which is not empty */
static unsigned
lowest(unsigned set)
{
	return (unsigned)__builtin_ctz(set);
}

/* one more at the end of the way; else at the end of a shorter one */
static int
step(struct chainorder *o)
{
	unsigned set, first, i;

	if (o->depth == 0) {
		push(o, 0);
		return 1;
	}
	for (; o->depth > 0; o->depth--) {
		set = o->left[o->depth - 1];
		if (set == 0)
			continue;
		first = set & o->named[o->way[o->depth - 1]];
		i = lowest(first != 0 ? first : set);
		o->left[o->depth - 1] &= (uint16_t) ~(1u << i);
		push(o, i);
		return 1;
	}
	return 0;
}

unsigned
chainorder_next(struct chainorder *o, unsigned char way[TLS_CHAIN_CERTS_MAX])
{
	if (o->given == CHAINORDER_WAYS_MAX || !step(o)) {
		o->given = CHAINORDER_WAYS_MAX;
		return 0;
	}
	o->given++;
	memcpy(way, o->way, o->depth);
	return o->depth;
}
