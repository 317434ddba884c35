#include "throttle/limiter.h"
#include "tap.h"
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#define S INT64_C(1000000)

static uint64_t state = 88172645463325252u;

static uint64_t
draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static void
rules(struct throttle_rules *t, const char *const *lines, int n)
{
	const char *reason;
	int i;

	memset(t, 0, sizeof *t);
	for (i = 0; i < n; i++)
		if (throttle_add(t, lines[i], strlen(lines[i]), &reason) == -1)
			printf("# %s: %s\n", lines[i], reason);
}

static void
who_is(struct throttle_who *w, const char *site, const char *domain,
    const char *via, const char *tenant)
{
	const char *v[] = { site, domain, via, tenant };
	int i;

	memset(w, 0, sizeof *w);
	for (i = 0; i <= THROTTLE_TENANT; i++) {
		w->value[i] = v[i];
		w->len[i] = v[i] == NULL ? 0 : strlen(v[i]);
	}
}

/*
 * A world in virtual time: items of random flows are offered, those that
 * go take a while, those given back are offered again when they said.  A
 * record is kept of every grant; afterwards every limit of every key is
 * checked over every window by brute force, from the rules' text alone.
 */
enum { ITEMS = 600, NAMES = 4 };

struct thing {
	struct limiter_item item; /* first */
	char site[16], domain[24], via[8], tenant[8];
	int64_t at, end; /* granted, over; or to be offered at */
	int is; /* 0 to be offered, 1 with the limiter, 2 going, 3 over */
	unsigned laters;
};

struct world {
	struct limiter l;
	struct thing t[ITEMS];
	int64_t now;
	unsigned over;
	unsigned trouble; /* per cent of failures */
	int bad;
};

static void
pick(struct thing *t)
{
	snprintf(t->site, sizeof t->site, "s%d", (int)draw(NAMES));
	snprintf(t->domain, sizeof t->domain, "d%d.%c.org", (int)draw(NAMES),
	    'a' + (int)draw(2));
	snprintf(t->via, sizeof t->via, "v%d", (int)draw(2));
	snprintf(t->tenant, sizeof t->tenant, "t%d", (int)draw(NAMES));
	t->item.jobs = 1 + (draw(3) == 0 ? draw(5) : 0);
}

static void
take_out(struct world *w)
{
	struct thing *t;

	while ((t = (struct thing *)limiter_pop(&w->l)) != NULL) {
		w->bad += t->is != 1;
		if (t->item.verdict == LIMITER_GO) {
			t->is = 2;
			t->at = w->now;
			t->end = w->now + 1 + draw(draw(4) ? S / 10 : 3 * S);
			continue;
		}
		w->bad += t->item.next_us < w->now;
		t->is = 0;
		t->laters++;
		t->at = t->item.next_us + 1;
		limiter_done(&w->l, &t->item, BACKOFF_NONE, w->now);
	}
}

static void
offer(struct world *w, struct thing *t)
{
	struct throttle_who who;
	struct limiter_flow *f;

	who_is(&who, t->site, t->domain, t->via, t->tenant);
	f = limiter_flow(&w->l, &who, w->now);
	if (t->item.jobs > limiter_jobs_max(f))
		t->item.jobs = limiter_jobs_max(f);
	t->is = 1;
	limiter_offer(&w->l, &t->item, f, w->now);
}

/* what happens next, at once; 0 when all is over */
static int
step(struct world *w)
{
	int64_t next = limiter_due(&w->l);
	struct thing *t, *what = NULL;
	int i;

	if (w->over == ITEMS)
		return 0;
	for (i = 0; i < ITEMS; i++) {
		t = &w->t[i];
		if (t->is == 0 && t->at < next) {
			next = t->at;
			what = t;
		} else if (t->is == 2 && t->end < next) {
			next = t->end;
			what = t;
		}
	}
	if (next == INT64_MAX) {
		w->bad++; /* it forgot somebody */
		return 0;
	}
	if (next > w->now)
		w->now = next;
	if (what == NULL) {
		limiter_run(&w->l, w->now);
	} else if (what->is == 0) {
		offer(w, what);
	} else {
		what->is = 3;
		w->over++;
		limiter_done(&w->l, &what->item,
		    draw(100) >= w->trouble ? BACKOFF_GOOD
			: draw(3)           ? BACKOFF_HARD
					    : BACKOFF_SOFT,
		    w->now);
	}
	take_out(w);
	return 1;
}

/* does a rule's key (as the test wrote it) fit, and with which values? */
static int
fits(const char *key, const struct thing *t, char *bucket)
{
	const struct {
		const char *label, *value;
	} v[] = { { "site:", t->site }, { "domain:", t->domain },
		{ "via:", t->via }, { "tenant:", t->tenant } };
	char word[64];
	size_t i, n;

	bucket[0] = '\0';
	for (; *key != '\0'; key += n + (key[n] == '+')) {
		n = strcspn(key, "+");
		snprintf(word, sizeof word, "%.*s", (int)n, key);
		for (i = 0; i < 4; i++) {
			size_t ln = strlen(v[i].label);
			const char *x = word + ln, *val = v[i].value;

			if (strncmp(word, v[i].label, ln) != 0)
				continue;
			if (strcmp(x, "*") == 0)
				strcat(strcat(bucket, val), " ");
			else if (x[0] == '.' ? strlen(val) < strlen(x) - 1 ||
				    (strcmp(val, x + 1) != 0 &&
					(strlen(val) < strlen(x) ||
					    strcmp(val + strlen(val) -
						    strlen(x),
						x) != 0))
					     : strcmp(x, val) != 0)
				return 0;
		}
	}
	return 1;
}

struct grant {
	int64_t at, end;
	unsigned jobs;
	char bucket[64];
};

static int
by_bucket(const void *a, const void *b)
{
	const struct grant *x = a, *y = b;
	int r = strcmp(x->bucket, y->bucket);

	return r != 0 ? r : (x->at > y->at) - (x->at < y->at);
}

struct limit {
	const char *key;
	unsigned conn;
	unsigned n, burst;
	int64_t period_us;
	int rcpts;
};

/* how often is it exceeded? */
static int
check(const struct world *w, const struct limit *l)
{
	static struct grant g[ITEMS];
	int n = 0, i, j, bad = 0;
	int64_t sum;
	unsigned flight;

	for (i = 0; i < ITEMS; i++)
		if (fits(strcmp(l->key, "*") == 0 ? "" : l->key, &w->t[i],
			g[n].bucket)) {
			g[n].at = w->t[i].at;
			g[n].end = w->t[i].end;
			g[n++].jobs = l->rcpts ? w->t[i].item.jobs : 1;
		}
	qsort(g, n, sizeof g[0], by_bucket);
	for (i = 0; i < n; i++)
		for (sum = 0, flight = 0, j = i;
		     j < n && strcmp(g[i].bucket, g[j].bucket) == 0; j++) {
			sum += g[j].jobs;
			if (l->n > 0 && sum > l->burst &&
			    (__int128)(sum - l->burst) * l->period_us >
				(__int128)(g[j].at - g[i].at) * l->n)
				bad++;
		}
	/* in flight when i began: those that began before and are not over */
	for (i = 0; l->conn > 0 && i < n; i++) {
		for (flight = 1, j = i - 1;
		     j >= 0 && strcmp(g[i].bucket, g[j].bucket) == 0; j--)
			flight += g[j].end > g[i].at;
		bad += flight > l->conn;
	}
	return bad;
}

static const char *const keys[] = { "*", "site:*", "site:s0", "domain:*",
	"domain:.a.org", "domain:.org", "domain:d1.b.org", "via:*", "via:v1",
	"tenant:*", "tenant:t2", "site:*+via:*", "site:s1+tenant:*",
	"domain:.a.org+via:v0", "site:*+domain:*+via:*+tenant:*" };

static int
random_world(void)
{
	static struct world w;
	static char text[8][200];
	struct limit lim[32];
	struct throttle_rules t;
	const char *line[8];
	int n = 1 + draw(6), i, m = 0, bad = 0;

	memset(&w, 0, sizeof w);
	if (draw(2))
		w.trouble = draw(100);
	for (i = 0; i < n; i++) {
		struct limit *l = &lim[m++];
		int at = 0;

		memset(l, 0, sizeof *l);
		l->key = keys[draw(sizeof keys / sizeof keys[0])];
		if (draw(2)) {
			l->conn = 1 + draw(8);
			at = snprintf(text[i], 200, "%s conn=%u", l->key,
			    l->conn);
		} else {
			at = snprintf(text[i], 200, "%s", l->key);
		}
		if (l->conn == 0 || draw(2)) {
			l->rcpts = draw(3) == 0;
			l->n = 1 + draw(draw(2) ? 20 : 200);
			l->period_us = (draw(2) ? 1 : 1 + draw(10)) * S;
			l->burst = 1 + draw(draw(2) ? 2 : 20);
			snprintf(text[i] + at, 200 - at, " %s=%u/%us burst=%u",
			    l->rcpts ? "rcpt-rate" : "rate", l->n,
			    (unsigned)(l->period_us / S), l->burst);
			at = strlen(text[i]);
		}
		if (draw(4) == 0)
			snprintf(text[i] + at, 200 - at, " backoff=1..%d",
			    1 + (int)draw(20));
		line[i] = text[i];
	}
	rules(&t, line, n);
	limiter_open(&w.l, state);
	limiter_load(&w.l, &t, 0);
	w.now = 5 * S;
	for (i = 0; i < ITEMS; i++) {
		pick(&w.t[i]);
		w.t[i].at = w.now + draw(20 * S);
	}
	while (step(&w))
		;
	bad = w.bad + (w.over != ITEMS);
	for (i = 0; i < m; i++)
		bad += check(&w, &lim[i]);
	if (bad != 0)
		for (i = 0; i < n; i++)
			printf("# %s\n", line[i]);
	for (i = 0; i < ITEMS; i++)
		bad += w.t[i].item.set != NULL;
	bad += w.l.held != 0;
	limiter_close(&w.l);
	return bad;
}

/* pacing and fairness: everything at once for one key */

static void
pace(const char *first_line, int64_t period_us, unsigned n, unsigned burst,
    const char *name)
{
	static struct world w;
	struct throttle_rules t;
	const char *line[] = { first_line, "site:* conn=1000" };
	int64_t first = INT64_MAX, last = 0, want;
	int i;

	memset(&w, 0, sizeof w);
	rules(&t, line, 2);
	limiter_open(&w.l, 3);
	limiter_load(&w.l, &t, 0);
	w.now = S;
	for (i = 0; i < ITEMS; i++) {
		pick(&w.t[i]);
		w.t[i].item.jobs = 1;
		w.t[i].at = w.now;
	}
	while (step(&w))
		;
	for (i = 0; i < ITEMS; i++) {
		if (w.t[i].at < first)
			first = w.t[i].at;
		if (w.t[i].at > last)
			last = w.t[i].at;
	}
	want = (int64_t)(ITEMS - burst) * period_us / n;
	printf("# %s: %.3f s, exactly it were %.3f s\n", name,
	    (last - first) / 1e6, want / 1e6);
	ok(last - first >= want && last - first <= want + want / 100, name);
	limiter_close(&w.l);
}

static void
fairness(void)
{
	static struct world w;
	struct throttle_rules t;
	const char *line = "via:* conn=2";
	int i, laters = 0, n = 0;
	int64_t wait, most = 0;

	memset(&w, 0, sizeof w);
	rules(&t, &line, 1);
	limiter_open(&w.l, 3);
	limiter_load(&w.l, &t, 0);
	w.now = S;
	/* 500 of one site are there first; of another one comes now and
	 * then, and waits for a few of the others, not for all */
	for (i = 0; i < ITEMS; i++) {
		pick(&w.t[i]);
		strcpy(w.t[i].via, "v0");
		strcpy(w.t[i].site, i < 500 ? "s0" : "s1");
		w.t[i].at = i < 500 ? w.now + i : (1 + (i - 490) * 3) * S;
	}
	while (step(&w) && w.now < 100 * S)
		;
	for (i = 500; i < ITEMS; i++) {
		if (w.t[i].is < 2)
			continue;
		n++;
		laters += w.t[i].laters;
		wait = w.t[i].at - (1 + (i - 490) * 3) * S;
		if (wait > most)
			most = wait;
	}
	printf("# %d came, longest wait %.1f s\n", n, most / 1e6);
	ok(n >= 20 && laters == 0 && most < 12 * S,
	    "a backlog in a shared key does not keep others out");
	while (step(&w))
		;
	is_num(w.bad, 0, "and nobody is forgotten");
	limiter_close(&w.l);
}

/* what waits and what is given back */

static void
backlog(void)
{
	static struct world w;
	struct thing *t;
	int i, held = 0, later = 0, room = -2;

	memset(&w, 0, sizeof w);
	limiter_open(&w.l, 3);
	w.now = S;
	for (i = 0; i < ITEMS; i++) {
		t = &w.t[i];
		pick(t);
		t->item.jobs = 1;
		strcpy(t->site, "slow");
		offer(&w, t);
	}
	take_out(&w);
	for (i = 0; i < ITEMS; i++)
		held += w.t[i].is == 1;
	is_num(held, ITEMS - THROTTLE_CONN_DEFAULT,
	    "at first all wait: the site may be a fast one");
	w.now += LIMITER_TRUST_US;
	limiter_run(&w.l, w.now);
	while ((t = (struct thing *)limiter_pop(&w.l)) != NULL) {
		later++;
		room = t->item.room;
		t->is = 0;
		t->at = INT64_MAX;
		limiter_done(&w.l, &t->item, BACKOFF_NONE, w.now);
	}
	is_num(later, ITEMS - THROTTLE_CONN_DEFAULT * 3 / 2,
	    "nothing done by then: all but a few are given back");
	is_num(room, THROTTLE_CONN_DEFAULT * 3 / 2,
	    "with the number that is useful");
	offer(&w, &w.t[ITEMS - 1]);
	t = (struct thing *)limiter_pop(&w.l);
	ok(t != NULL && t->item.verdict == LIMITER_LATER &&
		strcmp(t->item.key, "site:slow") == 0 &&
		strcmp(t->item.limit, "conn=20") == 0,
	    "and one more at once, with the limit named");
	limiter_done(&w.l, &t->item, BACKOFF_NONE, w.now);
	t->is = 0;

	/* a fast one: 1,000 a second; more than ever wait stay */
	for (i = held = 0; i < ITEMS; i++) {
		w.t[i].is = 3;
		if (w.t[i].item.set != NULL &&
		    w.t[i].item.verdict == LIMITER_GO) {
			limiter_done(&w.l, &w.t[i].item, BACKOFF_GOOD, w.now);
			while (limiter_pop(&w.l) != NULL)
				;
		}
	}
	limiter_close(&w.l);
}

static void
fast_site(void)
{
	static struct world w;
	int i, laters = 0;

	memset(&w, 0, sizeof w);
	limiter_open(&w.l, 3);
	w.now = S;
	for (i = 0; i < ITEMS; i++) {
		pick(&w.t[i]);
		strcpy(w.t[i].site, "fast");
		w.t[i].at = S;
	}
	while (w.over < ITEMS && step(&w))
		for (i = 0; i < ITEMS; i++)
			if (w.t[i].is == 2 && w.t[i].end > w.now + 10000)
				w.t[i].end = w.now + 10000;
	for (i = 0; i < ITEMS; i++)
		laters += w.t[i].laters;
	is_num(laters, 0, "a fast site sees no later");
	limiter_close(&w.l);
}

/* a world under one rule, to whose site three are offered */
static void
three_at(struct world *w, const char *rule, int64_t now)
{
	struct throttle_rules t;
	int i;

	memset(w, 0, sizeof *w);
	rules(&t, &rule, 1);
	limiter_open(&w->l, 3);
	limiter_load(&w->l, &t, 0);
	w->now = now;
	for (i = 0; i < 3; i++) {
		pick(&w->t[i]);
		strcpy(w->t[i].site, "s");
		strcpy(w->t[i].tenant, "acme");
		w->t[i].item.jobs = 1;
		offer(w, &w->t[i]);
	}
}

/* how many come back; where the last is to ask again, *in us */
static int
come_back(struct world *w, int64_t *in, int *room)
{
	struct thing *x;
	int n = 0;

	limiter_run(&w->l, w->now);
	while ((x = (struct thing *)limiter_pop(&w->l)) != NULL) {
		if (x->item.verdict == LIMITER_GO)
			continue;
		n++;
		*in = x->item.next_us - w->now;
		*room = x->item.room;
		limiter_done(&w->l, &x->item, BACKOFF_NONE, w->now);
	}
	return n;
}

/* nobody stays in line for what is far away, or is not known to come */
static void
standing(void)
{
	static const char *const slow[] = { "site:* rate=1/h",
		"tenant:* rate=1/h", "site:* rcpt-rate=1/7d burst=1",
		"* rate=11/h" };
	static struct world w;
	int64_t in = 0;
	unsigned i;
	int room = -2;

	for (i = 0; i < sizeof slow / sizeof slow[0]; i++) {
		three_at(&w, slow[i], S);
		is_num(come_back(&w, &in, &room), 2, slow[i]);
		is_num(in, LIMITER_AGAIN_MAX_US, "asked for again in minutes");
		is_num(room, strncmp(slow[i], "site", 4) == 0 ? 1 : -1,
		    "of a site no more than are on their way");
		limiter_done(&w.l, &w.t[0].item, BACKOFF_GOOD, w.now);
		limiter_close(&w.l);
	}
	three_at(&w, "site:* rate=13/h", S);
	is_num(come_back(&w, &in, &room), 0, "13/h: two wait");
	limiter_shut(&w.l, w.now);
	come_back(&w, &in, &room);
	limiter_done(&w.l, &w.t[0].item, BACKOFF_GOOD, w.now);
	limiter_close(&w.l);

	/* a connection that hangs; then one after another in good time */
	for (i = 0; i < 2; i++) {
		three_at(&w, "site:* conn=1", S);
		w.now += LIMITER_STAND_US - 1;
		is_num(come_back(&w, &in, &room), 0, "conn=1: two wait");
		if (i == 1) {
			limiter_done(&w.l, &w.t[0].item, BACKOFF_GOOD, w.now);
			is_num(come_back(&w, &in, &room), 0, "the next goes");
		}
		w.now += 2;
		is_num(come_back(&w, &in, &room), i == 1 ? 0 : 2,
		    "some time without one: all come back");
		w.now += LIMITER_STAND_US;
		is_num(come_back(&w, &in, &room), i == 1 ? 1 : 0, "and later");
		limiter_done(&w.l, &w.t[i].item, BACKOFF_GOOD, w.now);
		limiter_close(&w.l);
	}
}

static void
one_held_rate(void)
{
	static struct world w;
	struct throttle_rules t;
	const char *one = "tenant:* rate=1/s",
		   *two[] = { "tenant:* rate=1/s", "site:* conn=7" },
		   *three = "tenant:* rate=2/s burst=1";
	struct thing *x;
	int64_t last = 0;
	int i, rising = 0, n = 0;

	memset(&w, 0, sizeof w);
	rules(&t, &one, 1);
	limiter_open(&w.l, 3);
	limiter_load(&w.l, &t, 0);
	w.now = S;
	for (i = 0; i < 20; i++) {
		pick(&w.t[i]);
		strcpy(w.t[i].tenant, "acme");
		w.t[i].item.jobs = 1;
		offer(&w, &w.t[i]);
	}
	while ((x = (struct thing *)limiter_pop(&w.l)) != NULL) {
		if (x->item.verdict == LIMITER_GO)
			continue;
		n++;
		rising += x->item.room == -1 && x->item.next_us > last;
		last = x->item.next_us;
		limiter_done(&w.l, &x->item, BACKOFF_NONE, w.now);
	}
	is_num(n, 20 - 1 - LIMITER_BACKLOG_MIN, "a tenant's rate: most back");
	is_num(rising, n, "each with a time of its own, no room for a site");
	ok(last > 15 * S && last < 25 * S, "at the pace of the limit");

	/* new rules, the rate stays: its level does, too */
	rules(&t, two, 2);
	limiter_load(&w.l, &t, w.now);
	while ((x = (struct thing *)limiter_pop(&w.l)) != NULL)
		limiter_done(&w.l, &x->item, BACKOFF_NONE, w.now);
	is_num(w.l.held, 0, "new rules: what waited is given back");
	w.now += S / 2;
	offer(&w, &w.t[5]);
	ok(limiter_pop(&w.l) == NULL && w.l.held == 1,
	    "a rate that stays keeps its level");
	rules(&t, &three, 1);
	limiter_load(&w.l, &t, w.now);
	while ((x = (struct thing *)limiter_pop(&w.l)) != NULL)
		limiter_done(&w.l, &x->item, BACKOFF_NONE, w.now);
	offer(&w, &w.t[6]);
	x = (struct thing *)limiter_pop(&w.l);
	ok(x == &w.t[6] && x->item.verdict == LIMITER_GO,
	    "one that changed begins anew");
	limiter_done(&w.l, &x->item, BACKOFF_NONE, w.now);
	limiter_shut(&w.l, w.now);
	offer(&w, &w.t[7]);
	x = (struct thing *)limiter_pop(&w.l);
	ok(x == &w.t[7] && x->item.verdict == LIMITER_LATER,
	    "shut: all is given back");
	limiter_done(&w.l, &x->item, BACKOFF_NONE, w.now);
	limiter_done(&w.l, &w.t[0].item, BACKOFF_NONE, w.now);
	limiter_close(&w.l);
}

/* offered and, when it may go, over at once with this sign; how it went */
static enum limiter_verdict
try(struct world *w, int i, const char *via, enum backoff_sign sign)
{
	struct thing *t = &w->t[i], *x;

	pick(t);
	strcpy(t->site, "mx");
	strcpy(t->via, via);
	t->item.jobs = 1;
	t->item.message = i;
	offer(w, t);
	while ((x = (struct thing *)limiter_pop(&w->l)) != NULL)
		limiter_done(&w->l, &x->item,
		    x->item.verdict == LIMITER_GO ? sign : BACKOFF_NONE,
		    w->now);
	return t->item.verdict;
}

/* a site that likes one pool and not the other */
static void
pools(int line)
{
	static struct world w;
	struct throttle_rules t;
	const char *rule = "site:* backoff=10..60";
	int i, went = 0;

	memset(&w, 0, sizeof w);
	rules(&t, &rule, line);
	limiter_open(&w.l, 3);
	limiter_load(&w.l, &t, 0);
	w.now = S;
	for (i = 0; i < 10; i++)
		try(&w, i, "bad", BACKOFF_HARD);
	is_num(w.t[9].item.verdict, LIMITER_LATER, "one pool: closed");
	is_num(w.t[9].item.room, 0, "which is all of the site");
	for (i = 10; i < 20; i++)
		went += try(&w, i, "good", BACKOFF_GOOD) == LIMITER_GO;
	is_num(went, 10, "another pool: all go");
	is_num(try(&w, 20, "bad", BACKOFF_HARD), LIMITER_LATER,
	    "the first is closed still");
	ok(strcmp(w.t[20].item.key, "site:mx+via:bad") == 0 &&
		w.t[20].item.room == -1,
	    "by itself: no word about the site");
	for (i = 30; i < 40; i++)
		try(&w, i, "good", BACKOFF_HARD);
	is_num(try(&w, 40, "bad", BACKOFF_HARD), LIMITER_LATER, "both closed");
	ok(w.t[40].item.room == 0 &&
		w.t[40].item.next_us ==
		    S + (line ? 10 : THROTTLE_BACKOFF_LEAST_S) * S,
	    "the site, until the first may go again");
	w.now = w.t[40].item.next_us;
	is_num(try(&w, 41, "bad", BACKOFF_GOOD), LIMITER_GO, "and it goes");
	limiter_close(&w.l);
}

/* many keys: the numbers of the manual */

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* bytes that are allocated; where the C library does not say, none */
static size_t
allocated(void)
{
#ifdef __GLIBC__
	return mallinfo2().uordblks;
#else
	return 0;
#endif
}

static void
many_keys(void)
{
	enum { MANY = 100000 };
	struct limiter l = { .shut = 0 };
	struct limiter_item item;
	struct throttle_who who;
	char site[64];
	size_t before = allocated(), bytes;
	double t0 = seconds(), t;
	int64_t now = S;
	int i, bad = 0;

	limiter_open(&l, 3);
	for (i = 0; i < 2 * MANY; i++) {
		snprintf(site, sizeof site, "mx%d.mail.example.net",
		    (i * 7) % MANY);
		who_is(&who, site, NULL, NULL, NULL);
		memset(&item, 0, sizeof item);
		item.jobs = 1;
		limiter_offer(&l, &item, limiter_flow(&l, &who, now), now);
		bad += limiter_pop(&l) != &item;
		limiter_done(&l, &item, BACKOFF_GOOD, now++);
	}
	t = seconds() - t0;
	bytes = allocated() - before;
	printf("# %d keys: %zu bytes each, %.2f us a job\n", MANY, bytes / MANY,
	    t * 1e6 / (2 * MANY));
	ok(bad == 0 && l.keys.n == MANY, "100,000 keys");
	ok(bytes / MANY < 700, "in less than 700 bytes each");
	for (i = 0; i < 2 * LIMITER_KEYS_MAX; i++) {
		snprintf(site, sizeof site, "other%d.example.net", i);
		who_is(&who, site, NULL, NULL, NULL);
		memset(&item, 0, sizeof item);
		item.jobs = 1;
		limiter_offer(&l, &item, limiter_flow(&l, &who, now), now);
		bad += limiter_pop(&l) != &item;
		limiter_done(&l, &item, BACKOFF_GOOD, now++);
	}
	ok(bad == 0 && l.keys.n <= LIMITER_KEYS_MAX &&
		l.flows.n <= LIMITER_FLOWS_MAX,
	    "more than the most: the longest idle are dropped");
	limiter_close(&l);
}

/* the cost of a refusal does not depend on what waits */
static void
refusals(void)
{
	static struct limiter_item item[LIMITER_BACKLOG_MAX + 100], more;
	struct limiter l = { .shut = 0 };
	struct throttle_who who;
	struct limiter_flow *f;
	double t0;
	int64_t now = S;
	int i, n = 0;

	limiter_open(&l, 3);
	who_is(&who, "slow", NULL, NULL, NULL);
	for (i = 0; i < LIMITER_BACKLOG_MAX + 100; i++) {
		item[i].jobs = 1;
		limiter_offer(&l, &item[i], limiter_flow(&l, &who, now), now);
	}
	while (limiter_pop(&l) != NULL)
		n++;
	is_num(n, 100, "20 go, 1000 wait, 80 are given back");
	t0 = seconds();
	for (i = 0; i < 100000; i++) {
		memset(&more, 0, sizeof more);
		more.jobs = 1;
		f = limiter_flow(&l, &who, now);
		limiter_offer(&l, &more, f, now);
		limiter_pop(&l);
		limiter_done(&l, &more, BACKOFF_NONE, now);
	}
	printf("# a refusal costs %.2f us\n", (seconds() - t0) * 10);
	limiter_close(&l);
}

int
main(void)
{
	int i, bad = 0;

	for (i = 0; i < 60; i++)
		bad += random_world();
	is_num(bad, 0,
	    "60 random tables and loads: no limit is exceeded in "
	    "any window, nobody forgotten");
	pace("* rate=50/s", S, 50, 3, "50/s");
	pace("* rate=100/m", 60 * S, 100, 2, "100/m");
	pace("* rate=7200/h", 3600 * S, 7200, 2, "7200/h");
	pace("* rate=333/s burst=1", S, 333, 1, "333/s burst 1");
	fairness();
	backlog();
	fast_site();
	standing();
	one_held_rate();
	pools(0);
	pools(1);
	many_keys();
	refusals();
	return done();
}
