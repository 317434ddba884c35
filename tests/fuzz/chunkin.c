/* chunks of BDAT: any pieces give the same; no CR comes out, and nothing
 * grows; what comes out goes out again and comes in as it was */
#include "smtp/chunkin.h"
#include "smtp/chunkout.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static int
decode(struct chunkin *c, const char *in, size_t n, size_t first, size_t step,
    char *out, size_t *len)
{
	size_t used = 0, k = first, got;
	int r = 0;

	*len = 0;
	memset(c, 0, sizeof *c);
	while (used < n && r == 0) {
		k = n - used < k ? n - used : k;
		r = chunkin_feed(c, in + used, k, out + *len, &got);
		assert(got <= k);
		*len += got;
		used += k;
		k = step;
	}
	assert(memchr(out, '\r', *len) == NULL);
	return r;
}

static size_t
encode(const char *in, size_t n, size_t step, char *out)
{
	struct chunkout c = { 0 };
	size_t used, k, o = 0;

	for (used = 0; used < n; used += k) {
		k = n - used < step ? n - used : step;
		o += chunkout_feed(&c, in + used, k, out + o);
	}
	k = chunkout_end(&c, out + o);
	assert(k <= CHUNKOUT_END);
	return o + k;
}

/* any bytes go out in a form that comes in, in any pieces */
static void
out_and_in(const char *in, size_t n, size_t step)
{
	size_t room = CHUNKOUT_ROOM(n) + n + CHUNKOUT_END, k, len;
	char *a = malloc(room), *b = malloc(room);
	struct chunkin c;

	k = encode(in, n, n + 1, a);
	assert(k <= CHUNKOUT_ROOM(n) + CHUNKOUT_END);
	assert(encode(in, n, step, b) == k && memcmp(a, b, k) == 0);
	assert(decode(&c, a, k, k, k, b, &len) == 0);
	assert(chunkin_end(&c) == 0 && !c.mid);
	assert(memchr(b, '\0', len) == NULL);
	if (memchr(in, '\r', n) == NULL && memchr(in, '\0', n) == NULL)
		assert(len - n <= 1 && memcmp(in, b, n) == 0);
	free(a);
	free(b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const char *in = (const char *)data + 1;
	size_t n, l1, l2, step;
	struct chunkin c, d;
	char *a, *b;
	int r;

	if (size < 1)
		return 0;
	n = size - 1;
	step = data[0] % 9 + 1;
	a = malloc(n + 1);
	b = malloc(n + 1);
	r = decode(&c, in, n, n, n, a, &l1);
	assert(decode(&d, in, n, data[0] % 17 + 1, step, b, &l2) == r);
	assert(l1 == l2 && memcmp(a, b, l1) == 0);
	if (r == 0)
		assert(memcmp(&c, &d, sizeof c) == 0);
	out_and_in(in, n, step);
	out_and_in(a, l1, step);
	free(a);
	free(b);
	return 0;
}
