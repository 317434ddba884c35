#include "base/hashindex.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS_MIN = 64 };

static uint32_t *
make_chains(uint32_t n)
{
	uint32_t *chain = malloc(n * sizeof *chain);

	if (chain != NULL)
		memset(chain, 0xff, n * sizeof *chain);
	return chain;
}

int
hashindex_reserve(struct hashindex *x, uint32_t n)
{
	uint32_t chains = CHAINS_MIN, *chain;

	while (chains < n && chains <= UINT32_MAX / 2)
		chains *= 2;
	chain = make_chains(chains);
	if (chain == NULL)
		return -1;
	free(x->chain);
	x->chain = chain;
	x->chains = chains;
	return 0;
}

/* twice as many */
int
hashindex_grow(struct hashindex *x, struct hashindex_array a)
{
	struct hashindex more = { NULL, 2 * x->chains, 0 };
	uint32_t i, next, at;

	if (x->chains == 0)
		return hashindex_reserve(x, 0);
	if (x->chains > UINT32_MAX / 2) {
		errno = ENOMEM;
		return -1;
	}
	more.chain = make_chains(more.chains);
	if (more.chain == NULL)
		return -1;
	for (at = 0; at < x->chains; at++)
		for (i = x->chain[at]; i != HASHINDEX_NONE; i = next) {
			next = *hashindex_link(&a, i);
			hashindex_add(&more, &a, i);
		}
	free(x->chain);
	*x = more;
	return 0;
}

void
hashindex_free(struct hashindex *x)
{
	free(x->chain);
	memset(x, 0, sizeof *x);
}
