#include "policy/hooks.h"
#include "base/clock.h"
#include "base/die.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* rules as they were when somebody asked: they stay until that is over */
struct hookset {
	unsigned users, n;
	struct loop_timer end;
	struct hookrule rule[HOOKRULE_MAX];
	struct hookpool pool[HOOKRULE_MAX];
};

/* a rule that is asked */
struct part {
	struct hookquestion q; /* first */
	struct hookask *ask;
	const struct hookrule *rule;
	char *tail, *answer; /* NULL: none */
	size_t answer_n;
	unsigned over : 1;
};

struct hookask {
	struct hookset *set;
	hooks_done *done;
	void *arg;
	struct buf request;
	struct loop_timer at_once;
	unsigned n;
	struct part part[];
};

/* the rules */

static void
on_end(void *arg)
{
	struct hookset *s = arg;
	unsigned i;

	for (i = 0; i < s->n; i++)
		hookpool_close(&s->pool[i]);
	free(s);
}

/* from the loop, for one of its pools may be telling an answer */
static void
leave(struct hookset *s)
{
	if (s != NULL && --s->users == 0)
		loop_timer_set(&s->end, 0, on_end, s);
}

/* nothing is known of the rules: all mail is put off, by one that nobody
 * answers */
static void
put_off(struct hookset *s)
{
	memset(s->rule, 0, sizeof *s->rule);
	s->rule[0].stages = 1u << HOOKRULE_MAIL;
	s->rule[0].everybody = 1;
	s->n = 1;
}

static void
take(struct hooks *h, struct hookset *s)
{
	unsigned i;

	h->stages = 0;
	for (i = 0; i < s->n; i++) {
		hookpool_init(&s->pool[i], &s->rule[i], h->by);
		h->stages |= s->rule[i].stages;
	}
	s->users = 1;
	leave(h->now);
	h->now = s;
}

/* what the table says; a damaged one leaves the old rules */
static void
load(struct hooks *h)
{
	struct hookset *s = need(calloc(1, sizeof *s));
	struct lookup l = softtable_lookup(&h->table);
	int r = 0;

	while (s->n < HOOKRULE_MAX &&
	    (r = hookrule_get(&l, s->n, &s->rule[s->n])) == 1)
		s->n++;
	if (r == -1) {
		warn("%s is damaged", h->table.path);
		if (h->now != NULL) {
			free(s);
			return;
		}
		put_off(s);
	}
	if (h->by == NULL && s->n > 0) {
		warn("%s is new: it is in force after a restart",
		    h->table.path);
		s->n = 0;
	}
	take(h, s);
}

void
hooks_open(struct hooks *h, const char *confdir, const struct hookpool_by *by)
{
	memset(h, 0, sizeof *h);
	h->by = by;
	softtable_open(&h->table, confdir, "hooks");
	load(h);
}

void
hooks_look(struct hooks *h)
{
	int64_t now = clock_mono_ms();
	int was;

	if (now - h->checked_ms < TABLE_CHECK_MS)
		return;
	h->checked_ms = now;
	was = h->table.state;
	if (softtable_check(&h->table) || h->table.state != was)
		load(h);
}

static int
asks(const struct hookrule *r, enum hookrule_stage stage, int ours)
{
	/* who logs in becomes one of ours by it */
	return (r->stages & 1u << stage) &&
	    (r->everybody || !ours || stage == HOOKRULE_AUTH);
}

static unsigned
count(const struct hookset *s, enum hookrule_stage stage, int ours)
{
	unsigned i, n = 0;

	for (i = 0; i < s->n; i++)
		n += (unsigned)asks(&s->rule[i], stage, ours);
	return n;
}

int
hooks_has(const struct hooks *h, enum hookrule_stage stage, int ours)
{
	return (h->stages & 1u << stage) && count(h->now, stage, ours) > 0;
}

/* what comes of it */

static void
action_of(const struct part *p, struct policyaction *a)
{
	if (p->answer != NULL) {
		policyaction_read(a, p->answer, p->answer_n);
		return;
	}
	memset(a, 0, sizeof *a);
	a->kind = p->rule->go ? POLICYACTION_PASS : POLICYACTION_UNKNOWN;
}

static void
refuse(struct hookverdict *v, const struct part *p,
    const struct policyaction *a, char text[POLICYTEXT_ANSWER_MAX])
{
	static const char *const word[] = { "refused", "try again later" };

	v->line = p->rule->line;
	if (a->kind == POLICYACTION_UNKNOWN) {
		v->code = 451;
		v->esc = "4.3.5";
		v->text = p->answer == NULL
		    ? "a policy server does not answer, try again later"
		    : "a policy server is out of order, try again later";
		return;
	}
	v->code = a->code;
	v->esc = a->esc;
	snprintf(text, POLICYTEXT_ANSWER_MAX, "%.*s", (int)a->text.n,
	    a->text.n == 0 ? "" : a->text.p);
	v->text = a->text.n == 0 ? word[a->code < 500] : text;
}

static void
to_450(struct hookverdict *v)
{
	if (v->code < 500)
		return;
	v->code = 450;
	v->esc = "4.7.1";
}

/* 1: it is known; 0: it depends on who has not answered yet.  a is what esc
 * points into */
static int
decide(const struct hookask *k, struct hookverdict *v, struct policyaction *a,
    char text[POLICYTEXT_ANSWER_MAX])
{
	const struct part *put_off = NULL;
	int softly = 0;
	unsigned i;

	memset(v, 0, sizeof *v);
	for (i = 0; i < k->n; i++) {
		if (!k->part[i].over)
			return 0;
		action_of(&k->part[i], a);
		if (a->kind == POLICYACTION_REFUSE ||
		    a->kind == POLICYACTION_UNKNOWN) {
			refuse(v, &k->part[i], a, text);
			if (softly)
				to_450(v);
			return 1;
		}
		if (a->kind == POLICYACTION_DEFER_IF_PERMIT && put_off == NULL)
			put_off = &k->part[i];
		softly |= a->kind == POLICYACTION_DEFER_IF_REJECT;
	}
	if (put_off != NULL) {
		action_of(put_off, a);
		refuse(v, put_off, a, text);
	}
	return 1;
}

int
hooks_wish(const struct hookask *k, unsigned *i, struct policyaction *a,
    unsigned *line)
{
	const struct part *p;

	while (*i < k->n) {
		p = &k->part[(*i)++];
		if (p->answer == NULL)
			continue;
		action_of(p, a);
		*line = p->rule->line;
		if (a->kind >= POLICYACTION_PREPEND &&
		    a->kind < POLICYACTION_UNKNOWN)
			return 1;
	}
	return 0;
}

/* asking */

static void
forget(struct hookask *k)
{
	unsigned i;

	loop_timer_stop(&k->at_once);
	for (i = 0; i < k->n; i++) {
		hookpool_cancel(&k->part[i].q);
		free(k->part[i].answer);
		free(k->part[i].tail);
	}
	leave(k->set);
	buf_free(&k->request);
	free(k);
}

void
hooks_cancel(struct hookask *k)
{
	if (k != NULL)
		forget(k);
}

/* done() may ask anew, but this one is over */
static void
conclude(struct hookask *k)
{
	char text[POLICYTEXT_ANSWER_MAX];
	struct policyaction a;
	struct hookverdict v;

	if (!decide(k, &v, &a, text))
		return;
	k->done(k->arg, k, &v);
	forget(k);
}

static void
on_at_once(void *arg)
{
	conclude(arg);
}

/* configuration that is wrong is to be told, and often is enough */
static void
complain(const struct part *p)
{
	struct policyaction a;

	action_of(p, &a);
	if (p->answer != NULL && a.kind == POLICYACTION_UNKNOWN)
		warn("hooks, line %u: %s: not an action: %.*s", p->rule->line,
		    p->rule->where, (int)p->answer_n, p->answer);
}

static void
on_done(struct hookquestion *q, struct slice action)
{
	struct part *p = (struct part *)q;

	p->over = 1;
	if (action.p != NULL) {
		p->answer = need(malloc(action.n + 1));
		memcpy(p->answer, action.p, action.n);
		p->answer_n = action.n;
		complain(p);
	}
	conclude(p->ask);
}

static void
ask(struct part *p, struct hookpool *pool)
{
	struct buf tail = { 0 };

	needs(policytext_puts(&tail, "policy_context", p->rule->context));
	needs(buf_putc(&tail, '\n'));
	p->tail = buf_data(&tail);
	p->q.head = (struct slice){ buf_data(&p->ask->request),
		buf_len(&p->ask->request) };
	p->q.tail = (struct slice){ p->tail, buf_len(&tail) };
	p->q.done = on_done;
	if (hookpool_ask(pool, &p->q) == 0)
		return;
	p->over = 1;
	loop_timer_set(&p->ask->at_once, 0, on_at_once, p->ask);
}

struct hookask *
hooks_ask(struct hooks *h, enum hookrule_stage stage, int ours,
    struct slice request, hooks_done *done, void *arg)
{
	struct hookset *s;
	struct hookask *k;
	unsigned n, i;

	hooks_look(h);
	s = h->now;
	n = count(s, stage, ours);
	if (n == 0)
		return NULL;
	k = need(calloc(1, sizeof *k + n * sizeof *k->part));
	k->set = s;
	s->users++;
	k->done = done;
	k->arg = arg;
	needs(buf_put(&k->request, request.p, request.n));
	for (i = 0; i < s->n; i++) {
		if (!asks(&s->rule[i], stage, ours))
			continue;
		k->part[k->n].ask = k;
		k->part[k->n].rule = &s->rule[i];
		ask(&k->part[k->n++], &s->pool[i]);
	}
	return k;
}
