#include "throttle/limitadapt.h"
#include "throttle/limitcaps.h"
#include "throttle/limitkeys.h"
#include "throttle/limitsharecaps.h"
#include <stdlib.h>
#include <string.h>

enum { LINE_CONN = 50 }; /* jobs in line for connections, when it is slow */

const struct throttle_rule limitkey_no_rule = { .key = "", .builtin = 255 };

int
limitkey_clear(const struct limiter_key *k, int64_t now_us)
{
	unsigned i;

	if (limitshare_busy(k) || k->owed)
		return 0;
	for (i = 0; i < limitkey_rates(k); i++)
		if (!bucket_full(&k->rate[i].now, now_us))
			return 0;
	for (i = 0; i < limitkey_caps(k); i++)
		if (limitcaps_used(k, i) > 0)
			return 0;
	return k->backoff.limit == 0 ||
	    now_us - k->backoff.failed_us > BACKOFF_FORGET_US;
}

/* the key up to this label's "*", and then the value of a job */
static size_t
put_value(char *out, const char **key, const struct throttle_who *who,
    unsigned label)
{
	size_t n = 0, i, len = who->len[label];

	if (len > THROTTLE_VALUE_MAX)
		len = THROTTLE_VALUE_MAX;
	while (**key != '*')
		out[n++] = *(*key)++;
	++*key;
	for (i = 0; i < len; i++)
		out[n++] = who->value[label][i];
	return n;
}

size_t
limitkey_name(char *out, const struct throttle_rule *r,
    const struct throttle_who *who)
{
	const char *p = r->key, *end = r->key + r->key_len;
	unsigned label, i;
	size_t n = 0;

	for (label = 0; label < THROTTLE_TAG; label++)
		if (r->match[label] == THROTTLE_EACH)
			n += put_value(out + n, &p, who, label);
	for (i = 0; i < r->n_tags; i++)
		if (r->match[r->tag[i]] == THROTTLE_EACH)
			n += put_value(out + n, &p, who, r->tag[i]);
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

unsigned
limitkey_transaction_size(const struct limiter_key *k)
{
	if (k->in_flight > 0)
		return (k->jobs + k->in_flight - 1) / k->in_flight;
	return k->first == NULL ? 1 : k->first->first->jobs;
}

unsigned
limitkey_conn(const struct limiter_key *k)
{
	if (k->back)
		return 0;
	return k->rule->conn_least > 0
	    ? limitadapt_value(k->adapt, k->rule, limitkey_rates(k)) / ADAPT_ONE
	    : throttle_conn(k->rule);
}

int64_t
limitkey_rate_ready(const struct limiter_key *k, unsigned i, uint32_t cost,
    int64_t now_us)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	struct bucket_limit l;
	int64_t at = bucket_ready(&k->rate[i].now, &r->limit, cost, now_us), t;

	if (k->share != NULL) {
		t = limitshare_ready(k, i, cost, now_us);
		at = t > at ? t : at;
	}
	if (r->least == 0)
		return at;
	l = limitadapt_limit(k->adapt, k->rule, i);
	t = bucket_ready(&k->adapt[i].now, &l, cost, now_us);
	return t > at ? t : at;
}

int64_t
limitkey_rate_within(const struct limiter_key *k, unsigned i, int64_t now_us,
    int64_t span_us)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	struct bucket_limit l;
	int64_t n = bucket_within(&k->rate[i].now, &r->limit, now_us, span_us),
		m;

	if (k->share != NULL) {
		m = limitshare_within(k, i, now_us, span_us);
		n = m < n ? m : n;
	}
	if (r->least == 0)
		return n;
	l = limitadapt_limit(k->adapt, k->rule, i);
	m = bucket_within(&k->adapt[i].now, &l, now_us, span_us);
	return m < n ? m : n;
}

int64_t
limitkey_counts(const struct limiter_key *k, struct bucket_cost cost,
    int64_t now_us)
{
	const struct throttle_cap *c = limitcaps_binding(k, cost);
	int64_t at = now_us, t;
	unsigned i;

	if (c != NULL && c->calendar->end_us > at)
		at = c->calendar->end_us;
	for (i = 0; i < limitkey_caps(k); i++) {
		t = limitsharecaps_ready(k, i, cost.of[k->rule->cap[i].what],
		    now_us);
		if (t > at)
			at = t;
	}
	for (i = 0; i < limitkey_rates(k); i++) {
		t = limitkey_rate_ready(k, i, cost.of[k->rule->rate[i].what],
		    now_us);
		if (t > at)
			at = t;
	}
	return at;
}

int
limitkey_far(const struct limiter_key *k, uint32_t bytes, int64_t now_us)
{
	const struct bucket_cost least = { { 1, 1, bytes, 1 } };

	return limitkey_closed(k, now_us) ||
	    limitkey_counts(k, least, now_us) > now_us + LIMITER_AGAIN_MAX_US;
}

/* about so many recipients are in what is counted by a rate */
static uint64_t
jobs_of(const struct limiter_key *k, const struct throttle_rate *r, uint64_t n)
{
	uint32_t bytes;

	if (r->what == BUCKET_RCPTS)
		return n;
	if (r->what == BUCKET_BYTES) {
		bytes = k->first == NULL ? 0 : k->first->first->bytes;
		n = bytes == 0 ? n : n / bytes;
	}
	return n < LIMITER_BACKLOG_MAX ? n * limitkey_transaction_size(k)
				       : LIMITER_BACKLOG_MAX;
}

unsigned
limitkey_allowed(struct limiter_key *k, int64_t now_us)
{
	uint64_t most = LIMITER_BACKLOG_MAX, a;
	const struct throttle_rate *r;
	unsigned i;

	if (limitkey_far(k, k->first == NULL ? 1 : k->first->first->bytes,
		now_us))
		return 0;
	for (i = 0; i < limitkey_rates(k); i++) {
		r = &k->rule->rate[i];
		a = limitkey_rate_within(k, i, now_us, LIMITER_LINE_US);
		a = jobs_of(k, r, a);
		if (a < most)
			most = a;
	}
	for (i = 0; i < limitkey_caps(k); i++) {
		a = limitsharecaps_left(k, i, now_us);
		if (k->rule->cap[i].what == BUCKET_TXNS)
			a *= limitkey_transaction_size(k);
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

int64_t
limitkey_ready(const struct limiter_key *k, struct bucket_cost cost,
    int64_t now_us)
{
	int64_t at = limitkey_counts(k, cost, now_us);

	if (k->backoff.until_us > at)
		at = k->backoff.until_us;
	if (at > now_us)
		return at;
	if (limitkey_conn(k) > 0 && k->in_flight >= limitkey_conn(k))
		return LIMITKEY_NEVER;
	/* others may give some back, whatever ends here */
	if (k->in_flight >= limitshare_conn(k))
		return now_us + LEASE_LOOK_US;
	if (k->in_flight < backoff_allows(&k->backoff, now_us))
		return now_us;
	return backoff_next(&k->backoff, k->in_flight);
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
	return a->limit.n == b->limit.n && a->what == b->what &&
	    a->limit.period_us == b->limit.period_us &&
	    a->limit.burst == b->limit.burst;
}

int
limitkey_move(struct limiter_key *k, const struct throttle_rule *to,
    int64_t now_us)
{
	struct limiter_rate *b = NULL;
	unsigned n = k->back ? 0 : to->n_rates, i, j;

	if (limitcaps_move(k, to) == -1 ||
	    (!k->back && limitadapt_move(&k->adapt, k->rule, to) == -1))
		return -1;
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
