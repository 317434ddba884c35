#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <stdlib.h>
#include <string.h>

static uint32_t
job_hash(uint32_t message, unsigned n)
{
	uint32_t h = message * 2654435761u ^ n * 2246822519u;

	return h ^ h >> 15;
}

void
jobs_start(struct run *r)
{
	uint32_t size = 64, i;

	/* as many again may be past their deadline */
	r->jobs.n = 2 * r->window;
	while (size < 2 * r->jobs.n)
		size *= 2;
	r->jobs.job = calloc(r->jobs.n, sizeof *r->jobs.job);
	r->jobs.bucket = malloc(size * sizeof *r->jobs.bucket);
	if (r->jobs.job == NULL || r->jobs.bucket == NULL)
		die(EXIT_TEMP, "out of memory");
	memset(r->jobs.bucket, 0xff, size * sizeof *r->jobs.bucket);
	r->jobs.mask = size - 1;
	for (i = 0; i < JOBS_LINES; i++)
		r->jobs.line[i].oldest = r->jobs.line[i].newest = SCHEDULE_NONE;
	r->jobs.free = SCHEDULE_NONE;
	for (i = r->jobs.n; i-- > 0;) {
		r->jobs.job[i].newer = r->jobs.free;
		r->jobs.job[i].rcpt = SCHEDULE_NONE;
		r->jobs.free = i;
	}
}

struct run_job *
jobs_find(const struct run *r, uint32_t message, unsigned n)
{
	uint32_t i = r->jobs.bucket[job_hash(message, n) & r->jobs.mask];

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
	uint32_t i = r->jobs.free, *at;
	struct run_job *t = &r->jobs.job[i];

	r->jobs.free = t->newer;
	t->rcpt = rcpt;
	t->message = message;
	t->n = n;
	t->answered = t->late = 0;
	at = &r->jobs.bucket[job_hash(message, n) & r->jobs.mask];
	t->hash_next = *at;
	*at = i;
	line_add(r, t);
	return t;
}

void
jobs_remove(struct run *r, struct run_job *t)
{
	uint32_t i = t - r->jobs.job;
	uint32_t *at =
	    &r->jobs.bucket[job_hash(t->message, t->n) & r->jobs.mask];

	while (*at != i)
		at = &r->jobs.job[*at].hash_next;
	*at = t->hash_next;
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
	t->offset = c->rcpt[p->n].offset;
	t->birth_ms = c->birth_ms;
	t->expire = c->expire;
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
