/*
 * Results that come up through route: what replaces one is LTSV again, for the
 * same job, and asks for it at once; what is learned is within its limits.
 */
#include "route/breaker.h"
#include "route/spilling.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static int
same(const struct ltsv *a, const struct ltsv *b, const char *label)
{
	const struct ltsv_field *x = ltsv_find(a, label),
				*y = ltsv_find(b, label);

	return x == NULL || y == NULL ? x == y
				      : x->value_len == y->value_len &&
		memcmp(x->value, y->value, x->value_len) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct breaker_rule rule = { 1, 1, 2, 0 };
	static struct spills spills;
	static struct breakers breakers;
	static struct ltsv l, out;
	static struct buf b;
	const struct breaker_site *s;
	const struct ltsv_field *site;
	struct breaker_rule read;

	if (breaker_scan((struct slice){ (const char *)p, n }, &read) == 0)
		must(read.failures > 0 && read.least_s > 0 &&
		    read.most_s >= read.least_s &&
		    read.most_s <= BREAKER_TIME_MAX_S);
	if (ltsv_parse((const char *)p, n, &l) == -1)
		return 0;
	buf_clear(&b);
	if (spilling_result(&spills, &l, 1000000000, 5, &b) == 1) {
		must(ltsv_parse(buf_data(&b), buf_len(&b), &out) == 0);
		must(same(&l, &out, "id") && same(&l, &out, "n"));
		must(ltsv_is(ltsv_find(&out, "next"), "1000"));
		must(ltsv_find(&out, "spill-by") == NULL);
		must(spills.by_value.n <= 1 &&
		    spills.n_shapes <= SPILLS_SHAPES_MAX);
	}
	spills_forget(&spills);
	site = ltsv_find(&l, "site");
	if (site != NULL)
		breaker_ask(&breakers, &rule,
		    (struct slice){ site->value, site->value_len }, 1, 5);
	s = breaker_result(&breakers, &l, 5);
	must(s == NULL || strlen(s->text) <= BREAKER_TEXT_MAX);
	breaker_free(&breakers);
	return 0;
}
