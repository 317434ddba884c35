#include "throttle/limitwarm.h"

/* of a test that knows no zones */
static int64_t
date_of(const struct limiter *l, const struct throttle_cap *c, int64_t at_s)
{
	return l->date == NULL ? at_s / 86400 : l->date(c->zone, at_s);
}

uint32_t
limitwarm_amount(const struct limiter *l, const struct throttle_warm *w,
    const struct throttle_cap *c, int64_t at_s)
{
	return c->warm ? throttlewarm_amount(w, date_of(l, c, at_s)) : c->n;
}

void
limitwarm_set(const struct limiter *l, struct throttle_rules *t)
{
	const struct calendar *c;
	struct throttle_rule *r;
	int64_t days = 0;
	unsigned i;

	if (t->n_warm == 0)
		return;
	/* the days that are now, of all zones */
	for (c = t->calendars; c != NULL; c = c->next)
		if (c->span == ZONE_DAY)
			days += c->begin_s;
	if (days == t->warm_days)
		return;
	t->warm_days = days;
	for (r = t->list; r != NULL; r = r->next)
		for (i = 0; i < r->n_caps; i++)
			if (r->cap[i].warm)
				r->cap[i].n = limitwarm_amount(l, &r->warm,
				    &r->cap[i], r->cap[i].calendar->begin_s);
}
