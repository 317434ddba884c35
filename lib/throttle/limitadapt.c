#include "throttle/limitadapt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct adapt_range
limitadapt_range(const struct throttle_rule *r, unsigned i)
{
	if (i == r->n_rates)
		return (struct adapt_range){ r->conn_least * ADAPT_ONE,
			r->conn * ADAPT_ONE, 1 };
	return (struct adapt_range){ r->rate[i].least * ADAPT_ONE,
		(uint32_t)r->rate[i].n * ADAPT_ONE, 0 };
}

int
limitadapt_is(const struct throttle_rule *r, unsigned i)
{
	return i == r->n_rates ? r->conn_least > 0 : r->rate[i].least > 0;
}

uint32_t
limitadapt_value(const struct limitadapt *a, const struct throttle_rule *rule,
    unsigned i)
{
	const struct adapt_range r = limitadapt_range(rule, i);

	return adapt_value(&a[i].is, &r);
}

struct bucket_limit
limitadapt_limit(const struct limitadapt *a, const struct throttle_rule *rule,
    unsigned i)
{
	const struct bucket_limit *l = &rule->rate[i].limit;

	return (struct bucket_limit){ l->period_us * ADAPT_ONE,
		limitadapt_value(a, rule, i), l->burst };
}

void
limitadapt_text(char out[LIMITADAPT_TEXT], uint32_t value)
{
	int n = snprintf(out, LIMITADAPT_TEXT, "%u.%03u", value / ADAPT_ONE,
	    value % ADAPT_ONE);

	while (out[n - 1] == '0')
		n--;
	if (out[n - 1] == '.')
		n--;
	out[n] = '\0';
}

void
limitadapt_begin(struct limitadapt *a, const struct throttle_rule *rule,
    unsigned i, uint32_t value, uint32_t ceiling)
{
	const struct adapt_range r = limitadapt_range(rule, i);

	a[i].is.value = value;
	a[i].is.ceiling = ceiling;
	adapt_fit(&a[i].is, &r);
}

/* limit i of the other rule as it was; NULL: it is new */
static const struct limitadapt *
before(const struct limitadapt *a, const struct throttle_rule *from,
    const struct throttle_rule *to, unsigned i)
{
	unsigned j;

	if (a == NULL)
		return NULL;
	if (i == to->n_rates)
		return limitadapt_is(from, from->n_rates) ? &a[from->n_rates]
							  : NULL;
	for (j = 0; j < from->n_rates; j++)
		if (limitadapt_is(from, j) &&
		    from->rate[j].what == to->rate[i].what &&
		    from->rate[j].limit.period_us ==
			to->rate[i].limit.period_us)
			return &a[j];
	return NULL;
}

int
limitadapt_move(struct limitadapt **all, const struct throttle_rule *from,
    const struct throttle_rule *to)
{
	const struct limitadapt *was;
	struct limitadapt *a = NULL;
	struct adapt_range r;
	unsigned i, n = 0;

	for (i = 0; i <= to->n_rates; i++)
		n += limitadapt_is(to, i);
	if (n > 0) {
		a = calloc(to->n_rates + 1, sizeof *a);
		if (a == NULL)
			return -1;
	}
	for (i = 0; n > 0 && i <= to->n_rates; i++) {
		was = limitadapt_is(to, i) ? before(*all, from, to, i) : NULL;
		if (was == NULL)
			continue;
		r = limitadapt_range(to, i);
		a[i] = *was;
		adapt_fit(&a[i].is, &r);
	}
	free(*all);
	*all = a;
	return 0;
}
