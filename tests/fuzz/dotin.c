/* mail data: any pieces give the same; nothing grows; what comes out,
 * encoded again, decodes to itself */
#include "smtp/dotin.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static size_t
decode(const char *in, size_t n, size_t first, size_t step, char *out,
    size_t *len, enum dotin_event *ev)
{
	struct dotin d = { 0 };
	size_t used = 0, k, o, want = first;

	*len = 0;
	*ev = DOTIN_MORE;
	while (used < n && *ev == DOTIN_MORE) {
		k = n - used < want ? n - used : want;
		want = step;
		k = dotin_feed(&d, in + used, k, out + *len, &o, ev);
		assert(k > 0 && o <= k);
		used += k;
		*len += o;
	}
	return used;
}

static size_t
encode(const char *p, size_t n, char *out)
{
	size_t i, o = 0;
	int bol = 1;

	for (i = 0; i < n; i++) {
		if (bol && p[i] == '.')
			out[o++] = '.';
		bol = p[i] == '\n';
		if (bol)
			out[o++] = '\r';
		out[o++] = p[i];
	}
	memcpy(out + o, ".\r\n", 3);
	return o + 3;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const char *in = (const char *)data + 1;
	enum dotin_event e1, e2;
	size_t n, l1, l2, u1, u2, step;
	char *a, *b, *c;

	if (size < 1)
		return 0;
	n = size - 1;
	step = data[0] % 9 + 1;
	a = malloc(n + 1);
	b = malloc(n + 1);
	u1 = decode(in, n, n, n, a, &l1, &e1);
	u2 = decode(in, n, data[0] % 17 + 1, step, b, &l2, &e2);
	assert(u1 == u2 && l1 == l2 && e1 == e2 && memcmp(a, b, l1) == 0);
	assert(e1 != DOTIN_MORE || u1 == n);
	if (e1 == DOTIN_END) {
		c = malloc(2 * l1 + 4);
		u1 = encode(a, l1, c);
		u2 = decode(c, u1, u1, u1, c, &l2, &e2);
		assert(e2 == DOTIN_END && u2 == u1 && l2 == l1);
		assert(memcmp(a, c, l1) == 0);
		free(c);
	}
	free(a);
	free(b);
	return 0;
}
