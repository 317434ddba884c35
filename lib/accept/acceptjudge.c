#include "accept/acceptjudge.h"
#include "accept/accepttext.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int
acceptjudge_load(struct acceptjudge *j, struct acceptrules *rules,
    int64_t now_us)
{
	struct throttle_rules limits = rules->limits;

	memset(&rules->limits, 0, sizeof rules->limits);
	acceptrules_free(&j->rules);
	j->rules = *rules;
	memset(rules, 0, sizeof *rules);
	/* what is in hand was reserved where another rule said so */
	credits_unreserve(&j->credits);
	return limiter_load(&j->limiter, &limits, now_us);
}

/* whose message it is */

size_t
acceptjudge_client(struct slice text, char out[ACCEPTJUDGE_CLIENT])
{
	unsigned char ip[IP_LEN];
	size_t n = ip_scan(text.p, text.n, ip);

	if (n == 16 && ip_is_mapped(ip)) {
		ip_text(ip + 12, 4, out);
	} else if (n == 16) {
		memset(ip + 8, 0, 8);
		ip_text(ip, n, out);
		snprintf(out + strlen(out), sizeof "/64", "/64");
	} else if (n == 4) {
		ip_text(ip, n, out);
	} else {
		n = text.n < ACCEPTJUDGE_CLIENT ? text.n
						: ACCEPTJUDGE_CLIENT - 1;
		if (n > 0)
			memcpy(out, text.p, n);
		out[n] = '\0';
	}
	return strlen(out);
}

static void
set(struct throttle_who *w, unsigned label, const char *p, size_t n)
{
	if (n == 0)
		return;
	w->value[label] = p;
	w->len[label] = (unsigned)n;
}

/* the keys of a message, which has them from then on */
static int
open_keys(struct acceptjudge *j, struct limitin *x,
    const struct acceptwire_question *q, int64_t now_us)
{
	const struct slice *v = q->value, *from = &v[ACCEPTWIRE_FROM];
	const char *at = from->n == 0 ? NULL : memrchr(from->p, '@', from->n);
	struct throttle_who w = { { NULL }, { 0 } };
	char client[ACCEPTJUDGE_CLIENT];

	set(&w, ACCEPT_CLIENT, client,
	    acceptjudge_client(v[ACCEPTWIRE_CLIENT], client));
	set(&w, THROTTLE_USER, v[ACCEPTWIRE_USER].p, v[ACCEPTWIRE_USER].n);
	set(&w, THROTTLE_TENANT, v[ACCEPTWIRE_TENANT].p,
	    v[ACCEPTWIRE_TENANT].n);
	set(&w, ACCEPT_FROM, from->p, from->n);
	if (at != NULL)
		set(&w, THROTTLE_DOMAIN, at + 1,
		    (size_t)(from->p + from->n - at) - 1);
	return limitin_open(&j->limiter, x, &w, now_us);
}

/* accounts */

/* a walk over those of a message */
struct walk {
	struct acceptjudge *j;
	void (*each)(struct walk *, struct credit *, const struct acceptrule *);
	uint32_t rcpts;
	struct accepttext *found; /* of a refusal */
	struct buf *text;
	int bad;
};

static void
walk_key(void *arg, const struct throttle_rule *r, const char *key)
{
	struct walk *w = arg;
	const struct acceptrules *all = &w->j->rules;
	const struct acceptrule *rule =
				    acceptrules_find(all, r->key, r->key_len),
				*own = acceptrules_find(all, key, strlen(key));
	struct credit *a;

	/* user:ann has a line of its own beside user:* : one account */
	if (rule == NULL || !rule->has_credits ||
	    (own != NULL && own != rule && own->has_credits))
		return;
	a = credits_get(&w->j->credits, key, strlen(key), rule->credits);
	if (a == NULL)
		w->bad = 1;
	else
		w->each(w, a, rule);
}

/* 0, or -1: not all of them could be had */
static int
walk_accounts(struct walk *w, const struct limitin *x)
{
	if (w->j->rules.n_credits > 0)
		limitin_keys(x, walk_key, w);
	return w->bad ? -1 : 0;
}

static void
ask_account(struct walk *w, struct credit *a, const struct acceptrule *rule)
{
	if (credits_left(a) < (int64_t)w->rcpts)
		accepttext_credits(w->found, rule);
}

static void
reserve_account(struct walk *w, struct credit *a, const struct acceptrule *rule)
{
	(void)rule;
	a->reserved += w->rcpts;
}

static void
give_back_account(struct walk *w, struct credit *a,
    const struct acceptrule *rule)
{
	(void)rule;
	a->reserved -= a->reserved < w->rcpts ? a->reserved : w->rcpts;
}

static void
spend_account(struct walk *w, struct credit *a, const struct acceptrule *rule)
{
	(void)rule;
	a->balance -= w->rcpts;
	if (w->j->spent != NULL)
		w->j->spent(w->j->arg, a);
}

static void
show_account(struct walk *w, struct credit *a, const struct acceptrule *rule)
{
	w->bad |= buf_printf(w->text,
	    "accept:%u: %.*s credits: %" PRId64 " left, %" PRIu64
	    " are reserved\n",
	    rule->line, (int)a->key_len, a->key, a->balance, a->reserved);
}

/* questions */

static void
on_refused(void *arg, const struct limitin_refusal *r)
{
	struct walk *w = arg;
	const struct acceptrule *rule =
	    acceptrules_find(&w->j->rules, r->rule->key, r->rule->key_len);

	if (rule != NULL)
		accepttext_limit(w->found, rule, r);
}

/* what so many more cost: a message costs one, with its first recipients */
static struct bucket_cost
cost_of(const struct acceptjudge_message *m,
    const struct acceptwire_question *q)
{
	struct bucket_cost c = { { 0, q->rcpts, 0, 0 } };

	if (m->rcpts == 0) {
		c.of[BUCKET_TXNS] = 1;
		c.of[BUCKET_BYTES] =
		    q->bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)q->bytes;
	}
	return c;
}

void
acceptjudge_ask(struct acceptjudge *j, struct acceptjudge_message *m,
    const struct acceptwire_question *q, int64_t now_us,
    struct acceptwire_answer *a)
{
	struct bucket_cost cost = cost_of(m, q);
	struct accepttext found = { .now_us = now_us, .more = m->rcpts > 0 };
	struct walk w = {
		.j = j, .each = ask_account, .rcpts = q->rcpts, .found = &found
	};

	memset(a, 0, sizeof *a);
	a->id = q->id;
	if (open_keys(j, &m->limits, q, now_us) == -1) {
		accepttext_full(a);
		return;
	}
	if (limitin_ask(&j->limiter, &m->limits, cost, now_us, on_refused, &w) >
	    0)
		limitin_notice(&j->limiter, &m->limits, cost, now_us);
	if (walk_accounts(&w, &m->limits) == -1) {
		accepttext_full(a);
	} else if (found.rule != NULL) {
		accepttext_answer(&found, a);
	} else {
		limitin_reserve(&m->limits, cost);
		w.each = reserve_account;
		walk_accounts(&w, &m->limits);
		m->rcpts += q->rcpts;
	}
}

void
acceptjudge_drop(struct acceptjudge *j, struct acceptjudge_message *m)
{
	struct walk w = {
		.j = j, .each = give_back_account, .rcpts = m->rcpts
	};

	if (m->rcpts > 0)
		walk_accounts(&w, &m->limits);
	limitin_close(&j->limiter, &m->limits);
	m->rcpts = 0;
}

int
acceptjudge_done(struct acceptjudge *j, struct acceptjudge_message *m,
    const struct acceptwire_question *q, int64_t now_us)
{
	struct acceptjudge_message none = { .rcpts = 0 };
	struct walk w = { .j = j, .each = spend_account, .rcpts = q->rcpts };
	int r = open_keys(j, &m->limits, q, now_us);

	if (r == 0) {
		limitin_take(&j->limiter, &m->limits, cost_of(&none, q),
		    now_us);
		r = walk_accounts(&w, &m->limits);
	}
	acceptjudge_drop(j, m);
	return r;
}

int
acceptjudge_show(struct acceptjudge *j, struct buf *b,
    const struct acceptwire_question *q, int64_t now_us)
{
	struct acceptjudge_message none = { .rcpts = 0 };
	struct walk w = { .j = j, .each = show_account, .text = b };
	int r = open_keys(j, &none.limits, q, now_us);

	if (r == 0) {
		r = limitin_show(b, &none.limits, cost_of(&none, q), now_us);
		r |= walk_accounts(&w, &none.limits);
		limitin_close(&j->limiter, &none.limits);
	}
	return r;
}

const char *
acceptjudge_add(struct acceptjudge *j, struct slice key, int64_t credits,
    const struct credit **account)
{
	const struct acceptrule *r = acceptrules_account(&j->rules, key);
	struct credit *a;

	if (r == NULL)
		return "no line of conf/accept has credits for this key";
	a = credits_get(&j->credits, key.p, key.n, r->credits);
	if (a == NULL)
		return "no room for one more account";
	if (credits > ACCEPT_CREDITS_MAX || credits < -ACCEPT_CREDITS_MAX ||
	    a->balance + credits > ACCEPT_CREDITS_MAX)
		return "more than 1000000000 credits";
	a->balance += credits;
	*account = a;
	return NULL;
}

void
acceptjudge_close(struct acceptjudge *j)
{
	limiter_close(&j->limiter);
	acceptrules_free(&j->rules);
	credits_free(&j->credits);
}
