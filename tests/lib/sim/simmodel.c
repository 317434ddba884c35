/* models of receivers */
#include "sim/simmodel.h"
#include "tap.h"

#define S INT64_C(1000000)
#define SITE(s) ((struct slice){ s, sizeof(s) - 1 })

int
main(void)
{
	static const char *const bad[] = { "x", "=1/s", "x=1", "x=/s", "x=0/s",
		"x=1/", "x=1/0s", "x=1/y", "x=a/s", "x=1/8d" };
	static const char *const good[] = { "x=1/s", "x=100/10m", "*=5/h",
		"a=b=1/1d" };
	struct simmodel m = { .n = 0 };
	unsigned i;
	int r = 0;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(simmodel_add(&m, bad[i]) != NULL, bad[i]);
	is_num(m.n, 0, "none of them counts");
	is_num(simmodel_over(&m, SITE("x"), S), 0, "no model, no limit");
	for (i = 0; i < sizeof good / sizeof *good; i++)
		ok(simmodel_add(&m, good[i]) == NULL, good[i]);
	is_num(simmodel_over(&m, SITE("x"), S), 0, "the first of a second");
	is_num(simmodel_over(&m, SITE("x"), S), 1, "the second");
	is_num(simmodel_over(&m, SITE("x"), 2 * S - 1), 1, "just before");
	is_num(simmodel_over(&m, SITE("x"), 2 * S), 0, "a second later");
	for (i = 0; i < 5; i++)
		r += simmodel_over(&m, SITE("y"), 2 * S);
	is_num(r, 0, "any other has five");
	is_num(simmodel_over(&m, SITE("y"), 2 * S), 1, "and no more");
	is_num(simmodel_over(&m, SITE("z"), 2 * S), 0, "each for itself");
	simmodel_rest(&m);
	is_num(simmodel_over(&m, SITE("y"), 2 * S), 0, "as at first");
	simmodel_free(&m);
	for (i = 0; i < SIMMODEL_MAX; i++)
		r += simmodel_add(&m, "x=1/s") != NULL;
	is_num(r, 0, "so many");
	ok(simmodel_add(&m, "x=1/s") != NULL, "one more is too many");
	return done();
}
