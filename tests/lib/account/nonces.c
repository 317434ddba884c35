/* nonces: each once, none forgotten too early, and no more than there is room */
#include "account/nonces.h"
#include "tap.h"

static struct nonces s = { .seed = 7 };

static int
take(const char *number, const char *nonce, int64_t until, int64_t now)
{
	return nonces_take(&s, (struct slice){ number, strlen(number) },
	    (struct slice){ nonce, strlen(nonce) }, until, now);
}

static void
fill(void)
{
	char t[16];
	int i, all = 1;

	for (i = 0; i < NONCES_MAX; i++) {
		snprintf(t, sizeof t, "%08x", (unsigned)i);
		all &= take("k", t, 1600, 1000) == 1;
	}
	ok(all, "as many as there is room for");
	is_num(take("k", "ffffffff", 1600, 1000), -1, "one more");
	is_num(take("k", "00000000", 1600, 1000), 0,
	    "and none is forgotten for it");
	is_num(take("k", "ffffffff", 1600, 1600), -1, "at the last second");
	is_num(take("k", "ffffffff", 2201, 1601), 1, "behind it");
	is_num((long long)s.by_sum.n, 1, "the others have gone");
}

int
main(void)
{
	is_num(take("a", "00", 600, 0), 1, "the first");
	is_num(take("a", "00", 600, 0), 0, "again");
	is_num(take("b", "00", 600, 0), 1, "of another key");
	is_num(take("a", "000", 601, 1), 1, "another one");
	is_num(take("a0", "0", 601, 1), 1, "cut elsewhere");
	is_num(take("a", "00", 1200, 600), 0, "at its last second");
	is_num(take("a", "00", 1201, 601), 1, "behind it");
	nonces_free(&s);
	s = (struct nonces){ .seed = 7 };
	fill();
	nonces_free(&s);
	return done();
}
