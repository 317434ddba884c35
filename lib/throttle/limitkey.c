#include "throttle/limitflow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	AGAIN_SLOW_US = 5000000,
	SPEED_FAST = 25, /* in a quarter of a second */
	LINE_CONN = 50   /* jobs in line for connections, when it is slow */
};

const struct throttle_rule limitkey_no_rule = { .key = "", .builtin = 255 };

int
limitkey_clear(const struct limiter_key *k, int64_t now_us)
{
	unsigned i;

	for (i = 0; i < limitkey_rates(k); i++)
		if (!bucket_full(&k->rate[i].now, now_us))
			return 0;
	return k->backoff.limit == 0 ||
	    now_us - k->backoff.failed_us > BACKOFF_FORGET_US;
}

/* "site:mx.example.net+via:pool1": "*" replaced by the job's value */
size_t
limitkey_name(char *out, const struct throttle_rule *r,
    const struct throttle_who *who)
{
	const char *p = r->key, *end = r->key + r->key_len;
	size_t n = 0, i, len;
	int label;

	for (label = 0; label < THROTTLE_LABELS; label++) {
		if (r->match[label] != THROTTLE_EACH)
			continue;
		/* up to and with this label's colon, then the value */
		while (p < end && *p != '*')
			out[n++] = *p++;
		p++;
		len = who->len[label];
		if (len > THROTTLE_VALUE_MAX)
			len = THROTTLE_VALUE_MAX;
		for (i = 0; i < len; i++)
			out[n++] = who->value[label][i];
	}
	while (p < end)
		out[n++] = *p++;
	out[n] = '\0';
	return n;
}

/* how far may this key's line be, and how far is it */

unsigned
limitkey_speed(struct limiter_key *k, int64_t now_us)
{
	int64_t past = now_us - k->slot_us;

	if (past >= 2 * LIMITER_SPEED_US) {
		k->slot_before = k->slot = 0;
		k->slot_us = now_us;
	} else if (past >= LIMITER_SPEED_US) {
		k->slot_before = k->slot;
		k->slot = 0;
		k->slot_us += LIMITER_SPEED_US;
	}
	return k->slot_before + k->slot;
}

int
limitkey_closed(const struct limiter_key *k, int64_t now_us)
{
	return now_us < k->backoff.until_us;
}

/* recipients of a transaction here, about */
static unsigned
transaction_size(const struct limiter_key *k)
{
	if (k->in_flight > 0)
		return (k->jobs + k->in_flight - 1) / k->in_flight;
	return k->first == NULL ? 1 : k->first->first->jobs;
}

/* when its rates let so many recipients go */
static int64_t
rates_ready(const struct limiter_key *k, unsigned jobs, int64_t now_us)
{
	const struct throttle_rate *r;
	int64_t at = now_us, t;
	unsigned i;

	for (i = 0; i < limitkey_rates(k); i++) {
		r = &k->rule->rate[i];
		t = bucket_ready(&k->rate[i].now, &r->limit,
		    r->rcpts ? jobs : 1, now_us);
		if (t > at)
			at = t;
	}
	return at;
}

int
limitkey_far(const struct limiter_key *k, int64_t now_us)
{
	return limitkey_closed(k, now_us) ||
	    rates_ready(k, 1, now_us) > now_us + LIMITER_AGAIN_MAX_US;
}

unsigned
limitkey_allowed(struct limiter_key *k, int64_t now_us)
{
	uint64_t most = LIMITER_BACKLOG_MAX, a;
	const struct throttle_rate *r;
	unsigned i;

	if (limitkey_far(k, now_us))
		return 0;
	for (i = 0; i < limitkey_rates(k); i++) {
		r = &k->rule->rate[i];
		a = bucket_within(&k->rate[i].now, &r->limit, now_us,
		    LIMITER_LINE_US);
		if (!r->rcpts)
			a *= transaction_size(k);
		if (a < most)
			most = a;
	}
	if ((limitkey_conn(k) > 0 || k->backoff.limit > 0) &&
	    (k->backoff.limit > 0 || now_us < k->slow_us ||
		now_us - k->blocked_us >= LIMITER_TRUST_US)) {
		/* half as many again as may be on the way keep them busy
		 * while the next ones are fetched */
		a = k->in_flight / 2;
		if (a > LINE_CONN)
			a = LINE_CONN;
		if (a < limitkey_speed(k, now_us))
			a = limitkey_speed(k, now_us);
		if (a < most)
			most = a;
	}
	return most < LIMITER_BACKLOG_MIN ? LIMITER_BACKLOG_MIN : most;
}

/* when the key itself lets so many recipients go: now, later, or LIMITKEY_NEVER:
 * not before something ends */
int64_t
limitkey_ready(const struct limiter_key *k, unsigned jobs, int64_t now_us)
{
	int64_t at = rates_ready(k, jobs, now_us);

	if (k->backoff.until_us > at)
		at = k->backoff.until_us;
	if (at > now_us)
		return at;
	if (limitkey_conn(k) > 0 && k->in_flight >= limitkey_conn(k))
		return LIMITKEY_NEVER;
	if (k->in_flight < backoff_allows(&k->backoff, now_us))
		return now_us;
	return backoff_next(&k->backoff, k->in_flight);
}

void
limitkey_why(const struct limiter_key *k, unsigned jobs, int64_t now_us,
    char *out)
{
	const struct throttle_rate *r = NULL, *x;
	int64_t latest = now_us, t;
	unsigned i;

	/* or so many, who wait in front */
	if (k->first != NULL && k->first->first->jobs > jobs)
		jobs = k->first->first->jobs;
	if (limitkey_rates(k) > 0 && limitkey_conn(k) == 0 &&
	    k->backoff.limit == 0)
		r = &k->rule->rate[0];
	for (i = 0; i < limitkey_rates(k); i++) {
		x = &k->rule->rate[i];
		t = bucket_ready(&k->rate[i].now, &x->limit,
		    x->rcpts ? jobs : 1, now_us);
		if (t > latest) {
			latest = t;
			r = x;
		}
	}
	if (k->backoff.until_us > latest)
		snprintf(out, LIMITER_WHY_LEN, "backoff=%u..%u",
		    k->rule->backoff.least_s, k->rule->backoff.most_s);
	else if (r != NULL)
		snprintf(out, LIMITER_WHY_LEN, "%s=%u/%s",
		    r->rcpts ? "rcpt-rate" : "rate", r->limit.n, r->unit);
	else if (k->in_flight >= k->backoff.limit && k->backoff.limit > 0)
		snprintf(out, LIMITER_WHY_LEN, "backoff conn=%u",
		    k->backoff.limit);
	else
		snprintf(out, LIMITER_WHY_LEN, "conn=%u", limitkey_conn(k));
}

static int
is_site_rule(const struct limiter_key *k)
{
	return k->rule->match[THROTTLE_SITE] != THROTTLE_ANY &&
	    k->rule->match[THROTTLE_DOMAIN] == THROTTLE_ANY &&
	    k->rule->match[THROTTLE_VIA] == THROTTLE_ANY &&
	    k->rule->match[THROTTLE_TENANT] == THROTTLE_ANY;
}

/* does what holds here hold for all that goes to the site? */
static int
is_site_key(const struct limiter_key *k)
{
	return is_site_rule(k) && !k->back;
}

/* when the first pool may go there again; now: one may, or that is not known */
static int64_t
site_closed_until(const struct limiter_key *k, int64_t now_us)
{
	int64_t until = k->backoff.until_us;
	const struct limiter_key *o;

	if (!is_site_rule(k) || (k->back && k->peer == NULL))
		return now_us;
	if (k->back)
		for (o = k->peer->peer; o != NULL; o = o->next_back)
			if (o->backoff.until_us < until)
				until = o->backoff.until_us;
	return until > now_us ? until : now_us;
}

/* when to ask again for a connection, as things go */
static int64_t
conn_turn(struct limiter_key *k, int64_t now_us)
{
	unsigned speed = limitkey_speed(k, now_us);
	unsigned conn =
	    limitkey_conn(k) > 0 ? limitkey_conn(k) : k->backoff.limit;

	if (k->promise_us < now_us + LIMITER_AGAIN_US / 2)
		k->promise_us = now_us + LIMITER_AGAIN_US / 2;
	if (conn > 0)
		k->promise_us += speed > 0 ? 2 * LIMITER_SPEED_US / speed
					   : LIMITER_AGAIN_US / conn;
	if (k->promise_us > now_us + LIMITER_AGAIN_MAX_US)
		k->promise_us = now_us + LIMITER_AGAIN_MAX_US;
	return k->promise_us;
}

/* when all rates of a key let one more come, behind so many in line */
static int64_t
key_turn(struct limiter_key *k, unsigned jobs, unsigned line, int64_t at_us,
    int64_t now_us)
{
	const struct throttle_rate *r;
	struct limitplan_rate x;
	unsigned i;

	for (i = 0; i < limitkey_rates(k) && at_us != LIMITPLAN_NEVER; i++) {
		r = &k->rule->rate[i];
		x.now = k->rate[i].now;
		x.limit = &r->limit;
		x.rcpts = r->rcpts;
		x.ahead = r->rcpts ? line : line / transaction_size(k);
		at_us = limitplan_turn(k->plan, &x, jobs, at_us, now_us);
	}
	return at_us;
}

/* somebody comes then; without memory that is not known */
static void
key_plan(struct limiter_key *k, unsigned jobs, int64_t at_us, int64_t now_us)
{
	if (limitkey_rates(k) == 0)
		return;
	if (k->plan == NULL)
		k->plan = calloc(1, sizeof *k->plan);
	if (k->plan != NULL)
		limitplan_take(k->plan, jobs, at_us, now_us);
}

/*
 * The first time, not before at_us, at which the rates of all keys of an item
 * let it come, behind those in line and all who were given a time.  One time
 * for all keys: one that he cannot use would keep others out for nothing.
 */
static int64_t
rates_turn(const struct limiter_item *i, const struct limiter_key *k,
    unsigned line, int64_t at_us, int64_t now_us)
{
	const struct limiter_set *s = i->set;
	struct limiter_key *o;
	unsigned n, agree = 0, ahead;
	int64_t t;

	for (n = 0; agree < s->n; n = (n + 1) % s->n) {
		o = s->key[n];
		ahead = o == k && line < o->parked ? line : o->parked;
		t = key_turn(o, i->jobs, ahead, at_us, now_us);
		agree = t > at_us ? 1 : agree + 1;
		at_us = t;
		/* asked again before: then it is given another time */
		if (at_us > now_us + LIMITER_AGAIN_MAX_US)
			return now_us + LIMITER_AGAIN_MAX_US;
	}
	for (n = 0; n < s->n; n++)
		key_plan(s->key[n], i->jobs, at_us, now_us);
	return at_us;
}

/*
 * When to ask again.  For a site the answer holds for all its jobs until
 * then.  Other keys are none of the queue's business: there each job gets
 * a time of its own, at the pace of the key, so that they come back as
 * they can go.
 */
void
limitkey_ask_again(struct limiter_item *i, struct limiter_key *k,
    int64_t now_us)
{
	unsigned line = limitkey_allowed(k, now_us);
	int64_t at;

	if (limitkey_closed(k, now_us)) {
		at = site_closed_until(k, now_us);
		i->next_us = at > now_us ? at : k->backoff.until_us;
		i->room = at > now_us ? 0 : -1;
		return;
	}
	if (is_site_key(k)) {
		i->room = k->jobs + line;
		i->next_us = now_us +
		    (limitkey_far(k, now_us) ? LIMITER_AGAIN_MAX_US
					     : LIMITER_AGAIN_US);
		if (line > 0 && k->backoff.limit == 0 &&
		    limitkey_speed(k, now_us) < SPEED_FAST &&
		    now_us - k->blocked_us >= LIMITER_AGAIN_US)
			i->next_us = now_us + AGAIN_SLOW_US;
		return;
	}
	i->room = -1;
	i->next_us = rates_turn(i, k, line, conn_turn(k, now_us), now_us);
}

static struct slice
keep(char **at, struct slice v)
{
	struct slice to = { *at, v.n };

	if (to.n > LIMITER_SAID_MAX) {
		to.n = LIMITER_SAID_MAX;
		/* not within an escape */
		while (to.n > 0 && v.p[to.n - 1] == '\\')
			to.n--;
	}
	if (to.n > 0)
		memcpy(*at, v.p, to.n);
	*at += to.n;
	return to;
}

void
limitkey_say(struct limiter_key *k, const struct limiter_said *s)
{
	size_t n = s->code.n + s->esc.n + s->host.n + s->text.n;
	char *at;

	free(k->said);
	k->said = malloc(sizeof *k->said + n);
	if (k->said == NULL)
		return;
	at = (char *)(k->said + 1);
	k->said->code = keep(&at, s->code);
	k->said->esc = keep(&at, s->esc);
	k->said->host = keep(&at, s->host);
	k->said->text = keep(&at, s->text);
}

static int
same_rate(const struct throttle_rate *a, const struct throttle_rate *b)
{
	return a->limit.n == b->limit.n && a->rcpts == b->rcpts &&
	    a->limit.period_us == b->limit.period_us &&
	    a->limit.burst == b->limit.burst;
}

int
limitkey_move(struct limiter_key *k, const struct throttle_rule *to,
    int64_t now_us)
{
	struct limiter_rate *b = NULL;
	unsigned n = k->back ? 0 : to->n_rates, i, j;

	if (n > 0) {
		b = calloc(n, sizeof *b);
		if (b == NULL)
			return -1;
	}
	for (i = 0; i < n; i++)
		for (j = 0; j < limitkey_rates(k); j++)
			if (same_rate(&to->rate[i], &k->rule->rate[j]))
				b[i] = k->rate[j];
	free(k->rate);
	k->rate = b;
	free(k->plan);
	k->plan = NULL;
	k->rule = to;
	backoff_fit(&k->backoff, &to->backoff, now_us);
	if (!limitkey_learns(k)) {
		memset(&k->backoff, 0, sizeof k->backoff);
		free(k->said);
		k->said = NULL;
	}
	return 0;
}
