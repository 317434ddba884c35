#include "route/poolchoice.h"

static uint64_t
hash_of(uint64_t h, struct slice s)
{
	return word_hash(h, s.p, s.n);
}

/* of what it is, not of its weight or its line */
struct poolchoice_rank
poolchoice_rank(const struct pools_source *s, uint64_t key)
{
	uint64_t h = hash_of(hash_of(hash_of(0, s->name), s->ip), s->ip6);

	return (struct poolchoice_rank){ word_mix(key ^ hash_of(h, s->helo)),
		s->weight };
}

/* the logarithm to base 2 of u / 2^64, without its sign, in 2^-32; in integers,
 * so that all machines choose alike */
static uint64_t
minus_log2(uint64_t u)
{
	unsigned zeros = u == 0 ? 63 : (unsigned)__builtin_clzll(u), i;
	uint64_t m = (u << zeros) >> 32, fraction = 0;

	/* m is 2^31 times a number from 1 to 2: squaring shows one bit */
	for (i = 0; i < 32; i++) {
		m = m * m >> 31;
		fraction <<= 1;
		if (m >> 32 != 0) {
			fraction |= 1;
			m >>= 1;
		}
	}
	return ((uint64_t)(zeros + 1) << 32) - fraction;
}

/* a source of weight w wins as often as its share says if it has
 * -log(draw) / w, and the least wins */
int
poolchoice_better(struct poolchoice_rank a, struct poolchoice_rank b)
{
	uint64_t x, y;

	if (a.weight == b.weight || a.weight == 0 || b.weight == 0)
		return a.weight == b.weight ? a.draw > b.draw : a.weight > 0;
	/* at most 2^38 times 2^20 */
	x = minus_log2(a.draw) * b.weight;
	y = minus_log2(b.draw) * a.weight;
	return x == y ? a.draw > b.draw : x < y;
}

int
poolchoice(const struct pools_pool *pool, uint64_t key,
    int (*passed_by)(void *, const struct pools_source *), void *arg,
    struct pools_source *out)
{
	struct poolchoice_rank best = { 0, 0 }, rank;
	struct slice rest = pool->record;
	struct pools_source s;
	uint64_t sum = 0;
	int r;

	while ((r = pools_each(&rest, &s)) == 1) {
		sum += s.weight;
		if (s.weight == 0 || (passed_by != NULL && passed_by(arg, &s)))
			continue;
		rank = poolchoice_rank(&s, key);
		if (best.weight > 0 && !poolchoice_better(rank, best))
			continue;
		best = rank;
		*out = s;
	}
	if (r == -1 || sum == 0)
		return -1;
	return best.weight > 0;
}
