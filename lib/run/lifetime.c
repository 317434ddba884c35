#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "chain/event.h"
#include "queue/retry.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LIFETIME_TICK_MS = 1000,
	LIFETIME_ALIVE_MS = 60000,   /* the file is told the time so often */
	LIFETIME_UNSURE_MS = 10000,  /* what is in the pipes has come then */
	LIFETIME_LAST_S = 2,         /* for the last attempt to begin */
	LIFETIME_CHANCE_S = 30,      /* the same after a start */
	LIFETIME_AGAIN_S = 30,       /* under way, or it could not be read */
	LIFETIME_STEPS = 16384,      /* recipients passed by in a slice */
	LIFETIME_DUE_MAX = 256,      /* looked at in a slice */
	LIFETIME_PASS_RCPTS = 100000 /* a second between passes for each */
};

/* what the retry table has for a domain, by its number */
struct lifetime_domain {
	uint32_t hash, generation; /* of the name, of the table */
	uint32_t lifetime, warn;
	/* of any class of failure */
	uint32_t longest, interval;
};

/* job(5) */
static const char *const classes[] = { "dns", "connect", "greeting", "helo",
	"mail", "rcpt", "data", "block", "dot", "idle", "quit", "timeout",
	"lost", "protocol", "421", "null-mx", "loop", "local", "policy",
	"limit", "size", "smtputf8", "tls", "auth" };
enum { CLASSES = sizeof classes / sizeof *classes };

/* the retry table */

static void
longer(struct run *r, uint32_t x, const struct retry_case *c,
    struct lifetime_domain *l)
{
	struct retry retry;
	unsigned i;

	retries_of(r, x, c, &retry);
	if (retry.lifetime > l->longest)
		l->longest = retry.lifetime;
	for (i = 0; i < retry.n; i++)
		if (retry.interval[i] > l->interval)
			l->interval = retry.interval[i];
}

static struct slice
conditions(const struct run *r)
{
	const struct buf *b = &r->lifetime.conditions;

	return (struct slice){ buf_data(b), buf_len(b) };
}

/* of a class, with each failure that the table knows, and with none */
static void
longest_of(struct run *r, uint32_t x, struct retry_case c,
    struct lifetime_domain *l)
{
	struct slice rest = conditions(r), label, name;
	unsigned line;

	longer(r, x, &c, l);
	while (retry_condition(&rest, &label, &name, &line))
		if (word_is(label, "failure")) {
			c.failure = name;
			longer(r, x, &c, l);
		}
}

/* of all that the table knows; one that an earlier version has made does not
 * say which these are */
static void
longest(struct run *r, uint32_t x, struct lifetime_domain *l)
{
	struct slice rest = conditions(r), label, name;
	struct retry_case c = { { 0 }, { 0 }, { 0 } };
	unsigned i, line;

	longest_of(r, x, c, l);
	while (retry_condition(&rest, &label, &name, &line))
		if (word_is(label, "class")) {
			c.class = name;
			longest_of(r, x, c, l);
		}
	for (i = 0; conditions(r).n == 0 && i < CLASSES; i++) {
		c.class = (struct slice){ classes[i], strlen(classes[i]) };
		longer(r, x, &c, l);
	}
}

static const struct lifetime_domain *
life_of(struct run *r, uint32_t x)
{
	uint32_t d = r->s.rcpt[x].domain, more = r->s.cap_domain;
	uint32_t generation = (uint32_t)r->retries.table.generation + 1;
	struct retry retry;
	struct lifetime_domain *l;

	if (d >= r->lifetime.n) {
		l = realloc(r->lifetime.domain, more * sizeof *l);
		if (l == NULL)
			die(EXIT_TEMP, "out of memory");
		memset(l + r->lifetime.n, 0,
		    (more - r->lifetime.n) * sizeof *l);
		r->lifetime.domain = l;
		r->lifetime.n = more;
	}
	l = &r->lifetime.domain[d];
	if (l->hash == r->s.domains.name[d].hash && l->generation == generation)
		return l;
	retries_of(r, x, NULL, &retry);
	l->hash = r->s.domains.name[d].hash;
	l->generation = generation;
	l->lifetime = retry.lifetime;
	l->warn = retry.warn;
	l->longest = l->interval = 0;
	if (r->lifetime.by_case)
		longest(r, x, l);
	else
		longer(r, x, NULL, l);
	return l;
}

/* the lifetime of a class of its own, as long as it is known */
static uint32_t
lifetime_of(struct run *r, uint32_t x)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	const struct lifetime_domain *l = life_of(r, x);
	struct retry_case c;
	struct retry retry;

	if (!r->lifetime.by_case)
		return l->lifetime;
	if (p->class == FAILKIND_UNKNOWN)
		return p->tries > 0 ? l->longest : l->lifetime;
	failkind_case(&r->lifetime.kinds, p->class, &c);
	retries_of(r, x, &c, &retry);
	return retry.lifetime;
}

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
	int64_t end = t->from_ms / 1000 + lifetime_of(r, x);

	return t->expire > 0 && t->expire < end ? t->expire : end;
}

/* when a warning is due, 0: it was, or there is none to come */
static int64_t
warn_of(struct run *r, uint32_t x, const struct times *t)
{
	return r->can_report && r->s.rcpt[x].mark == '-' && !t->null_sender
	    ? jobhead_warn_s(t->from_ms, life_of(r, x)->warn, t->notify_at)
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
	max = (int64_t)life_of(r, x)->interval * 3 / 2;
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

/* the clock */

/* 0 or -1 with errno */
static int
store(struct run *r, int64_t now)
{
	static struct buf text;
	int fd, ok;

	buf_clear(&text);
	if (age_text(&r->age, now, &text) == -1)
		return -1;
	fd = openat(r->qfd, "clock", O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	/* in place, and no longer than a block: there may be no room for
	 * another file */
	ok = fd != -1 &&
	    pwrite(fd, buf_data(&text), buf_len(&text), 0) ==
		(ssize_t)buf_len(&text) &&
	    ftruncate(fd, buf_len(&text)) == 0;
	if (fd != -1)
		close(fd);
	return ok ? 0 : -1;
}

static void
stepped(struct run *r, int64_t expected, int64_t now)
{
	warn("the clock has gone from %lld to %lld; messages are as old as "
	     "they were",
	    (long long)expected / 1000, (long long)now / 1000);
	r->age.start_ms += now - expected;
	heads_stepped(r);
	jobs_stepped(r);
	schedule_watch_all(&r->s);
	r->lifetime.alive_ms = 0;
	r->lifetime.unsure_ms = clock_mono_ms() + LIFETIME_UNSURE_MS;
}

void
lifetime_clock(struct run *r)
{
	int64_t now = clock_wall_us() / 1000, mono = clock_mono_ms();
	int64_t expected = r->lifetime.expected_ms + mono;

	if (!r->lifetime.started)
		return;
	if (age_clock(&r->age, expected, now, AGE_STEP_MS))
		stepped(r, expected, now);
	r->lifetime.expected_ms = now - mono;
}

void
lifetime_alive(struct run *r)
{
	if (store(r, clock_wall_us() / 1000) == -1)
		warn("unable to write %s/clock: %m", r->queue);
}

static void
new_table(struct run *r)
{
	r->lifetime.generation = r->retries.table.generation;
	r->lifetime.by_case = table_mentions(&r->retries.table, "class:") ||
	    table_mentions(&r->retries.table, "failure:");
	table_get(&r->retries.table, "=conditions", 11, 0,
	    &r->lifetime.conditions);
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
		new_table(r);
		schedule_watch_all(&r->s);
	}
	if (is_due(r))
		rounds_more(r);
}

void
lifetime_start(struct run *r)
{
	char path[RUN_PATH_MAX + 16], *text;
	int64_t now = clock_wall_us() / 1000, seen = 0;
	size_t n;

	r->age.start_ms = now;
	r->age.max_ms = RETRY_SECONDS_MAX * INT64_C(1000);
	snprintf(path, sizeof path, "%s/clock", r->queue);
	if (fd_slurp(path, AGE_TEXT_MAX, &text, &n) == 0) {
		seen = age_read(&r->age, text, n);
		free(text);
	} else if (errno != ENOENT) {
		warn("unable to read %s: %m", path);
	}
	if (seen > 0 && age_clock(&r->age, seen, now, AGE_AWAY_MS)) {
		warn("the clock has gone from %lld to %lld while nobody "
		     "looked; messages are as old as they were",
		    (long long)seen / 1000, (long long)now / 1000);
		r->lifetime.unsure_ms = clock_mono_ms() + LIFETIME_UNSURE_MS;
		if (now < seen)
			r->age.away_ms = now - seen;
	}
	expire_start(r);
	r->lifetime.expected_ms = now - clock_mono_ms();
	r->lifetime.started = 1;
	new_table(r);
	on_tick(r);
}
