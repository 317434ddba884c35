/*
 * Many flows under random rules that they share in random mixes, in virtual
 * time, against buckets made from the rules' text alone: no rate is ever
 * exceeded, and nobody for whom all rates are free waits for longer than
 * throttle(8) promises.
 */
#include "throttle/limiter.h"
#include "tap.h"
#include "timed.h"

#define S INT64_C(1000000)

enum { ITEMS = 400, FLOWS = 5, RULES = 4, RATES = 2, LABELS = 4, VALUES = 3 };
enum { ANY = -2, EACH = -1, LONG_S = 10000 };

/* the model */

struct rate {
	int64_t n, period, burst;
	int rcpts;
};

struct rule {
	int match[LABELS]; /* ANY, EACH, or a value */
	struct rate rate[RATES];
	int n;
	char text[200];
};

/* of a rule and the values it has for a flow: full again at `full', in 1/n of
 * a microsecond */
struct book {
	const struct rule *rule;
	int value[LABELS];
	__int128 full[RATES];
};

struct flow {
	int value[LABELS];
	char name[LABELS][4];
	struct book *book[RULES];
	int n_books, left, ready[ITEMS], n_ready;
	int64_t waited; /* at most, while all its rates were free */
};

struct thing {
	struct limiter_item item; /* first */
	struct flow *flow;
	int going;
};

struct world {
	struct limiter l;
	struct rule rule[RULES];
	struct flow flow[FLOWS];
	struct book book[RULES * FLOWS];
	struct thing t[ITEMS];
	struct timed timed;
	int n_rules, n_flows, n_books, took, early;
	unsigned jobs;                      /* in each transaction */
	unsigned out[VALUES], room[VALUES]; /* at each site */
	int64_t now, hold[VALUES];
};

/* when all rates of a flow let one go */
static int64_t
may_go(const struct flow *f, unsigned jobs, int64_t at)
{
	const struct rate *r;
	__int128 over;
	int i, k;

	for (i = 0; i < f->n_books; i++)
		for (k = 0; k < f->book[i]->rule->n; k++) {
			r = &f->book[i]->rule->rate[k];
			over = f->book[i]->full[k] -
			    (__int128)r->period *
				(r->burst - (r->rcpts ? jobs : 1));
			if (over > (__int128)at * r->n)
				at = (over + r->n - 1) / r->n;
		}
	return at;
}

static void
goes(struct flow *f, unsigned jobs, int64_t now)
{
	const struct rate *r;
	__int128 *full;
	int i, k;

	for (i = 0; i < f->n_books; i++)
		for (k = 0; k < f->book[i]->rule->n; k++) {
			r = &f->book[i]->rule->rate[k];
			full = &f->book[i]->full[k];
			if (*full < (__int128)now * r->n)
				*full = (__int128)now * r->n;
			*full += (__int128)r->period * (r->rcpts ? jobs : 1);
		}
}

/* before the books change */
static void
look(struct world *w)
{
	struct flow *f;
	int64_t at;

	for (f = w->flow; f < w->flow + w->n_flows; f++) {
		at = may_go(f, w->jobs, S);
		if (f->left > 0 && w->now - at > f->waited)
			f->waited = w->now - at;
	}
}

/* the head */

static void
take_back(struct world *w)
{
	struct thing *t;
	int site;

	while ((t = (struct thing *)limiter_pop(&w->l)) != NULL) {
		site = t->flow->value[0];
		if (t->item.verdict == LIMITER_GO) {
			look(w);
			w->early += may_go(t->flow, t->item.jobs, 0) > w->now;
			goes(t->flow, t->item.jobs, w->now);
			w->took++;
			t->flow->left--;
			t->going = 1;
			timed_add(&w->timed, t, w->now + 1000);
			continue;
		}
		w->out[site] -= t->item.jobs;
		if (t->item.room >= 0) {
			w->room[site] = t->item.room;
			w->hold[site] = t->item.next_us;
		}
		timed_add(&w->timed, t,
		    t->item.room > 0 ? w->now : t->item.next_us);
		limiter_done(&w->l, &t->item, BACKOFF_NONE, w->now);
	}
}

/* the next of a flow, if there is one and its site is not held */
static int
offer_one(struct world *w, struct flow *f)
{
	struct throttle_who who;
	struct thing *t;
	int site = f->value[0], i;
	unsigned out;

	if (f->n_ready == 0)
		return 0;
	t = &w->t[f->ready[f->n_ready - 1]];
	out = w->out[site] + t->item.jobs;
	if (w->now < w->hold[site] && out > w->room[site] &&
	    (w->out[site] > 0 || w->room[site] == 0))
		return 0;
	f->n_ready--;
	w->out[site] = out;
	for (i = 0; i < LABELS; i++) {
		who.value[i] = f->name[i];
		who.len[i] = 2;
	}
	limiter_offer(&w->l, &t->item, limiter_flow(&w->l, &who, w->now),
	    w->now);
	take_back(w);
	return 1;
}

static void
offer(struct world *w)
{
	int any, i;

	do
		for (any = i = 0; i < w->n_flows; i++)
			any |= offer_one(w, &w->flow[i]);
	while (any);
}

static void
step(struct world *w, int64_t end)
{
	int64_t next = limiter_due(&w->l);
	struct thing *t;
	int i;

	for (i = 0; i < VALUES; i++)
		if (w->hold[i] > w->now && w->hold[i] < next)
			next = w->hold[i];
	next = timed_next(&w->timed, next);
	if (next > end)
		next = end;
	w->now = next > w->now ? next : w->now + 1;
	limiter_run(&w->l, w->now);
	take_back(w);
	while (timed_due(&w->timed, w->now)) {
		t = timed_take(&w->timed);
		if (!t->going) {
			t->flow->ready[t->flow->n_ready++] = t - w->t;
			continue;
		}
		w->out[t->flow->value[0]] -= t->item.jobs;
		limiter_done(&w->l, &t->item, BACKOFF_GOOD, w->now);
		take_back(w);
	}
	offer(w);
}

/* the worlds */

static const char *const label[] = { "site", "domain", "via", "tenant" };
static const struct {
	const char *name;
	int64_t us;
	int most;
} unit[] = { { "s", S, 20 }, { "m", 60 * S, 100 }, { "h", 3600 * S, 500 },
	{ "d", 86400 * S, 3000 }, { "10m", 600 * S, 100 } };

static int
random_key(struct rule *r)
{
	int i, at = 0;

	for (i = 0; i < LABELS; i++) {
		r->match[i] = draw(2) ? ANY
		    : draw(2)         ? EACH
				      : (int)draw(VALUES);
		if (r->match[i] == ANY)
			continue;
		at += snprintf(r->text + at, sizeof r->text - at,
		    "%s%s:", at > 0 ? "+" : "", label[i]);
		at += r->match[i] == EACH
		    ? snprintf(r->text + at, sizeof r->text - at, "*")
		    : snprintf(r->text + at, sizeof r->text - at, "%c%d",
			  *label[i], r->match[i]);
	}
	return at > 0 ? at : snprintf(r->text, sizeof r->text, "*");
}

/* its text; returns four periods of its longest rate */
static int64_t
random_rule(struct rule *r, unsigned jobs)
{
	int at = random_key(r), u;
	int64_t longest = 0;
	struct rate *x;

	for (r->n = 1 + draw(RATES), x = r->rate; x < r->rate + r->n; x++) {
		u = draw(sizeof unit / sizeof unit[0]);
		x->rcpts = draw(4) == 0;
		x->n = 1 + draw(unit[u].most);
		x->period = unit[u].us;
		x->burst = 1 + draw(draw(2) ? x->n : 5);
		if (x->burst < jobs)
			x->burst = jobs;
		at += snprintf(r->text + at, sizeof r->text - at,
		    " %s=%d/%s burst=%d", x->rcpts ? "rcpt-rate" : "rate",
		    (int)x->n, unit[u].name, (int)x->burst);
		if (x->period > longest)
			longest = x->period;
	}
	return 4 * longest;
}

static void
bind_book(struct world *w, const struct rule *r, struct flow *f)
{
	struct book b = { .rule = r };
	int i;

	for (i = 0; i < LABELS; i++) {
		if (r->match[i] >= 0 && r->match[i] != f->value[i])
			return;
		b.value[i] = r->match[i] == ANY ? ANY : f->value[i];
	}
	for (i = 0; i < w->n_books; i++)
		if (w->book[i].rule == r &&
		    memcmp(w->book[i].value, b.value, sizeof b.value) == 0)
			break;
	if (i == w->n_books)
		w->book[w->n_books++] = b;
	f->book[f->n_books++] = &w->book[i];
}

static void
random_flow(struct world *w, struct flow *f)
{
	int i;

	for (i = 0; i < LABELS; i++) {
		f->value[i] = draw(VALUES);
		snprintf(f->name[i], sizeof f->name[i], "%c%d", *label[i],
		    f->value[i] % 10);
	}
	for (i = 0; i < w->n_rules; i++)
		bind_book(w, &w->rule[i], f);
}

/* returns when to end */
static int64_t
make(struct world *w)
{
	static const char conn[] = "site:* conn=1000";
	struct throttle_rules rules = { .n = 0 };
	const char *reason;
	int64_t end = 0, t;
	int i;

	memset(w, 0, sizeof *w);
	w->now = S;
	w->jobs = draw(3) == 0 ? 1 + draw(9) : 1;
	w->n_rules = 1 + draw(RULES);
	for (i = 0; i < w->n_rules; i++) {
		t = random_rule(&w->rule[i], w->jobs);
		end = t > end ? t : end;
		throttle_add(&rules, w->rule[i].text, strlen(w->rule[i].text),
		    &reason);
	}
	throttle_add(&rules, conn, sizeof conn - 1, &reason);
	limiter_open(&w->l, 3);
	limiter_load(&w->l, &rules, 0);
	w->n_flows = 1 + draw(FLOWS);
	for (i = 0; i < w->n_flows; i++)
		random_flow(w, &w->flow[i]);
	for (i = 0; i < ITEMS; i++) {
		w->t[i].flow = &w->flow[i % w->n_flows];
		w->t[i].item.jobs = w->jobs;
		w->t[i].flow->ready[w->t[i].flow->n_ready++] = i;
		w->t[i].flow->left++;
	}
	return S + (end < LONG_S * S ? end : LONG_S * S);
}

static int
random_world(int *early)
{
	static struct world w;
	int64_t end = make(&w);
	struct flow *f;
	int i, bad = 0;

	offer(&w);
	while (w.now < end && w.took < ITEMS)
		step(&w, end);
	look(&w);
	for (f = w.flow; f < w.flow + w.n_flows; f++)
		if (f->waited > LIMITER_AGAIN_MAX_US) {
			printf("# flow %d waited %d s with all rates free\n",
			    (int)(f - w.flow), (int)(f->waited / S));
			bad++;
		}
	*early += w.early;
	for (i = 0; (bad > 0 || w.early > 0) && i < w.n_rules; i++)
		printf("# %s\n", w.rule[i].text);
	limiter_close(&w.l);
	return bad;
}

int
main(void)
{
	int i, bad = 0, early = 0;

	for (i = 0; i < 300; i++)
		bad += random_world(&early);
	is_num(early, 0, "300 random mixes: no rate is exceeded");
	is_num(bad, 0,
	    "and nobody waits for more than 300 s where all are free");
	return done();
}
