#include "run/run.h"
#include "base/clock.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* a log is written back by the system, half a minute after it was written */
enum { PAST_UNLOGGED_S = 120 };

int
oldjournal_line(void *arg, const struct journal_line *l, uint32_t segment)
{
	struct run *r = arg;
	struct oldjournal_line *p;

	if (l == NULL) {
		r->oldjournal.n_said = r->oldjournal.n;
		return 0;
	}
	if (r->oldjournal.n == r->oldjournal.cap) {
		r->oldjournal.cap =
		    r->oldjournal.cap < 256 ? 256 : r->oldjournal.cap * 2;
		p = realloc(r->oldjournal.line, r->oldjournal.cap * sizeof *p);
		if (p == NULL)
			return -1;
		r->oldjournal.line = p;
	}
	p = &r->oldjournal.line[r->oldjournal.n++];
	memset(p, 0, sizeof *p);
	memcpy(p->id, l->id, NAME_LEN);
	p->n = l->n & 0x1ffff; /* MESSAGE_RCPTS_MAX fits */
	p->state = (uint8_t)l->state;
	p->at_s = l->at_s > UINT32_MAX ? 0 : (uint32_t)l->at_s;
	p->segment = segment;
	return 0;
}

static int
past_order(const void *x, const void *y)
{
	const struct oldjournal_line *a = x, *b = y;
	int c = memcmp(a->id, b->id, NAME_LEN);

	if (c != 0)
		return c;
	/* an end comes behind the state that still owed its report, which may
	 * have been carried over into a later segment */
	if (message_final(a->state) != message_final(b->state))
		return message_final(a->state) - message_final(b->state);
	return a->segment < b->segment ? -1 : a->segment > b->segment;
}

static int64_t
written_s(struct run *r, uint32_t segment)
{
	char name[11];
	struct stat st;

	done_name(name, segment);
	return fstatat(r->done_fd, name, &st, 0) == 0
	    ? clock_file_s(st.st_mtime)
	    : 0;
}

/*
 * After a power cut the log, which nobody syncs, may lack what the journal
 * marks as logged: ends of the time before the cut.
 */
static int
may_be_unlogged(struct run *r, uint32_t segment)
{
	struct oldjournal *o = &r->oldjournal;

	if (!r->cut)
		return 0;
	if (!o->asked)
		o->newest_s = written_s(r, done_current(&r->done));
	if (!o->asked || segment != o->last)
		o->at_s = written_s(r, o->last = segment);
	o->asked = 1;
	return o->at_s >= o->newest_s - PAST_UNLOGGED_S;
}

void
oldjournal_start(struct run *r)
{
	size_t i;

	for (i = 0; i < r->oldjournal.n; i++) {
		r->oldjournal.line[i].said = !r->crashed ||
		    (i < r->oldjournal.n_said &&
			!may_be_unlogged(r, r->oldjournal.line[i].segment));
		r->oldjournal.n_unsaid += !r->oldjournal.line[i].said;
	}
	if (r->oldjournal.n > 0)
		qsort(r->oldjournal.line, r->oldjournal.n,
		    sizeof *r->oldjournal.line, past_order);
}

int
oldjournal_add(struct run *r, const struct journal_line *l, uint32_t segment)
{
	if (oldjournal_line(r, l, segment) == -1)
		return -1;
	r->oldjournal.n_unsaid++;
	qsort(r->oldjournal.line, r->oldjournal.n, sizeof *r->oldjournal.line,
	    past_order);
	return 0;
}

static int
past_id(const void *key, const void *y)
{
	return memcmp(key, ((const struct oldjournal_line *)y)->id, NAME_LEN);
}

/* the first line of a message, NULL: none; *n how many there are */
static struct oldjournal_line *
lines_of(struct run *r, const char *id, size_t *n)
{
	struct oldjournal_line *p = NULL, *e,
			       *end = r->oldjournal.line + r->oldjournal.n;

	if (r->oldjournal.n > 0)
		p = bsearch(id, r->oldjournal.line, r->oldjournal.n, sizeof *p,
		    past_id);
	if (p == NULL)
		return NULL;
	for (e = p; e < end && memcmp(e->id, id, NAME_LEN) == 0; e++)
		;
	while (p > r->oldjournal.line && memcmp(p[-1].id, id, NAME_LEN) == 0)
		p--;
	*n = e - p;
	return p;
}

static void
take(struct run *r, struct oldjournal_line *p)
{
	if (p->taken)
		return;
	p->taken = 1;
	if (p->pinned)
		done_unpin(&r->done, p->segment);
	p->pinned = 0;
	r->oldjournal.n_unsaid -= !p->said;
	p->said = 1;
}

/* its event may be missing in the log; c NULL: its file cannot be read.  What
 * its file owes a report of is said with that; but not when the journal knows
 * that the report was made */
static void
say(struct run *r, struct oldjournal_line *p, const struct jobhead *c)
{
	if (p->said)
		return;
	p->said = 1;
	r->oldjournal.n_unsaid--;
	if (c == NULL || !message_owes(c->rcpt[p->n].state) ||
	    message_final(p->state))
		failed_replay(r, p->id, p->n, c, p->state, p->at_s);
}

int
oldjournal_knows(struct run *r, const char *id)
{
	size_t n;

	return lines_of(r, id, &n) != NULL;
}

uint32_t
oldjournal_apply(struct run *r, const char *id, struct jobhead *c)
{
	uint32_t segment = 0;
	struct oldjournal_line *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--) {
		if (p->taken)
			continue;
		if (segment == 0 || p->segment < segment)
			segment = p->segment;
		if (p->n >= c->n_rcpt)
			continue;
		say(r, p, c);
		/* what is owed never takes an end back: the end may stand in
		 * the file alone, written home from a segment that went */
		if (!message_final(c->rcpt[p->n].state) ||
		    message_final(p->state)) {
			c->rcpt[p->n].state = p->state;
			c->rcpt[p->n].next = p->at_s;
		}
	}
	return segment;
}

void
oldjournal_taken(struct run *r, const char *id)
{
	struct oldjournal_line *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		take(r, p);
}

void
oldjournal_say(struct run *r, const char *id, const struct jobhead *c)
{
	struct oldjournal_line *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		if (!p->taken && (c == NULL || p->n < c->n_rcpt))
			say(r, p, c);
}

/* scanning */

void
oldjournal_scan(struct run *r)
{
	size_t i;

	r->oldjournal.dirs_read = 0;
	for (i = 0; i < r->oldjournal.n; i++)
		r->oldjournal.line[i].found = 0;
}

void
oldjournal_found(struct run *r, const char *id)
{
	struct oldjournal_line *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		p->found = 1;
}

void
oldjournal_scanned(struct run *r)
{
	struct oldjournal_line *p;
	size_t i, left = 0;

	for (i = 0; i < r->oldjournal.n; i++) {
		p = &r->oldjournal.line[i];
		if (!p->found &&
		    r->oldjournal.dirs_read >> name_dir(p->id) & 1) {
			/* its file is gone: nobody else can say it any more */
			if (r->cut)
				say(r, p, NULL);
			take(r, p);
		}
		if (p->taken)
			continue;
		if (!p->pinned)
			done_pin(&r->done, p->segment);
		p->pinned = 1;
		r->oldjournal.line[left++] = *p;
	}
	r->oldjournal.n = left;
	if (left > 0)
		return;
	free(r->oldjournal.line);
	r->oldjournal.line = NULL;
	r->oldjournal.cap = 0;
}

/* folding */

void
oldjournal_home(struct run *r, const char *id, unsigned rcpt, uint32_t segment,
    const struct jobhead *c)
{
	struct oldjournal_line *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		if (!p->taken && p->n == rcpt && p->segment == segment) {
			if (c != NULL && rcpt < c->n_rcpt)
				say(r, p, c);
			take(r, p);
		}
}

void
oldjournal_move(struct run *r, uint32_t from, uint32_t to)
{
	struct oldjournal_line *p;
	size_t i;

	for (i = 0; i < r->oldjournal.n; i++) {
		p = &r->oldjournal.line[i];
		if (p->taken || p->segment != from)
			continue;
		p->segment = to;
		if (!p->pinned)
			continue;
		done_unpin(&r->done, from);
		done_pin(&r->done, to);
	}
}
