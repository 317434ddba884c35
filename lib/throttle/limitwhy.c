#include "throttle/limitwhy.h"
#include "format/ltsv.h"
#include "throttle/limitadapt.h"
#include "throttle/limitagain.h"
#include "throttle/limitcaps.h"
#include "throttle/limitkeys.h"
#include "throttle/limitsharecaps.h"
#include <inttypes.h>
#include <stdio.h>

enum { SPAN_LEN = 40 };

/* "in 3.250 s", "now" */
static const char *
in(char t[SPAN_LEN], int64_t at_us, int64_t now_us)
{
	int64_t ms = (at_us - now_us + 999) / 1000;

	if (at_us == LIMITKEY_NEVER)
		snprintf(t, SPAN_LEN, "when one of them ends");
	else if (ms <= 0)
		snprintf(t, SPAN_LEN, "now");
	else
		snprintf(t, SPAN_LEN, "in %" PRId64 ".%03d s", ms / 1000,
		    (int)(ms % 1000));
	return t;
}

static int
where(struct buf *b, const struct limiter_key *k, unsigned line)
{
	const struct throttle_words *w = k->rule->words;
	const char *file = w == NULL ? throttle_words.file : w->file;
	int r = line > 0            ? buf_printf(b, "%s:%u: ", file, line)
	    : k->rule->builtin != 0 ? buf_puts(b, "built in: ")
				    : buf_printf(b, "%s: ", file);

	r |= buf_puts(b, k->name);
	r |= buf_putc(b, ' ');
	return r;
}

/* of a range its value: "23.5/s for now, " */
static int
put_now(struct buf *b, const struct limiter_key *k, unsigned i,
    const char *unit)
{
	char value[LIMITADAPT_TEXT];

	if (!limitadapt_is(k->rule, i))
		return 0;
	limitadapt_text(value, limitadapt_value(k->adapt, k->rule, i));
	return buf_printf(b, "%s/%s for now, ", value, unit);
}

/* of a shared limit what is ours: "shared, 3 of 10 parts are here, " */
static int
put_share(struct buf *b, const struct limiter_key *k, unsigned i)
{
	const struct lease *s = k->share == NULL ? NULL : &k->share[i].is;

	if (s == NULL || !limitshare_is(k->rule, i))
		return 0;
	if (s->has == 0)
		return buf_puts(b, "shared, no part of it is here now, ");
	return buf_printf(b, "shared, %u of %u parts are here%s, ", s->has,
	    s->of, s->alone ? " while Redis is gone" : "");
}

static int
put_rate(struct buf *b, const struct limiter_key *k, unsigned i,
    struct bucket_cost cost, int64_t now_us)
{
	const struct throttle_rate *r = &k->rule->rate[i];
	int64_t left = limitkey_rate_within(k, i, now_us, 0);
	char t[SPAN_LEN], text[THROTTLE_RATE_TEXT];
	int bad = where(b, k, r->line);

	throttle_rate_text(r, text);
	bad |= buf_printf(b, "%s burst=%u: ", text, r->limit.burst);
	bad |= put_now(b, k, i, r->unit);
	bad |= put_share(b, k, i);
	bad |= buf_printf(b,
	    "%" PRId64 " of %u left, this one is %u; lets it go %s\n", left,
	    r->limit.burst, cost.of[r->what],
	    in(t, limitkey_rate_ready(k, i, cost.of[r->what], now_us), now_us));
	return bad;
}

static int
put_cap(struct buf *b, const struct limiter_key *k, unsigned i,
    struct bucket_cost cost, int64_t now_us)
{
	const struct throttle_cap *c = &k->rule->cap[i];
	uint32_t used = limitcaps_used(k, i);
	char t[SPAN_LEN], text[THROTTLE_CAP_TEXT];
	int over = used + cost.of[c->what] > c->n;
	int bad = where(b, k, c->line);

	throttle_cap_text(c, text);
	bad |= buf_printf(b, "%s: ", text);
	if (k->share != NULL)
		bad |= buf_printf(b, "shared, this machine has %u of it, ",
		    limitsharecaps_got(k, i));
	bad |= buf_printf(b, "%u of %u used, it turns %s%s\n", used, c->n,
	    in(t, c->calendar->end_us, now_us),
	    over ? "; lets it go then" : "");
	return bad;
}

static int
put_conn(struct buf *b, const struct limiter_key *k)
{
	int bad = where(b, k, k->rule->conn_line);
	char text[THROTTLE_RATE_TEXT];

	throttle_conn_text(k->rule, text);
	bad |= buf_printf(b, "%s: ", text);
	if (k->rule->conn_least > 0)
		bad |= buf_printf(b, "%u for now, ", limitkey_conn(k));
	bad |= put_share(b, k, k->rule->n_rates);
	bad |= buf_printf(b, "%u in flight, %u recipients wait in line\n",
	    k->in_flight, k->parked);
	return bad;
}

/* a value as it stood in a result */
static int
put_value(struct buf *b, struct slice v)
{
	const struct ltsv_field f = { .value = v.p, .value_len = v.n };
	char text[LIMITER_SAID_MAX + 1];
	long n = v.n == 0 ? 0 : ltsv_value(&f, text, sizeof text);

	if (n <= 0)
		return 0;
	return buf_putc(b, ' ') == -1 || buf_put(b, text, n) == -1 ? -1 : 0;
}

static int
put_backoff(struct buf *b, const struct limiter_key *k, int64_t now_us)
{
	const struct backoff_range *r = &k->rule->backoff;
	char t[SPAN_LEN];
	int bad = where(b, k, k->rule->backoff_line);

	bad |= buf_printf(b, "backoff=%u..%u: ", r->least_s, r->most_s);
	if (limitkey_closed(k, now_us))
		bad |= buf_printf(b, "closed, a probe goes %s",
		    in(t, k->backoff.until_us, now_us));
	else if (k->backoff.limit > 0)
		bad |= buf_printf(b,
		    "no more than %u at once for now, %u in flight",
		    backoff_allows(&k->backoff, now_us), k->in_flight);
	else
		bad |= buf_puts(b, "open");
	if (k->said != NULL && k->backoff.limit > 0) {
		bad |= buf_puts(b, "; it has said:");
		bad |= put_value(b, k->said->host);
		bad |= put_value(b, k->said->text);
	}
	return bad | buf_putc(b, '\n');
}

int
limitwhy_key(struct buf *b, const struct limiter_key *k,
    struct bucket_cost cost, int64_t now_us)
{
	unsigned i;
	int r = 0;

	if (limitkey_learns(k) &&
	    (k->backoff.limit > 0 || k->backoff.until_us > now_us))
		r |= put_backoff(b, k, now_us);
	for (i = 0; i < limitkey_caps(k); i++)
		r |= put_cap(b, k, i, cost, now_us);
	for (i = 0; i < limitkey_rates(k); i++)
		r |= put_rate(b, k, i, cost, now_us);
	if (limitkey_conn(k) > 0)
		r |= put_conn(b, k);
	return r;
}

/* when who would wait behind all in a line goes, as far as time decides */
static int64_t
behind(const struct limiter_item *q, const struct limiter_key *k,
    int64_t now_us)
{
	int64_t at = limitkey_ready(k, limiter_cost(q), now_us);
	int64_t line = limitagain_behind(q, k, now_us);

	if (at == LIMITKEY_NEVER || (k->parked > 0 && limitkey_rates(k) == 0))
		return LIMITKEY_NEVER;
	return line > at ? line : at;
}

static int
put_verdict(struct buf *b, const struct limiter_judgement *j,
    const struct limitwhy *y, struct limiter_item *q, int64_t now_us)
{
	char t[SPAN_LEN], limit[LIMITER_WHY_LEN];

	if (j->verdict == LIMITER_GO)
		return buf_puts(b, "no limit keeps it: it goes now\n");
	if (j->key == NULL)
		return buf_puts(b, "the program ends: it is given back\n");
	limitagain_why(j->key, limiter_cost(q), now_us, limit);
	if (j->verdict == LIMITER_HELD)
		return buf_printf(b,
		    "it waits in line for %s %s, behind %u "
		    "recipients; it goes %s\n",
		    j->key->name, limit, j->key->parked,
		    in(t, y->at_us, now_us));
	return buf_printf(b,
	    "%s %s keeps it: it is given back, to be asked "
	    "again %s\n",
	    j->key->name, limit, in(t, y->at_us, now_us));
}

int
limitwhy(struct limiter *l, struct limiter_item *q, struct limiter_flow *f,
    int64_t now_us, struct limitwhy *y, struct buf *text)
{
	struct limiter_judgement j;
	unsigned i;
	int r;

	q->set = f->set;
	limiter_judge(l, q, f, now_us, &j);
	y->verdict = j.verdict;
	y->at_us = now_us;
	if (j.verdict == LIMITER_HELD) {
		y->at_us = behind(q, j.key, now_us);
	} else if (j.verdict == LIMITER_LATER && j.key != NULL) {
		limitagain_ask(l, q, j.key, now_us);
		y->at_us = q->next_us;
	}
	r = put_verdict(text, &j, y, q, now_us);
	if (j.key != NULL)
		r |= limitwhy_key(text, j.key, limiter_cost(q), now_us);
	for (i = 0; i < f->set->n; i++)
		if (f->set->key[i] != j.key)
			r |= limitwhy_key(text, f->set->key[i], limiter_cost(q),
			    now_us);
	q->set = NULL;
	return r == 0 ? 0 : -1;
}

int
limitwhy_closed(const struct closure *c, int64_t now_us, struct limitwhy *y,
    struct buf *text)
{
	char t[SPAN_LEN];
	int bad;

	y->verdict = LIMITER_LATER;
	y->at_us = closures_until(c, now_us);
	in(t, y->at_us, now_us);
	bad = buf_printf(text,
	    c->state == CLOSURE_PROBING
		? "%s %s keeps it, by %s: a probe is out, and it is given "
		  "back, to be asked again %s"
		: "%s %s keeps it, by %s: it is given back, to be asked again "
		  "%s",
	    c->key, c->limit, c->rule, t);
	bad |= buf_puts(text, "; it has said:");
	bad |= put_value(text, c->said.host);
	bad |= put_value(text, c->said.code);
	bad |= put_value(text, c->said.text);
	bad |= buf_putc(text, '\n');
	return bad;
}
