/* what keys are used: rates at their limit and above, and what is written */
#include "account/accountuse.h"
#include "tap.h"

static struct accountuse u = { .seed = 3 };

static long
take(int key, unsigned rate, int64_t ms)
{
	char number[ACCOUNTKEY_NUMBER + 1];

	snprintf(number, sizeof number, "%016x", (unsigned)key);
	return accountuse_take(&u, number, rate, ms, ms / 1000);
}

static void
rates(void)
{
	int i, all = 1;

	for (i = 0; i < 5; i++)
		all &= take(1, 5, 5000) == 0;
	ok(all, "as many as its rate at once");
	is_num(take(1, 5, 5000), 1, "one more is to wait");
	is_num(take(2, 5, 5000), 0, "not that of another key");
	is_num(take(1, 5, 5199), 1, "a fifth of a second, nearly");
	is_num(take(1, 5, 5200), 0, "a fifth of a second");
	is_num(take(1, 5, 5200), 1, "and no more");
	is_num(take(1, 0, 5200), 0, "without a rate");
	for (all = 1, i = 0; i < 5; i++)
		all &= take(1, 5, 6300) == 0;
	ok(all, "full again");
	is_num(take(1, 5, 6300), 1, "and not fuller");
	is_num(take(1, 1, 9000), 0, "a smaller rate holds at once");
	is_num(take(1, 1, 9000), 1, "with as few of them");
	is_num(take(1, 1000000, 11001), 0, "a larger one");
	is_num(take(1, 5, 10000), 0, "a clock that goes back");
}

static void
writing(void)
{
	const struct accountuse_key *k;
	int n = 0;

	while ((k = accountuse_write(&u)) != NULL)
		n++;
	is_num(n, 2, "each is written once");
	take(2, 5, 20000);
	k = accountuse_write(&u);
	ok(k != NULL && k->used_s == 20 && strcmp(k->number + 15, "2") == 0,
	    "when it was used last");
	ok(accountuse_write(&u) == NULL, "and no other");
	accountuse_again(&u, k);
	accountuse_again(&u, k);
	accountuse_tidy(&u, 100000);
	is_num((long long)u.by_number.n, 1,
	    "what is not written is not forgotten");
	ok(accountuse_write(&u) == k && accountuse_write(&u) == NULL,
	    "but once more");
	accountuse_tidy(&u, 20 + ACCOUNTUSE_IDLE_S);
	is_num((long long)u.by_number.n, 1, "nor before it is idle");
	accountuse_tidy(&u, 21 + ACCOUNTUSE_IDLE_S);
	is_num((long long)u.by_number.n, 0, "then it is");
}

int
main(void)
{
	rates();
	writing();
	take(1, 1, 1);
	accountuse_free(&u);
	is_num((long long)u.by_number.n, 0, "all");
	return done();
}
