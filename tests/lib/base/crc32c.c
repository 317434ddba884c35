#include "base/crc32c.h"
#include "tap.h"
#include <stdlib.h>

/* RFC 3720, appendix B.4, and the usual check value */
static const struct {
	const char *name;
	int first, step;
	uint32_t want;
} cases[] = {
	{ "32 bytes of zeros", 0, 0, 0x8a9136aa },
	{ "32 bytes of ones", 0xff, 0, 0x62a8ab43 },
	{ "32 bytes going up", 0, 1, 0x46dd794e },
	{ "32 bytes going down", 31, -1, 0x113fdb5c },
};

typedef uint32_t sum_fn(uint32_t, const void *, size_t);

static void
one(sum_fn *sum, const char *how)
{
	unsigned char p[32];
	unsigned i, k;

	printf("# %s\n", how);
	is_num(sum(0, "123456789", 9), 0xe3069283, "123456789");
	is_num(sum(0, "", 0), 0, "nothing");
	is_num(sum(7, "", 0), 7, "nothing more");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (k = 0; k < 32; k++)
			p[k] = cases[i].first + (int)k * cases[i].step;
		is_num(sum(0, p, 32), cases[i].want, cases[i].name);
		for (k = 0; k <= 32; k++)
			if (sum(sum(0, p, k), p + k, 32 - k) != cases[i].want)
				break;
		is_num(k, 33, "in two pieces");
	}
}

int
main(void)
{
	static unsigned char p[4096 + 8];
	unsigned i, n;

	one(crc32c, "as it is used");
	one(crc32c_plain, "plain");
	for (i = 0; i < sizeof p; i++)
		p[i] = i * 2654435761u >> 13;
	for (i = n = 0; i < 4096; i++)
		n += crc32c(i, p + i % 8, i) == crc32c_plain(i, p + i % 8, i);
	is_num(n, 4096, "any length, any place: the same both ways");
	return done();
}
