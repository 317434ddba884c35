#include "base/clock.h"
#include "run/lifeclock.h"
#include "run/lifespan.h"
#include "run/run.h"

enum {
	LIFETIME_TICK_MS = 1000,
	LIFETIME_ALIVE_MS = 60000,   /* the file is told the time so often */
	LIFETIME_LAST_S = 2,         /* for the last attempt to begin */
	LIFETIME_CHANCE_S = 30,      /* the same after a start */
	LIFETIME_AGAIN_S = 30,       /* under way, or it could not be read */
	LIFETIME_STEPS = 16384,      /* recipients passed by in a slice */
	LIFETIME_DUE_MAX = 256,      /* looked at in a slice */
	LIFETIME_PASS_RCPTS = 100000 /* a second between passes for each */
};

/* due times */

static void
watch(struct run *r, uint32_t x, int64_t at)
{
	schedule_watch(&r->s, x,
	    at < 1                          ? 1
		: at >= SCHEDULE_WATCH_NONE ? SCHEDULE_WATCH_NONE
					    : (uint32_t)at);
}

/* what the head of its message says of its time, as in a jobhead */
struct times {
	int64_t from_ms; /* jobhead_from_ms() */
	int64_t expire, notify_at;
	int null_sender;
};

static struct times
times_of(const struct jobhead *c)
{
	return (struct times){ jobhead_from_ms(c), c->expire, c->notify_at,
		c->null_sender };
}

static int64_t
end_of(struct run *r, uint32_t x, const struct times *t)
{
	int64_t end = t->from_ms / 1000 + lifespan_s(r, x);

	return t->expire > 0 && t->expire < end ? t->expire : end;
}

/* when a warning is due, 0: it was, or there is none to come */
static int64_t
warn_of(struct run *r, uint32_t x, const struct times *t)
{
	return r->can_report && r->s.rcpt[x].mark == '-' && !t->null_sender
	    ? jobhead_warn_s(t->from_ms, lifespan_of(r, x)->warn, t->notify_at)
	    : 0;
}

/* when is there something to do for it */
static void
watch_next(struct run *r, uint32_t x, const struct times *t)
{
	int64_t end = end_of(r, x, t), warn = warn_of(r, x, t);

	watch(r, x, warn > 0 && warn < end ? warn : end + LIFETIME_LAST_S);
}

void
lifetime_set(struct run *r, uint32_t x, const struct jobhead *c)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	struct times t = times_of(c);

	if (p->state != MESSAGE_QUEUED && p->state != MESSAGE_HELD)
		return;
	watch_next(r, x, &t);
	if (r->first_scan && p->watch_s < clock_wall_s() + LIFETIME_CHANCE_S)
		watch(r, x, clock_wall_s() + LIFETIME_CHANCE_S);
}

/* between passes */
static int64_t
tick_ms(const struct run *r)
{
	return LIFETIME_TICK_MS + r->s.n_rcpt / LIFETIME_PASS_RCPTS * 1000;
}

int64_t
lifetime_back(struct run *r, const struct run_job *t)
{
	struct times s = { t->from_ms, t->expire, t->notify_at,
		t->null_sender };

	watch_next(r, t->rcpt, &s);
	return r->s.rcpt[t->rcpt].watch_s <= clock_wall_s() ? 2 * tick_ms(r)
							    : 0;
}

void
lifetime_tried(struct run *r, const struct run_job *t,
    const struct retry_case *c)
{
	r->s.rcpt[t->rcpt].class =
	    failkind_number(&r->lifetime.kinds, c->class, c->failure);
	lifetime_back(r, t);
}

int64_t
lifetime_cap(struct run *r, uint32_t x, int64_t next_s)
{
	int64_t now = clock_wall_s(), max;

	if (next_s <= now)
		return next_s;
	/* the longest jitter is half of an interval */
	max = (int64_t)lifespan_of(r, x)->interval * 3 / 2;
	return age_next(&r->age, next_s * 1000, now * 1000, max * 1000) / 1000;
}

/* the pass */

static void
look_known(struct run *r, uint32_t x, const struct jobhead *c)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	struct times t = times_of(c);
	int64_t now = clock_wall_s(), warn;

	if (p->flags & (RUN_DELETE | RUN_BOUNCE)) {
		ordered_end(r, x, c);
		return;
	}
	if (now >= end_of(r, x, &t) + LIFETIME_LAST_S) {
		expire_rcpt(r, x, c);
		return;
	}
	warn = warn_of(r, x, &t);
	if (warn > 0 && now >= warn) {
		p->mark = 'w';
		toline_mark(r, x, c->rcpt[p->n].offset);
		bounces_owe(r, p->message);
	}
	watch_next(r, x, &t);
}

/* is it one whose time is kept */
static int
is_waiting(const struct schedule_rcpt *p)
{
	return p->where != SCHEDULE_FREE && !schedule_is_down(p) &&
	    (p->state == MESSAGE_QUEUED || p->state == MESSAGE_HELD);
}

/* recipients of one message */
static void
look(struct run *r, const uint32_t *x, unsigned n)
{
	uint32_t m = r->s.rcpt[x[0]].message;
	struct jobhead *c = heads_take(r, m);
	unsigned i;

	for (i = 0; i < n; i++) {
		if (c == NULL || !is_waiting(&r->s.rcpt[x[i]]))
			watch(r, x[i],
			    message_owes(r->s.rcpt[x[i]].state)
				? SCHEDULE_WATCH_NONE
				: clock_wall_s() + LIFETIME_AGAIN_S);
		else if (r->s.rcpt[x[i]].n < c->n_rcpt)
			look_known(r, x[i], c);
		else
			watch(r, x[i], SCHEDULE_WATCH_NONE);
	}
	toline_close(r);
	if (c != NULL)
		heads_release(r, m, c);
}

/* the same without its file: who has come to an end is due in the next pass */
static void
look_again(struct run *r, const uint32_t *x, unsigned n)
{
	const struct schedule_rcpt *p;
	struct times t = { 0 };

	for (; n > 0; n--, x++) {
		p = &r->s.rcpt[*x];
		t.from_ms = heads_birth_ms(r, r->s.message[p->message].id);
		if (p->flags & (RUN_DELETE | RUN_BOUNCE))
			watch(r, *x, clock_wall_s());
		else if (p->state == MESSAGE_QUEUED || p->state == MESSAGE_HELD)
			watch_next(r, *x, &t);
		else
			watch(r, *x, SCHEDULE_WATCH_NONE);
	}
}

static int
is_due(const struct run *r)
{
	return r->s.watching ||
	    (clock_mono_ms() >= r->lifetime.pass_ms &&
		clock_wall_s() >= r->s.watch_first);
}

int
lifetime_slice(struct run *r)
{
	uint32_t due[LIFETIME_DUE_MAX];
	unsigned n, i, run;
	int all;

	lifetime_clock(r);
	if (r->stopping || r->stalled || !is_due(r))
		return 0;
	if (!r->s.watching) {
		r->lifetime.pass_ms = clock_mono_ms() + tick_ms(r);
	}
	all = r->s.watching == 2;
	n = schedule_watched(&r->s, clock_wall_s(), due, LIFETIME_DUE_MAX,
	    LIFETIME_STEPS);
	for (i = 0; i < n; i += run) {
		for (run = 1; i + run < n &&
		     r->s.rcpt[due[i + run]].message ==
			 r->s.rcpt[due[i]].message;
		     run++)
			;
		if (all &&
		    !(r->s.message[r->s.rcpt[due[i]].message].flags &
			RUN_TIMED))
			look_again(r, due + i, run);
		else
			look(r, due + i, run);
	}
	return r->s.watching;
}

static void
on_tick(void *arg)
{
	struct run *r = arg;
	int64_t mono = clock_mono_ms();

	loop_timer_set(&r->lifetime.timer, LIFETIME_TICK_MS, on_tick, r);
	lifetime_clock(r);
	if (mono >= r->lifetime.alive_ms) {
		r->lifetime.alive_ms = mono + LIFETIME_ALIVE_MS;
		lifetime_alive(r);
	}
	if (r->retries.conf != NULL)
		table_check(&r->retries.table);
	if (r->retries.table.generation != r->lifetime.generation) {
		lifespan_table(r);
		schedule_watch_all(&r->s);
	}
	if (is_due(r))
		rounds_more(r);
}

void
lifetime_start(struct run *r)
{
	lifeclock_start(r);
	lifespan_table(r);
	on_tick(r);
}
