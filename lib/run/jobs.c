#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <stdlib.h>

static uint32_t
hash_of(const void *job, uint32_t i)
{
	const struct run_job *t = (const struct run_job *)job + i;

	return hashindex_pair(t->message, t->n);
}

static struct hashindex_array
array(const struct run *r)
{
	return (struct hashindex_array){ &r->jobs.job->hash_next,
		sizeof *r->jobs.job, hash_of, r->jobs.job };
}

void
jobs_start(struct run *r)
{
	uint32_t i;

	/* as many again may be past their deadline */
	r->jobs.n = 2 * r->window;
	r->jobs.job = calloc(r->jobs.n, sizeof *r->jobs.job);
	/* twice the chains: most have one at most */
	if (r->jobs.job == NULL ||
	    hashindex_reserve(&r->jobs.index, 2 * r->jobs.n) == -1)
		die(EXIT_TEMP, "out of memory");
	for (i = 0; i < JOBS_LINES; i++)
		r->jobs.line[i].oldest = r->jobs.line[i].newest = SCHEDULE_NONE;
	r->jobs.free = SCHEDULE_NONE;
	for (i = r->jobs.n; i-- > 0;) {
		r->jobs.job[i].newer = r->jobs.free;
		r->jobs.job[i].rcpt = SCHEDULE_NONE;
		r->jobs.free = i;
	}
}

void
jobs_put(struct run *r, uint32_t x, const struct jobhead *c, const char *id,
    int doubt, struct buf *b)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	struct retry_case last;

	failkind_case(&r->lifetime.kinds, p->class, &last);
	if (jobhead_job(c, p->n, id, p->tries, doubt, b) == -1 ||
	    jobhead_last(b, last.class, last.failure) == -1 ||
	    nextsource_put(&r->lifetime.sources, r->s.source[x], b) == -1 ||
	    ordermatch_labels(r, x, c, b) == -1)
		die(EXIT_TEMP, "out of memory");
}

struct run_job *
jobs_find(const struct run *r, uint32_t message, unsigned n)
{
	uint32_t i =
	    hashindex_first(&r->jobs.index, hashindex_pair(message, n));

	while (i != SCHEDULE_NONE &&
	    (r->jobs.job[i].message != message || r->jobs.job[i].n != n))
		i = r->jobs.job[i].hash_next;
	return i == SCHEDULE_NONE ? NULL : &r->jobs.job[i];
}

static void
line_add(struct run *r, struct run_job *t)
{
	struct jobs_line *l = &r->jobs.line[t->late];
	uint32_t i = t - r->jobs.job;

	t->newer = SCHEDULE_NONE;
	t->older = l->newest;
	if (t->older == SCHEDULE_NONE)
		l->oldest = i;
	else
		r->jobs.job[t->older].newer = i;
	l->newest = i;
}

static void
line_remove(struct run *r, const struct run_job *t)
{
	struct jobs_line *l = &r->jobs.line[t->late];

	if (t->older == SCHEDULE_NONE)
		l->oldest = t->newer;
	else
		r->jobs.job[t->older].newer = t->newer;
	if (t->newer == SCHEDULE_NONE)
		l->newest = t->older;
	else
		r->jobs.job[t->newer].older = t->older;
}

static struct run_job *
job_take(struct run *r, uint32_t rcpt, uint32_t message, uint32_t n)
{
	struct hashindex_array a = array(r);
	uint32_t i = r->jobs.free;
	struct run_job *t = &r->jobs.job[i];

	r->jobs.free = t->newer;
	t->rcpt = rcpt;
	t->message = message;
	t->n = n;
	t->answered = t->late = 0;
	hashindex_add(&r->jobs.index, &a, i); /* there are chains for all */
	line_add(r, t);
	return t;
}

void
jobs_remove(struct run *r, struct run_job *t)
{
	uint32_t i = t - r->jobs.job;
	struct hashindex_array a = array(r);

	hashindex_remove(&r->jobs.index, &a, i);
	line_remove(r, t);
	t->rcpt = SCHEDULE_NONE;
	t->newer = r->jobs.free;
	r->jobs.free = i;
	buf_clear(&t->who);
}

struct run_job *
jobs_add(struct run *r, uint32_t x, const struct jobhead *c)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	struct run_job *t = job_take(r, x, p->message, p->n);

	p->flags &= ~RUN_LATER;
	r->s.order[x] = 0;
	t->offset = c->rcpt[p->n].offset;
	t->birth_ms = c->birth_ms;
	t->from_ms = jobhead_from_ms(c);
	t->expire = c->expire;
	t->notify_at = c->notify_at;
	t->null_sender = c->null_sender;
	t->down_ms = clock_mono_ms();
	if (jobhead_who(c, p->n, &t->who) == -1)
		die(EXIT_TEMP, "out of memory");
	return t;
}

int
jobs_claim(struct run *r, uint32_t x, const struct jobhead *c)
{
	if (r->s.rcpt[x].n >= c->n_rcpt || schedule_claim(&r->s, x) == -1)
		return -1;
	jobs_add(r, x, c);
	return 0;
}

void
jobs_stepped(struct run *r)
{
	int64_t now = clock_wall_us() / 1000, by_ms;
	struct run_job *t;
	uint32_t i;

	for (i = 0; i < r->jobs.n; i++) {
		t = &r->jobs.job[i];
		if (t->rcpt == SCHEDULE_NONE)
			continue;
		by_ms = age_stepped(&r->age, t->birth_ms, now) - t->birth_ms;
		t->birth_ms += by_ms;
		t->from_ms += by_ms;
		if (t->expire > 0)
			t->expire += by_ms / 1000;
		if (t->notify_at > 0)
			t->notify_at += by_ms / 1000;
	}
}

struct run_job *
jobs_oldest(const struct run *r, int late)
{
	uint32_t i = r->jobs.line[late].oldest;

	return i == SCHEDULE_NONE ? NULL : &r->jobs.job[i];
}

void
jobs_late(struct run *r, struct run_job *t)
{
	line_remove(r, t);
	t->late = 1;
	line_add(r, t);
	schedule_late(&r->s, t->rcpt);
}

int
jobs_late_room(const struct run *r)
{
	return r->s.late < r->jobs.n - r->window;
}
