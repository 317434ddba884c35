/*
 * Machines that share caps, in virtual time, with somebody who counts as Redis
 * does: over turns, deaths, questions and answers that are lost, and over a
 * Redis that forgets, all of them together never send more in an hour or day.
 */
#include "throttle/limitbook.h"
#include "throttle/limitflow.h"
#include "throttle/limitshare.h"
#include "tap.h"
#include "timed.h"

#define S INT64_C(1000000)

enum {
	MACHINES = 3,
	HOUR = 3600,
	DAY = 86400,
	HOURS = 100,
	COUNTS = 400,
	NAMES = 200,
	QUEUE = 400
};

struct part {
	uint64_t name;
	uint32_t g, lost, seq;
	int64_t born_s;
};

/* one cap in one turn */
struct count {
	char limit[64];
	int64_t turn_s;
	struct part part[NAMES];
	unsigned n;
};

struct machine {
	struct limiter l;
	struct buf file;
	struct limitshare_question q[QUEUE];
	char limit[QUEUE][64];
	unsigned n;
	int books;
};

static struct count counts[COUNTS];
static struct {
	uint64_t name;
	int64_t since_s;
} told[NAMES];
static unsigned n_counts, n_told, went[HOURS], jobs;
static struct machine m[MACHINES];
static const char *rule;
static int64_t now, wall, caps_s; /* Redis has forgotten nothing since */
static int up;

/* Redis */

static struct count *
count_of(const char *limit, int64_t turn_s)
{
	struct count *c;
	unsigned i;

	for (i = 0; i < n_counts; i++)
		if (counts[i].turn_s == turn_s &&
		    strcmp(counts[i].limit, limit) == 0)
			return &counts[i];
	c = &counts[n_counts++ % COUNTS];
	memset(c, 0, sizeof *c);
	snprintf(c->limit, sizeof c->limit, "%s", limit);
	c->turn_s = turn_s;
	return c;
}

static struct part *
part_of(struct count *c, uint64_t name)
{
	unsigned i;

	for (i = 0; i < c->n; i++)
		if (c->part[i].name == name)
			return &c->part[i];
	c->part[c->n].name = name;
	return &c->part[c->n++];
}

static int
is_open(int64_t turn_s)
{
	unsigned i, n = 0;

	for (i = 0; i < n_told; i++)
		n += told[i].since_s <= turn_s;
	return turn_s >= caps_s + 60 || n >= MACHINES;
}

static void
redis_cap(const struct limitshare_question *q, uint64_t name,
    struct lease_answer *a)
{
	struct count *c = count_of(q->limit, q->turn_s);
	struct part *p = part_of(c, name);
	uint32_t held = 0, left, got = 0;
	unsigned i;

	if (q->born_s < p->born_s ||
	    (q->born_s == p->born_s && q->is.seq <= p->seq))
		return;
	if (q->born_s > p->born_s)
		p->lost = p->g + p->lost > q->is.have
		    ? p->g + p->lost - q->is.have
		    : 0;
	p->g = q->is.have;
	p->born_s = q->born_s;
	p->seq = q->is.seq;
	for (i = 0; i < c->n; i++)
		held += c->part[i].g + c->part[i].lost;
	left = held < q->whole.parts ? q->whole.parts - held : 0;
	if (is_open(q->turn_s) && q->is.want > 0 && left >= q->is.back) {
		got = left / 16 > q->is.back ? left / 16 : q->is.back;
		p->g += got;
	}
	a->of = q->whole.parts;
	a->kept = q->is.have;
	a->has = p->g;
	a->alone = !is_open(q->turn_s);
}

static void
redis_told(const struct limitshare_question *q, uint64_t name,
    struct lease_answer *a)
{
	unsigned i;

	for (i = 0; i < n_told && told[i].name != name; i++)
		;
	told[i].name = name;
	told[i].since_s = q->turn_s;
	n_told += i == n_told;
	a->of = 1;
}

static void
redis_forgets(void)
{
	struct lease_answer a = { 0 };
	int i;

	n_counts = n_told = 0;
	caps_s = wall / S;
	for (i = 0; i < MACHINES; i++)
		limiter_answered(&m[i].l, 0, &a, now);
}

/* machines */

static void
ask(void *arg, const struct limitshare_question *q)
{
	struct machine *k = arg;

	if (k->n == QUEUE)
		return;
	k->q[k->n] = *q;
	snprintf(k->limit[k->n], sizeof k->limit[0], "%s", q->limit);
	k->q[k->n].limit = k->limit[k->n];
	k->n++;
}

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	int64_t n = span == ZONE_DAY ? DAY : HOUR;

	(void)zone;
	*begin_s = at_s - at_s % n;
	*end_s = *begin_s + n;
}

static void
begin(struct machine *k)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason = "good";

	memset(&k->l, 0, sizeof k->l);
	k->n = 0;
	limiter_open(&k->l, 3);
	k->l.turn = turn;
	k->l.ask = ask;
	k->l.arg = k;
	k->l.share_name = draw(UINT64_MAX);
	k->l.share_born_s = wall / S;
	ok(throttle_add(&rules, rule, strlen(rule), &reason) == 0, reason);
	limiter_clock(&k->l, wall, now);
	limiter_load(&k->l, &rules, now);
}

static void
serve(struct machine *k)
{
	struct limitbook_clock c = {
		.boot = "b", .mono_us = now, .wall_us = wall
	};
	struct limitbook_read r = { .was = c };
	struct buf was = k->file;
	const char *p = buf_data(&was), *end = p + buf_len(&was), *lf;

	begin(k);
	if (k->books) {
		memset(&k->file, 0, sizeof k->file);
		if (p != NULL)
			k->l.begun_us = now;
		for (; p != NULL && (lf = memchr(p, '\n', end - p)) != NULL;
		     p = lf + 1)
			limitbook_take(&r, &k->l, p, lf - p, &c);
		is_num(r.bad, 0, "the book is whole");
		limitbook_all(&k->file, &k->l, 0, now);
		k->l.book = &k->file;
		buf_free(&was);
	}
	limitshare_unheard(&k->l, now);
}

static void
kill_it(struct machine *k)
{
	limiter_close(&k->l);
	serve(k);
}

/* what it has asked is heard, and answered, unless that is lost */
static void
hear(struct machine *k, int safe)
{
	struct limitshare_question q;
	struct lease_answer a;
	unsigned i, n = k->n;

	for (i = 0; i < n; i++) {
		q = k->q[i];
		q.limit = k->limit[i];
		memset(&a, 0, sizeof a);
		a.seq = q.is.seq;
		if (up && (safe || draw(200) != 0)) {
			if (q.kind == LIMITSHARE_CAP)
				redis_cap(&q, k->l.share_name, &a);
			else
				redis_told(&q, k->l.share_name, &a);
		}
		if (!safe && draw(200) == 0)
			memset(&a, 0, sizeof a);
		a.seq = q.is.seq;
		limiter_answered(&k->l, q.id, &a, now);
	}
	memmove(k->q, k->q + n, (k->n - n) * sizeof k->q[0]);
	memmove(k->limit, k->limit + n, (k->n - n) * sizeof k->limit[0]);
	k->n -= n;
}

static void
offer(struct machine *k, unsigned n)
{
	static const struct throttle_who who = { { "s", "d", "v", "t" },
		{ 1, 1, 1, 1 } };
	struct limiter_item item = { .jobs = n }, *x;

	limiter_offer(&k->l, &item, limiter_flow(&k->l, &who, now), now);
	x = limiter_pop(&k->l);
	if (x == NULL) {
		limiter_shut(&k->l, now);
		k->l.shut = 0;
		x = limiter_pop(&k->l);
	}
	limitbook_owed(&k->l);
	if (x->verdict == LIMITER_GO)
		went[wall / S / HOUR % HOURS] += n;
	limiter_done(&k->l, x, BACKOFF_NONE, now);
}

static void
pass(int64_t us)
{
	int i;

	now += us;
	wall += us;
	for (i = 0; i < MACHINES; i++)
		limiter_clock(&m[i].l, wall, now);
}

static void
step(int safe)
{
	int i = (int)draw(MACHINES);

	pass((int64_t)draw(20 * S));
	offer(&m[i], 1 + (unsigned)draw(jobs));
	for (i = 0; i < MACHINES; i++) {
		limiter_run(&m[i].l, now);
		/* or it is on its way until later */
		if (safe || draw(3) == 0)
			hear(&m[i], safe);
	}
}

static void
mishap(void)
{
	unsigned what = (unsigned)draw(2000);

	if (what < 6)
		kill_it(&m[draw(MACHINES)]);
	else if (what == 6)
		redis_forgets();
	else if (what == 7)
		up = 0;
	else if (what < 20 && !up) {
		up = 1;
		if (draw(2) == 0)
			redis_forgets();
	}
}

/* a run of days; day 0: of a warm-up from 50 on */
static void
run(const char *text, int safe, unsigned books, unsigned hour, unsigned day,
    unsigned least)
{
	int64_t end, first;
	unsigned i, over = 0, sum = 0, all = 0;

	rule = text;
	now = 5 * S;
	wall = INT64_C(1790000000) * S / (DAY * S) * (DAY * S);
	first = wall / S / HOUR;
	memset(went, 0, sizeof went);
	n_counts = n_told = 0;
	caps_s = wall / S;
	up = 1;
	/* a warm-up counts transactions */
	jobs = day > 0 ? 3 : 1;
	for (i = 0; i < MACHINES; i++) {
		m[i].books = i < books;
		serve(&m[i]);
	}
	for (end = wall + 4 * DAY * S; wall < end; step(safe))
		if (!safe)
			mishap();
	for (i = 0; i < 4 * 24; i++) {
		sum = i % 24 == 0 ? 0 : sum;
		sum += went[(first + i) % HOURS];
		all += went[(first + i) % HOURS];
		over += went[(first + i) % HOURS] > hour ||
		    sum > (day > 0 ? day : 50u << i / 24);
	}
	printf("# %u went: %s\n", all, text);
	is_num(over, 0, "nothing is above");
	ok(all >= least, "and enough goes");
	for (i = 0; i < MACHINES; i++) {
		limiter_close(&m[i].l);
		buf_free(&m[i].file);
		memset(&m[i].file, 0, sizeof m[i].file);
	}
}

int
main(void)
{
	run("site:s rcpt-cap=100/hour@UTC shared", 1, 3, 100, 2400, 9500);
	run("site:s rcpt-cap=100/hour@UTC rcpt-cap=1500/day@UTC shared", 1, 3,
	    100, 1500, 5900);
	run("site:s rcpt-cap=100/hour@UTC shared", 0, 3, 100, 2400, 5000);
	run("site:s rcpt-cap=100/hour@UTC rcpt-cap=1500/day@UTC shared", 0, 3,
	    100, 1500, 2000);
	run("site:s rcpt-cap=100/hour@UTC shared", 0, 2, 100, 2400, 3000);
	run("site:s rcpt-cap=1000/day@UTC shared", 0, 3, 1000, 1000, 1000);
	run("site:s warm=50*2..400/2026-09-21@UTC shared", 1, 3, 400, 0, 300);
	run("site:s warm=50*2..400/2026-09-21@UTC shared", 0, 3, 400, 0, 200);
	return done();
}
