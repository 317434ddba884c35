#include "run/run.h"
#include "base/die.h"
#include "base/exit.h"
#include <stdio.h>
#include <string.h>

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
	struct doubt d = { .n = n, .try = try, .left = 1 };

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

int
doubts_write(struct run *r, uint32_t m, const struct doubt *d)
{
	uint32_t x = r->s.message[m].first;
	struct jobhead *c;
	int bad = 0;

	while (x != SCHEDULE_NONE && !is_of(r, x, d))
		x = r->s.rcpt[x].later;
	if (x == SCHEDULE_NONE || r->s.rcpt[x].flags & RUN_DOUBT)
		return 0;
	c = heads_take(r, m);
	if (c == NULL)
		return -1;
	if (d->n < c->n_rcpt)
		bad = mark(r, x, c->rcpt[d->n].offset);
	toline_close(r);
	heads_release(r, m, c);
	return bad;
}

void
doubts_settle(struct run *r, uint32_t x, uint32_t offset)
{
	struct doubt *s = (struct doubt *)(void *)buf_data(&r->doubts.list);
	size_t n = buf_len(&r->doubts.list) / sizeof *s, i;

	for (i = 0; i < n; i++)
		if (s[i].left && is_of(r, x, &s[i]))
			s[i].left = mark(r, x, offset) == -1;
}

int
doubts_again(struct run *r)
{
	const struct doubt *s =
	    (const struct doubt *)(const void *)buf_data(&r->doubts.list);
	size_t n = buf_len(&r->doubts.list) / sizeof *s, i;

	for (i = 0; i < n; i++)
		if (s[i].left && say_left(r, &s[i]) == -1)
			return -1;
	return 0;
}

int
doubts_left(const struct run *r)
{
	return buf_len(&r->doubts.list) > 0;
}
