#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* a file may be behind: what it missed for want of room */
static int
is_of(const struct run *r, uint32_t x, const struct doubt *s)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];

	return p->n == s->n && p->tries <= s->try &&
	    (p->state == MESSAGE_QUEUED || p->state == MESSAGE_HELD) &&
	    memcmp(r->s.message[p->message].id, s->id, NAME_LEN) == 0;
}

/* 0, -1: it does not stand in its file */
static int
mark(struct run *r, uint32_t x, uint32_t offset)
{
	r->s.rcpt[x].flags |= RUN_DOUBT;
	return toline_mark(r, x, offset);
}

/* of one that is in the index: its next attempt may have to wait, too */
static int
mark_new(struct run *r, uint32_t x, uint32_t offset)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	int64_t now = clock_wall_s(), next;
	int bad = mark(r, x, offset);

	next = p->state == MESSAGE_QUEUED ? doubtful_next(r, x, now) : now;
	if (next == now)
		return bad;
	schedule_idle(&r->s, x);
	retries_wait(r, x, next * 1000, 0);
	return bad | toline_next(r, x, offset, next);
}

/* into our own file, as one that no attempt takes back that did not leave:
 * 0, -1 with errno */
static int
say_open(struct run *r, const struct doubt *s)
{
	char line[128];
	size_t n = snprintf(line, sizeof line,
	    "\nid:%.*s\tn:%u\ttry:%u\tstatus:later\tdoubt:1\n", NAME_LEN, s->id,
	    s->n, s->try);

	return resultfile_append(r, line, n);
}

/* NULL: there is none of that recipient */
static struct doubt *
find(const struct run *r, const char *id, unsigned n)
{
	struct doubt *u = (struct doubt *)(void *)buf_data(&r->doubts.list);
	size_t count = buf_len(&r->doubts.list) / sizeof *u, i;

	for (i = 0; i < count; i++)
		if (u[i].n == n && memcmp(u[i].id, id, NAME_LEN) == 0)
			return &u[i];
	return NULL;
}

int
doubts_has(const struct run *r, const char *id, unsigned n)
{
	return find(r, id, n) != NULL;
}

void
doubts_add(struct run *r, const char *id, unsigned n, unsigned try)
{
	struct doubt d = { .n = n, .try = try }, *had = find(r, id, n);

	memcpy(d.id, id, NAME_LEN);
	if (had != NULL)
		*had = d;
	else if (buf_put(&r->doubts.list, &d, sizeof d) == -1)
		die(EXIT_TEMP, "out of memory");
	if (say_open(r, &d) == 0)
		return;
	r->doubts.nowhere++;
	warn("a doubt about message %.20s stands nowhere: %m", d.id);
}

void
doubts_rcpt(struct run *r, uint32_t x, unsigned try)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];

	doubts_add(r, r->s.message[p->message].id, p->n, try);
}

/* into the message's file; 0, -1 with errno */
static int
write_mark(struct run *r, uint32_t x, int doubt)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	struct jobhead *c = heads_take(r, p->message);
	int bad = 0;

	if (c == NULL)
		return -1;
	if (p->n < c->n_rcpt)
		bad = doubt ? mark_new(r, x, c->rcpt[p->n].offset)
			    : toline_mark(r, x, c->rcpt[p->n].offset);
	toline_close(r);
	heads_release(r, p->message, c);
	return bad;
}

int
doubts_write(struct run *r, uint32_t m, const struct doubt *d)
{
	uint32_t x = r->s.message[m].first;

	while (x != SCHEDULE_NONE && !is_of(r, x, d))
		x = r->s.rcpt[x].later;
	if (x == SCHEDULE_NONE || r->s.rcpt[x].flags & RUN_DOUBT)
		return 0;
	return write_mark(r, x, 1);
}

/* a recipient who has been loaded, and where he stands in his file */
struct loaded {
	uint32_t rcpt, offset;
};

/* those stay of which it says so: once round, they go to the end */
static void
keep_those(struct run *r,
    int (*stays)(struct run *, const struct doubt *, const struct loaded *),
    const struct loaded *l)
{
	struct buf *b = &r->doubts.list;
	size_t n = buf_len(b) / sizeof(struct doubt);
	struct doubt d;

	for (; n > 0; n--) {
		memcpy(&d, buf_data(b), sizeof d);
		buf_consume(b, sizeof d);
		if (stays(r, &d, l) && buf_put(b, &d, sizeof d) == -1)
			die(EXIT_TEMP, "out of memory");
	}
}

/* what is in memory is what its file is to say */
static int
is_left(struct run *r, const struct doubt *d, const struct loaded *unused)
{
	uint32_t m = schedule_find(&r->s, d->id), x;
	char path[NAME_PATH_LEN + 1];
	struct stat st;

	(void)unused;
	if (m == SCHEDULE_NONE) {
		name_path(path, d->id);
		return fstatat(r->qfd, path, &st, 0) == 0 || errno != ENOENT;
	}
	x = r->s.message[m].first;
	while (x != SCHEDULE_NONE && r->s.rcpt[x].n != d->n)
		x = r->s.rcpt[x].later;
	if (x == SCHEDULE_NONE ||
	    (r->s.rcpt[x].state != MESSAGE_QUEUED &&
		r->s.rcpt[x].state != MESSAGE_HELD))
		return 0;
	return write_mark(r, x, 0) == -1;
}

void
doubts_retry(struct run *r)
{
	keep_those(r, is_left, NULL);
}

/* it is of another, or his file does not take it.  What was tried since, his
 * file says */
static int
is_open(struct run *r, const struct doubt *d, const struct loaded *l)
{
	const struct schedule_rcpt *p = &r->s.rcpt[l->rcpt];

	return memcmp(r->s.message[p->message].id, d->id, NAME_LEN) != 0 ||
	    p->n != d->n ||
	    (is_of(r, l->rcpt, d) && mark(r, l->rcpt, l->offset) != 0);
}

void
doubts_settle(struct run *r, uint32_t x, uint32_t offset)
{
	struct loaded l = { x, offset };

	keep_those(r, is_open, &l);
}

int
doubts_again(struct run *r)
{
	const struct doubt *s =
	    (const struct doubt *)(const void *)buf_data(&r->doubts.list);
	size_t n = buf_len(&r->doubts.list) / sizeof *s, i;

	for (i = 0; i < n; i++)
		if (say_open(r, &s[i]) == -1)
			return -1;
	return 0;
}

int
doubts_left(const struct run *r)
{
	return buf_len(&r->doubts.list) > 0;
}
