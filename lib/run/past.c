#include "run/run.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* a log is written back by the system, half a minute after it was written */
enum { PAST_UNLOGGED_S = 120 };

/*
 * What the journal said at the start, of messages that are not in memory
 * (yet): in the order of their ids, and for one message in the order of the
 * journal.  A line leaves when its message is loaded, when its state has
 * been written home, or when a whole scan has not found the file.  Until the
 * first scan is over no segment may go; afterwards each line that is left
 * pins its own.
 */
int
past_line(void *arg, const char *id, unsigned n, enum message_state state,
    uint32_t segment)
{
	struct run *r = arg;
	struct run_past *p;

	if (id == NULL) {
		r->n_said = r->n_past;
		return 0;
	}
	if (r->n_past == r->cap_past) {
		r->cap_past = r->cap_past < 256 ? 256 : r->cap_past * 2;
		p = realloc(r->past, r->cap_past * sizeof *p);
		if (p == NULL)
			return -1;
		r->past = p;
	}
	p = &r->past[r->n_past++];
	memset(p, 0, sizeof *p);
	memcpy(p->id, id, NAME_LEN);
	p->n = n;
	p->state = state;
	p->segment = segment;
	return 0;
}

static int
past_order(const void *x, const void *y)
{
	const struct run_past *a = x, *b = y;
	int c = memcmp(a->id, b->id, NAME_LEN);

	if (c != 0)
		return c;
	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	/* an end comes behind the failure that still owed its report */
	return message_final(a->state) - message_final(b->state);
}

static int64_t
written_s(struct run *r, uint32_t segment)
{
	char name[11];
	struct stat st;

	done_name(name, segment);
	return fstatat(r->done_fd, name, &st, 0) == 0 ? st.st_mtime : 0;
}

/*
 * After a power cut the log, which nobody syncs, may lack what the journal
 * marks as logged: ends of the time before the cut.
 */
static int
may_be_unlogged(struct run *r, uint32_t segment)
{
	static uint32_t last;
	static int64_t newest = -1, at;

	if (!r->cut)
		return 0;
	if (newest == -1)
		newest = written_s(r, done_current(&r->done));
	if (segment != last)
		at = written_s(r, last = segment);
	return at >= newest - PAST_UNLOGGED_S;
}

void
past_start(struct run *r)
{
	size_t i;

	for (i = 0; i < r->n_past; i++) {
		r->past[i].said = !r->crashed ||
		    (i < r->n_said && !may_be_unlogged(r, r->past[i].segment));
		r->n_unsaid += !r->past[i].said;
	}
	if (r->n_past > 0)
		qsort(r->past, r->n_past, sizeof *r->past, past_order);
}

int
past_add(struct run *r, const char *id, unsigned n, enum message_state state)
{
	final_begin(r);
	if (final_put(r, id, n, state) == -1 || final_append(r) == -1 ||
	    past_line(r, id, n, state, done_current(&r->done)) == -1)
		return -1;
	r->n_unsaid++;
	qsort(r->past, r->n_past, sizeof *r->past, past_order);
	return 0;
}

static int
past_id(const void *key, const void *y)
{
	return memcmp(key, ((const struct run_past *)y)->id, NAME_LEN);
}

/* the first line of a message, NULL: none; *n how many there are */
static struct run_past *
lines_of(struct run *r, const char *id, size_t *n)
{
	struct run_past *p = NULL, *e, *end = r->past + r->n_past;

	if (r->n_past > 0)
		p = bsearch(id, r->past, r->n_past, sizeof *p, past_id);
	if (p == NULL)
		return NULL;
	for (e = p; e < end && memcmp(e->id, id, NAME_LEN) == 0; e++)
		;
	while (p > r->past && memcmp(p[-1].id, id, NAME_LEN) == 0)
		p--;
	*n = e - p;
	return p;
}

static void
take(struct run *r, struct run_past *p)
{
	if (p->taken)
		return;
	p->taken = 1;
	if (p->pinned)
		done_unpin(&r->done, p->segment);
	p->pinned = 0;
	r->n_unsaid -= !p->said;
	p->said = 1;
}

/* its event may be missing in the log; c NULL: its file cannot be read */
static void
say(struct run *r, struct run_past *p, const struct jobhead *c)
{
	if (p->said)
		return;
	p->said = 1;
	r->n_unsaid--;
	if (c == NULL ||
	    (c->rcpt[p->n].state != MESSAGE_BOUNCED &&
		c->rcpt[p->n].state != MESSAGE_EXPIRED))
		rcptevent_replay(p->id, p->n, c, p->state);
}

int
past_knows(struct run *r, const char *id)
{
	size_t n;

	return lines_of(r, id, &n) != NULL;
}

uint32_t
past_apply(struct run *r, const char *id, struct jobhead *c)
{
	uint32_t segment = 0;
	struct run_past *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--) {
		if (p->taken)
			continue;
		if (segment == 0 || p->segment < segment)
			segment = p->segment;
		if (p->n >= c->n_rcpt)
			continue;
		say(r, p, c);
		c->rcpt[p->n].state = p->state;
	}
	return segment;
}

void
past_taken(struct run *r, const char *id)
{
	struct run_past *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		take(r, p);
}

void
past_say(struct run *r, const char *id, const struct jobhead *c)
{
	struct run_past *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		if (!p->taken && (c == NULL || p->n < c->n_rcpt))
			say(r, p, c);
}

/* scanning */

void
past_scan(struct run *r)
{
	size_t i;

	r->dirs_read = 0;
	for (i = 0; i < r->n_past; i++)
		r->past[i].found = 0;
}

void
past_found(struct run *r, const char *id)
{
	struct run_past *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		p->found = 1;
}

void
past_scanned(struct run *r)
{
	struct run_past *p;
	size_t i, left = 0;

	for (i = 0; i < r->n_past; i++) {
		p = &r->past[i];
		if (!p->found && r->dirs_read >> name_dir(p->id) & 1) {
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
		r->past[left++] = *p;
	}
	r->n_past = left;
	if (left > 0)
		return;
	free(r->past);
	r->past = NULL;
	r->cap_past = 0;
}

/* folding */

void
past_home(struct run *r, const char *id, unsigned rcpt, uint32_t segment,
    const struct jobhead *c)
{
	struct run_past *p;
	size_t n;

	for (p = lines_of(r, id, &n); p != NULL && n > 0; p++, n--)
		if (!p->taken && p->n == rcpt && p->segment == segment) {
			if (c != NULL && rcpt < c->n_rcpt)
				say(r, p, c);
			take(r, p);
		}
}

void
past_move(struct run *r, uint32_t from, uint32_t to)
{
	struct run_past *p;
	size_t i;

	for (i = 0; i < r->n_past; i++) {
		p = &r->past[i];
		if (p->taken || p->segment != from)
			continue;
		p->segment = to;
		if (!p->pinned)
			continue;
		done_unpin(&r->done, from);
		done_pin(&r->done, to);
	}
}
