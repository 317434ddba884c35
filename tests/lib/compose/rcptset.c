#include "compose/rcptset.h"
#include "tap.h"

static int
add(struct rcptset *s, struct buf *env, const char *a)
{
	return rcptset_add(s, env, a, strlen(a));
}

int
main(void)
{
	struct rcptset s = { 0 };
	struct buf env = { 0 };
	char a[64];
	int i, bad = 0;

	is_num(add(&s, &env, "a@b.example"), 1, "one");
	is_num(add(&s, &env, "a@B.Example"), 0, "the same");
	is_num(add(&s, &env, "A@b.example"), 1, "not the same");
	is_num(add(&s, &env, "\"a b\"@b.example"), 1, "a blank");
	is_num(add(&s, &env, "a@b.example"), 0, "again");
	buf_putc(&env, '\0');
	is_str(buf_data(&env),
	    "to a@b.example\nto A@b.example\nto \"a b\"@b.example\n", "lines");
	for (i = 3; i < RCPTSET_MAX; i++) {
		snprintf(a, sizeof a, "n%d@b.example", i);
		bad += add(&s, &env, a) != 1;
	}
	is_num(bad, 0, "10000");
	is_num(s.n, RCPTSET_MAX, "all of them");
	is_num(add(&s, &env, "x@b.example"), -2, "one more");
	is_num(add(&s, &env, "n77@B.example"), 0, "one that is there");
	rcptset_free(&s);
	is_num(s.n, 0, "nobody");
	buf_free(&env);
	return done();
}
