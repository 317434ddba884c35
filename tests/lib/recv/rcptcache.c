/* which recipients are known: for how long, how many, and who goes first */
#include "recv/rcptcache.h"
#include "tap.h"
#include <stdlib.h>

static struct rcptcache c = { .fresh_s = 10,
	.keep_s = 100,
	.nobody_s = 5,
	.known_max = 3,
	.nobody_max = 2 };

static void
put(const char *key, int known, int64_t now)
{
	struct rcptwire_answer a = { 1,
		known ? RCPTWIRE_KNOWN : RCPTWIRE_NOBODY, "5.1.1", "" };

	rcptcache_put(&c, key, strlen(key), &a, now);
}

static enum rcptcache_found
find(const char *key, int64_t now)
{
	char esc[RCPTWIRE_ESC_MAX + 1] = "";
	enum rcptcache_found f = rcptcache_find(&c, key, strlen(key), now, esc);

	is_str(esc, f == RCPTCACHE_NOBODY ? "5.1.1" : "", "its code");
	return f;
}

static void
times(void)
{
	put("a", 1, 1000);
	put("x", 0, 1000);
	is_num(find("b", 1000), RCPTCACHE_NONE, "never heard of");
	is_num(find("a", 1009), RCPTCACHE_KNOWN, "known");
	is_num(find("a", 1010), RCPTCACHE_WAS, "not asked for long");
	is_num(find("a", 1099), RCPTCACHE_WAS, "nor for very long");
	is_num(find("a", 1100), RCPTCACHE_NONE, "forgotten");
	is_num((long long)c.n_known, 0, "and gone");
	is_num(find("x", 1004), RCPTCACHE_NOBODY, "not there");
	is_num(find("x", 1005), RCPTCACHE_NONE, "perhaps he is now");
	put("a", 1, 1000);
	put("a", 0, 1050);
	is_num(find("a", 1051), RCPTCACHE_NOBODY, "he was, and is no more");
	put("a", 1, 1052);
	is_num(find("a", 1060), RCPTCACHE_KNOWN, "and is again");
	ok(c.n_known == 1 && c.n_nobody == 0, "once");
	rcptcache_clear(&c);
	is_num(find("a", 1060), RCPTCACHE_NONE, "all is forgotten");
}

static void
room(void)
{
	put("a", 1, 1);
	put("b", 1, 1);
	put("c", 1, 1);
	is_num(find("a", 2), RCPTCACHE_KNOWN, "as many as may be");
	put("d", 1, 2);
	is_num((long long)c.n_known, 3, "no more than that");
	is_num(find("b", 2), RCPTCACHE_NONE, "who was not written to goes");
	is_num(find("a", 2), RCPTCACHE_KNOWN, "who was stays");
	put("x", 0, 2);
	put("y", 0, 2);
	find("x", 2);
	put("z", 0, 2);
	is_num((long long)c.n_nobody, 2, "of the others, too");
	is_num(find("x", 2), RCPTCACHE_NONE, "the oldest goes");
	is_num(find("y", 2), RCPTCACHE_NOBODY, "and no other");
	is_num(find("c", 2), RCPTCACHE_KNOWN, "nobody goes who is there");
	rcptcache_clear(&c);
	ok(c.n_known == 0 && c.n_nobody == 0, "empty");
}

static void
keys(void)
{
	static const struct {
		const char *ask, *to, *key;
	} t[] = {
		{ "next", "Joe@X.Test", "next\tJoe@x.test" },
		{ "program", "\"A@B\"@C", "program\t\"A@B\"@c" },
		{ "next", "joe", "next\tjoe" },
		{ "0123456789abcdef", "a@b", "0123456789abcdef\ta@b" },
	};
	char key[RCPTCACHE_KEY_MAX], long_to[RCPTWIRE_TO_MAX];
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		n = rcptcache_key(key, t[i].ask, t[i].to, strlen(t[i].to));
		ok(n == strlen(t[i].key) && memcmp(key, t[i].key, n) == 0,
		    t[i].key);
	}
	memset(long_to, 'x', sizeof long_to);
	n = rcptcache_key(key, "0123456789abcdef", long_to, sizeof long_to);
	is_num((long long)n, RCPTCACHE_KEY_MAX, "the longest");
	c.known_max = 1;
	{
		struct rcptwire_answer a = { .what = RCPTWIRE_KNOWN };
		char esc[RCPTWIRE_ESC_MAX + 1];
		char *more = calloc(1, RCPTCACHE_KEY_MAX + 1);

		rcptcache_put(&c, key, n, &a, 0);
		is_num(rcptcache_find(&c, key, n, 0, esc), RCPTCACHE_KNOWN,
		    "is remembered");
		rcptcache_put(&c, more, n + 1, &a, 0);
		is_num(rcptcache_find(&c, more, n + 1, 0, esc), RCPTCACHE_NONE,
		    "one longer is not");
		free(more);
	}
	rcptcache_clear(&c);
}

int
main(void)
{
	times();
	room();
	keys();
	return done();
}
