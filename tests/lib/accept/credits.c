/* accounts: what is left, their lines, and what is none */
#include "accept/credits.h"
#include "tap.h"
#include <errno.h>
#include <stdio.h>

static void
balances(void)
{
	struct credits c = { .by_key = { .n = 0 } };
	struct credit *a = credits_get(&c, "user:ann", 8, 5);

	ok(a != NULL && credits_get(&c, "user:ann", 8, 9) == a, "one account");
	is_num(credits_left(a), 5, "what it begins with");
	a->reserved = 3;
	is_num(credits_left(a), 2, "less what is in hand");
	a->balance = 2;
	is_num(credits_left(a), 0, "never less than nothing");
	a->balance = -2;
	is_num(credits_left(a), 0, "owed");
	credits_unreserve(&c);
	is_num((long long)a->reserved, 0, "nothing in hand");
	ok(credits_find(&c, "user:anna", 9) == NULL, "another has none");
	credits_free(&c);
}

static void
lines(void)
{
	struct credits c = { .by_key = { .n = 0 } }, d = c;
	struct buf b = { 0 };
	const char *p, *lf;
	size_t i, bad = 0, n;
	char *x;

	credits_get(&c, "user:ann", 8, 5);
	credits_get(&c, "user:\xc3\xbc", 7, -7);
	credits_get(&c, "a\tb", 3, 1000000000);
	is_num(credits_all(&b, &c), 0, "lines of all");
	for (p = buf_data(&b);
	     (lf = memchr(p, '\n', buf_data(&b) + buf_len(&b) - p)) != NULL;
	     p = lf + 1)
		bad += credits_take(&d, p, (size_t)(lf - p)) == -1;
	is_num((long long)bad, 0, "are read");
	is_num(credits_find(&d, "user:ann", 8)->balance, 5, "a balance");
	is_num(credits_find(&d, "user:\xc3\xbc", 7)->balance, -7, "one below");
	is_num(credits_find(&d, "a\tb", 3)->balance, 1000000000, "any key");
	/* no other byte will do */
	x = buf_data(&b);
	n = (size_t)((char *)memchr(x, '\n', buf_len(&b)) - x);
	for (i = 0, bad = 0; i < n; i++) {
		x[i] ^= 1;
		bad += credits_take(&d, x, n) == 0;
		x[i] ^= 1;
		bad += credits_take(&d, x, i) == 0;
	}
	is_num((long long)bad, 0, "a damaged or short line is none");
	credits_free(&c);
	credits_free(&d);
	buf_free(&b);
}

static void
many(void)
{
	struct credits c = { .by_key = { .n = 0 } };
	char key[CREDITS_LINE_MAX];
	unsigned i;

	for (i = 0; i < CREDITS_ACCOUNTS_MAX; i++)
		if (credits_get(&c, key,
			(size_t)snprintf(key, sizeof key, "user:%u", i),
			1) == NULL)
			break;
	is_num(i, CREDITS_ACCOUNTS_MAX, "as many as may be");
	errno = 0;
	ok(credits_get(&c, "x", 1, 1) == NULL && errno == ENOSPC,
	    "and not one more");
	ok(credits_get(&c, "user:7", 6, 1) != NULL, "those are there");
	credits_free(&c);
	memset(key, 'x', sizeof key);
	ok(credits_get(&c, key, CREDITS_LINE_MAX - 64, 1) != NULL,
	    "the longest key");
	ok(credits_get(&c, key, CREDITS_LINE_MAX - 63, 1) == NULL,
	    "a longer one");
	credits_free(&c);
}

int
main(void)
{
	balances();
	lines();
	many();
	return done();
}
