#include "run/failkind.h"

uint8_t
failkind_number(struct failkind *k, struct slice class, struct slice failure)
{
	struct failkind_one *o;
	unsigned i;

	if (class.n > FAILKIND_CLASS_MAX)
		class.n = 0;
	if (failure.n > FAILURE_CLASS_MAX)
		failure.n = 0;
	if (class.n == 0 && failure.n == 0)
		return FAILKIND_UNKNOWN;
	for (i = 0; i < k->n; i++)
		if (word_is(class, k->one[i].class) &&
		    word_is(failure, k->one[i].failure))
			return (uint8_t)(i + 1);
	if (i == FAILKIND_MAX)
		return FAILKIND_UNKNOWN;
	o = &k->one[k->n++];
	memset(o, 0, sizeof *o);
	if (class.n > 0)
		memcpy(o->class, class.p, class.n);
	if (failure.n > 0)
		memcpy(o->failure, failure.p, failure.n);
	return (uint8_t)k->n;
}

void
failkind_case(const struct failkind *k, uint8_t number, struct retry_case *c)
{
	const struct failkind_one *o;

	c->class = c->failure = (struct slice){ "", 0 };
	if (number == FAILKIND_UNKNOWN || number > k->n)
		return;
	o = &k->one[number - 1];
	c->class = (struct slice){ o->class, strlen(o->class) };
	c->failure = (struct slice){ o->failure, strlen(o->failure) };
}
