#include "throttle/limitlearn.h"
#include "throttle/limitadapt.h"
#include "throttle/limitbook.h"

void
limitlearn_take(struct limiter_key *k, struct bucket_cost cost, int64_t now_us)
{
	unsigned i, n = limitkey_rates(k);
	struct bucket_limit l;
	uint32_t c;

	if (k->adapt == NULL)
		return;
	for (i = 0; i < n; i++) {
		if (!limitadapt_is(k->rule, i))
			continue;
		l = limitadapt_limit(k->adapt, k->rule, i);
		c = cost.of[k->rule->rate[i].what];
		bucket_take(&k->adapt[i].now, &l, c, now_us);
		k->adapt[i].used += c;
	}
	if (k->adapt[n].used < k->in_flight)
		k->adapt[n].used = k->in_flight;
}

int
limitlearn_yields(const struct limiter_key *k)
{
	struct adapt_range r;
	unsigned i;

	if (k->adapt == NULL)
		return 0;
	for (i = 0; i <= k->rule->n_rates; i++) {
		if (!limitadapt_is(k->rule, i))
			continue;
		r = limitadapt_range(k->rule, i);
		if (adapt_yields(&k->adapt[i].is, &r) &&
		    !adapt_shut(&k->adapt[i].is))
			return 1;
	}
	return 0;
}

/* four fifths of what a rate allows, or all connections, since the step began */
static int
used(const struct limiter_key *k, unsigned i, int64_t now_us)
{
	const struct limitadapt *a = &k->adapt[i];
	uint32_t value = limitadapt_value(k->adapt, k->rule, i);
	int64_t period_us;

	if (i == k->rule->n_rates)
		return a->used >= value / ADAPT_ONE;
	period_us = k->rule->rate[i].limit.period_us;
	return (__int128)a->used * ADAPT_ONE * period_us * 5 >=
	    (__int128)value * (now_us - a->is.begun_us) * 4;
}

static void
tell(const struct limiter *l, const struct limiter_key *k, unsigned i,
    uint32_t from)
{
	char text[THROTTLE_RATE_TEXT];
	struct limiter_adapted a = { k->name, text, from,
		limitadapt_value(k->adapt, k->rule, i), NULL };

	if (l->adapted == NULL)
		return;
	if (i == k->rule->n_rates)
		throttle_conn_text(k->rule, text);
	else
		throttle_rate_text(&k->rule->rate[i], text);
	if (a.to < a.from)
		a.said = k->said;
	l->adapted(l->arg, &a);
}

void
limitlearn_done(struct limiter *l, struct limiter_key *k,
    const struct limiter_item *item, enum backoff_sign sign, int64_t now_us)
{
	int bad = item->slow || sign == BACKOFF_BUSY || sign == BACKOFF_HARD;
	enum adapt_step step;
	struct adapt_range r;
	uint32_t from;
	unsigned i;

	if (k->adapt == NULL || (!bad && sign != BACKOFF_GOOD))
		return;
	for (i = 0; i <= k->rule->n_rates; i++) {
		if (!limitadapt_is(k->rule, i))
			continue;
		r = limitadapt_range(k->rule, i);
		from = limitadapt_value(k->adapt, k->rule, i);
		step = adapt_learn(&k->adapt[i].is, &r, bad, used(k, i, now_us),
		    item->started_us, now_us);
		if (step == ADAPT_NONE)
			continue;
		k->adapt[i].used = i == k->rule->n_rates ? k->in_flight : 0;
		if (step == ADAPT_STAYED)
			continue;
		tell(l, k, i, from);
		if (l->book != NULL)
			limitbook_adapt(l->book, k, i);
	}
}
