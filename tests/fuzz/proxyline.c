/* PROXY headers: no part of a good one is anything, nothing behind it is
 * looked at, and who reads what is wanted reads no byte too many */
#include "smtp/proxyline.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct proxyline
get(const char *in, size_t n, size_t *used)
{
	struct proxyline h;
	char *copy = malloc(n + 1); /* for the sanitizer */

	memcpy(copy, in, n);
	*used = proxyline_get(copy, n, &h);
	free(copy);
	return h;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data;
	size_t used, part, have = 0, k;
	struct proxyline h = get(in, n, &used), g;

	assert(used <= n && used <= PROXYLINE_V2_MAX);
	assert((used == 0) ==
	    (h.kind == PROXYLINE_MORE || h.kind == PROXYLINE_BAD));
	if (h.kind == PROXYLINE_MORE)
		assert(n < PROXYLINE_V2_MAX);
	while ((k = proxyline_wants(in, have)) > 0 && have < n)
		have += k < n - have ? k : n - have;
	g = get(in, have, &part);
	if (used > 0) {
		assert(have == used && part == used);
		assert(memcmp(&g, &h, sizeof g) == 0);
		g = get(in, used - 1, &part);
		assert(g.kind == PROXYLINE_MORE && part == 0);
	} else if (h.kind == PROXYLINE_MORE) {
		assert(have == n);
	} else {
		assert(g.kind == PROXYLINE_BAD);
	}
	return 0;
}
