#include "tls/collect.h"
#include "tls/bearkey.h"
#include <stdlib.h>

struct collect_bag {
	br_x509_pkey key; /* the first one's, with has_key; points into it */
	struct tls_chain chain;
	unsigned char *cert[TLS_CHAIN_CERTS_MAX]; /* those of the chain */
	size_t bytes;                             /* of all of them */
	unsigned started; /* certificates that came, kept or not */
	unsigned keeps : 1, no_memory : 1, has_key : 1;
};

static struct collect *
of(const br_x509_class **at)
{
	return (struct collect *)(void *)at;
}

static void
start_chain(const br_x509_class **at, const char *name)
{
	struct collect *c = of(at);

	(void)name;
	collect_free(c);
	c->bag = calloc(1, sizeof *c->bag);
}

/* the length is the other side's word, up to 16 MB */
static void
start_cert(const br_x509_class **at, uint32_t length)
{
	struct collect *c = of(at);
	struct collect_bag *b = c->bag;
	unsigned n;

	if (b == NULL)
		return;
	b->started++;
	n = b->chain.n;
	b->keeps = n < c->most && length <= TLS_CERT_MAX && length > 0 &&
	    b->bytes + length <= TLS_CHAIN_BYTES_MAX &&
	    (n > 0 || b->started == 1);
	if (!b->keeps) {
		b->chain.over = 1;
		return;
	}
	b->cert[n] = malloc(length);
	b->chain.len[n] = 0;
	b->bytes += length;
	if (b->cert[n] == NULL) {
		b->no_memory = 1;
		b->keeps = 0;
	}
}

static void
append(const br_x509_class **at, const unsigned char *p, size_t n)
{
	struct collect_bag *b = of(at)->bag;
	struct tls_chain *chain;

	if (b == NULL || !b->keeps)
		return;
	chain = &b->chain;
	memcpy(b->cert[chain->n] + chain->len[chain->n], p, n);
	chain->len[chain->n] += n;
}

static void
end_cert(const br_x509_class **at)
{
	struct collect_bag *b = of(at)->bag;

	if (b == NULL || !b->keeps)
		return;
	b->chain.cert[b->chain.n] = b->cert[b->chain.n];
	b->chain.n++;
	b->keeps = 0;
}

/* can the key that it proves be used?  An engine takes any exponent, and a long
 * one costs as much as a signature of ours: that is not known to bearkey_of() */
static unsigned
leaf_error(struct collect_bag *b)
{
	struct certparts leaf;

	if (certparts_read(b->chain.cert[0], b->chain.len[0], &leaf) == -1)
		return BR_ERR_X509_INVALID_VALUE;
	return bearkey_of(&leaf, &b->key) == -1 ? BR_ERR_X509_UNSUPPORTED : 0;
}

static unsigned
end_chain(const br_x509_class **at)
{
	struct collect *c = of(at);
	struct collect_bag *b = c->bag;
	unsigned no = 0;

	if (b == NULL || b->no_memory)
		return BR_ERR_BAD_STATE;
	if (b->started == 0)
		return BR_ERR_X509_EMPTY_CHAIN;
	if (c->judge != NULL)
		no = c->judge(c, &b->chain);
	if (no == 0 && b->chain.n == 0)
		no = BR_ERR_X509_LIMIT_EXCEEDED;
	if (no == 0)
		no = leaf_error(b);
	b->has_key = no == 0;
	return no;
}

/* what it may be used for is of the judge */
static const br_x509_pkey *
get_pkey(const br_x509_class *const *at, unsigned *usages)
{
	const struct collect *c = (const struct collect *)(const void *)at;

	if (usages != NULL)
		*usages = BR_KEYTYPE_SIGN | BR_KEYTYPE_KEYX;
	return c->bag != NULL && c->bag->has_key ? &c->bag->key : NULL;
}

static const br_x509_class collecting = { sizeof(struct collect), start_chain,
	start_cert, append, end_cert, end_chain, get_pkey };

void
collect_init(struct collect *c, unsigned most,
    unsigned (*judge)(struct collect *, const struct tls_chain *))
{
	c->vtable = &collecting;
	c->bag = NULL;
	c->most = most;
	c->judge = judge;
}

int
collect_peer(const struct collect *c, unsigned char print[DIGEST_LEN])
{
	struct digest d;

	if (c->bag == NULL || c->bag->chain.n == 0 || leaf_error(c->bag) != 0)
		return 0;
	digest_init(&d);
	digest_add(&d, c->bag->chain.cert[0], c->bag->chain.len[0]);
	digest_end(&d, print);
	return 1;
}

void
collect_free(struct collect *c)
{
	unsigned i;

	if (c->bag == NULL)
		return;
	for (i = 0; i < TLS_CHAIN_CERTS_MAX; i++)
		free(c->bag->cert[i]);
	free(c->bag);
	c->bag = NULL;
}
