#include "smtp/dotout.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* the same in any pieces; read back by the rules of RFC 5321 it is the
 * message; nothing in it ends it early */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static size_t
decode(const char *p, size_t n, char *out)
{
	size_t i = 0, got = 0;

	while (i < n) {
		if (p[i] == '.') {
			i++;
			if (memcmp(p + i, "\r\n", 2) == 0) {
				assert(i + 2 == n);
				return got;
			}
		}
		for (; p[i] != '\r'; i++) {
			assert(p[i] != '\n' && i < n);
			out[got++] = p[i];
		}
		assert(p[i + 1] == '\n');
		out[got++] = '\n';
		i += 2;
	}
	abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct dotout d = { 0 }, e = { 0 };
	char *in = malloc(n + 2), *a, *b, *back;
	size_t i, k, na, nb = 0, step;
	const char *p = (const char *)data;

	a = malloc(DOTOUT_ROOM(n) + DOTOUT_END_MAX);
	b = malloc(DOTOUT_ROOM(n) + DOTOUT_END_MAX + n);
	back = malloc(DOTOUT_ROOM(n) + DOTOUT_END_MAX);
	na = dotout_feed(&d, p, n, a);
	assert(na <= DOTOUT_ROOM(n));
	na += dotout_end(&d, a + na);
	for (i = 0; i < n; i += step) {
		step = 1 + (unsigned char)p[i] % 7;
		if (step > n - i)
			step = n - i;
		nb += dotout_feed(&e, p + i, step, b + nb);
	}
	nb += dotout_end(&e, b + nb);
	assert(na == nb && memcmp(a, b, na) == 0);
	/* what it should say: CR LF is LF, another CR and a NUL a blank */
	for (i = k = 0; i < n; i++)
		if (p[i] != '\r')
			in[k++] = p[i] == '\0' ? ' ' : p[i];
		else if (i + 1 == n || p[i + 1] != '\n')
			in[k++] = ' ';
	if (k > 0 && in[k - 1] != '\n')
		in[k++] = '\n';
	assert(decode(a, na, back) == k && memcmp(in, back, k) == 0);
	free(in);
	free(a);
	free(b);
	free(back);
	return 0;
}
