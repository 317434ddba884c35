#include "run/run.h"
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

/* into our own file: 0, -1 with errno */
static int
say_left(struct run *r, const struct doubt *s)
{
	char line[128];
	size_t n = snprintf(line, sizeof line,
	    "\nid:%.*s\tn:%u\ttry:%u\tstatus:sending\n", NAME_LEN, s->id, s->n,
	    s->try);

	return resultfile_append(r, line, n);
}

/* one for each recipient */
static int
known(struct run *r, const struct doubt *s)
{
	struct doubt *u = (struct doubt *)(void *)buf_data(&r->doubts.list);
	size_t n = buf_len(&r->doubts.list) / sizeof *u, i;

	for (i = 0; i < n; i++)
		if (u[i].n == s->n && memcmp(u[i].id, s->id, NAME_LEN) == 0) {
			u[i] = *s;
			return 1;
		}
	return 0;
}

void
doubts_add(struct run *r, const char *id, unsigned n, unsigned try)
{
	struct doubt d = { .n = n, .try = try };

	memcpy(d.id, id, NAME_LEN);
	if (!known(r, &d) && buf_put(&r->doubts.list, &d, sizeof d) == -1)
		die(EXIT_TEMP, "out of memory");
	if (say_left(r, &d) == -1)
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
		bad = doubt ? mark(r, x, c->rcpt[p->n].offset)
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

/* what is in memory is what its file is to say */
static int
is_left(struct run *r, const struct doubt *d)
{
	uint32_t m = schedule_find(&r->s, d->id), x;
	char path[NAME_PATH_LEN + 1];
	struct stat st;

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
	struct buf *b = &r->doubts.list;
	size_t n = buf_len(b) / sizeof(struct doubt);
	struct doubt d;

	/* once round: what is left goes to the end */
	for (; n > 0; n--) {
		memcpy(&d, buf_data(b), sizeof d);
		buf_consume(b, sizeof d);
		if (is_left(r, &d) && buf_put(b, &d, sizeof d) == -1)
			die(EXIT_TEMP, "out of memory");
	}
}

void
doubts_settle(struct run *r, uint32_t x, uint32_t offset)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	struct buf *b = &r->doubts.list;
	size_t n = buf_len(b) / sizeof(struct doubt);
	struct doubt d;

	for (; n > 0; n--) {
		memcpy(&d, buf_data(b), sizeof d);
		buf_consume(b, sizeof d);
		/* what was tried since, its file says */
		if (memcmp(r->s.message[p->message].id, d.id, NAME_LEN) == 0 &&
		    p->n == d.n &&
		    (!is_of(r, x, &d) || mark(r, x, offset) == 0))
			continue;
		if (buf_put(b, &d, sizeof d) == -1)
			die(EXIT_TEMP, "out of memory");
	}
}

int
doubts_again(struct run *r)
{
	const struct doubt *s =
	    (const struct doubt *)(const void *)buf_data(&r->doubts.list);
	size_t n = buf_len(&r->doubts.list) / sizeof *s, i;

	for (i = 0; i < n; i++)
		if (say_left(r, &s[i]) == -1)
			return -1;
	return 0;
}

int
doubts_left(const struct run *r)
{
	return buf_len(&r->doubts.list) > 0;
}
