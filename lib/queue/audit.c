#include "queue/auditparts.h"
#include "base/num.h"
#include "format/ltsv.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct audit_message *
audit_find(const struct audit *a, const char *id)
{
	struct hash_node *at;
	struct audit_message *m;

	for (at = hash_first(&a->messages, hash_bytes(0, id, NAME_LEN));
	     at != NULL; at = hash_again(at)) {
		m = (struct audit_message *)at;
		if (memcmp(m->id, id, NAME_LEN) == 0)
			return m;
	}
	return NULL;
}

struct audit_message *
audit_get(struct audit *a, const char *id)
{
	struct audit_message *m = audit_find(a, id);
	struct audit_chunk *c = a->chunks;

	if (m != NULL)
		return m;
	if (c == NULL || c->used == AUDIT_CHUNK) {
		c = calloc(1, sizeof *c);
		if (c == NULL)
			return NULL;
		c->next = a->chunks;
		a->chunks = c;
	}
	m = &c->message[c->used];
	memcpy(m->id, id, NAME_LEN);
	m->node.hash = hash_bytes(0, id, NAME_LEN);
	m->n = AUDIT_INLINE;
	if (hash_add(&a->messages, &m->node) == -1)
		return NULL;
	c->used++;
	return m;
}

int
audit_widen(struct audit_message *m, unsigned n)
{
	unsigned to = m->n;
	struct audit_fate *f;

	if (n < m->n)
		return 0;
	while (to <= n)
		to *= 2;
	f = m->n <= AUDIT_INLINE ? malloc(to * sizeof *f)
				 : realloc(m->fate.many, to * sizeof *f);
	if (f == NULL)
		return -1;
	if (m->n <= AUDIT_INLINE)
		memcpy(f, m->fate.few, m->n * sizeof *f);
	memset(f + m->n, 0, (to - m->n) * sizeof *f);
	m->n = to;
	m->fate.many = f;
	return 0;
}

/* the log */

static void
damaged(struct audit *a)
{
	a->bad_lines += !a->second;
}

/* what a crash may leave, and is a fault unless there was one */
static void
suspect(struct audit *a)
{
	if (a->second)
		return;
	a->suspects++;
	a->suspect_s = a->now_s;
	a->torn = 1;
}

/* nothing has broken off since */
static void
suspects_old(struct audit *a)
{
	if (a->suspects == 0 || a->now_s - a->suspect_s <= AUDIT_UNWRITTEN_S)
		return;
	a->bad_lines += a->suspects;
	a->suspects = 0;
}

static int
accepted(struct audit *a, const char *id, const struct ltsv *l)
{
	struct audit_message *m = a->second ? audit_find(a, id) : NULL;
	uint64_t n;

	if (a->second && (m == NULL || m->accepted > 0))
		return 0;
	if (ltsv_num(l, "rcpts", 1, MESSAGE_RCPTS_MAX, &n) == -1) {
		damaged(a);
		return 0;
	}
	if (m == NULL)
		m = audit_get(a, id);
	if (m == NULL || audit_widen(m, n - 1) == -1)
		return -1;
	if (m->accepted > 0)
		m->again = 1;
	if (n > m->accepted)
		m->accepted = n;
	return 0;
}

static void
ended(struct audit *a, struct audit_fate *f, unsigned end)
{
	if ((f->flags & FATE_END) == 0) {
		f->flags |= end;
		f->stops = a->stops;
		f->breaks = a->breaks;
		return;
	}
	if (a->second)
		return;
	f->flags |= FATE_TWICE;
	/* a stop in between, or an attempt in doubt before, explains it */
	if (f->stops == a->stops && !(f->flags & FATE_DOUBT) && a->stops < 255)
		f->flags |= FATE_STRANGE;
	f->stops = a->stops;
}

static int
of_recipient(struct audit *a, const char *id, const struct ltsv *l,
    unsigned end)
{
	struct audit_message *m =
	    a->second ? audit_find(a, id) : audit_get(a, id);
	uint64_t n;

	if (a->second && m == NULL)
		return 0;
	if (ltsv_num(l, "n", 0, MESSAGE_RCPTS_MAX - 1, &n) == -1) {
		damaged(a);
		return 0;
	}
	if (m == NULL || audit_widen(m, n) == -1)
		return -1;
	if (end == 0 || ltsv_is(ltsv_find(l, "doubt"), "1"))
		audit_fates(m)[n].flags |= FATE_DOUBT;
	/* queue-run says again what it may not have said before a crash */
	if (ltsv_is(ltsv_find(l, "replay"), "1") &&
	    audit_fates(m)[n].flags & FATE_END)
		return 0;
	if (end == 0 || end == FATE_END)
		return 0;
	/* it came to its end after we had looked into the queue */
	if (a->second && audit_fates(m)[n].flags & FATE_IN_QUEUE)
		return 0;
	ended(a, &audit_fates(m)[n], end);
	return a->second ? 0 : audit_remember(a, m, n);
}

/* of what takes mail in; what stopped in order has lost nothing */
static int
of_receiver(struct audit *a, const struct ltsv *l, int start, int64_t before_s)
{
	const struct ltsv_field *prog = ltsv_find(l, "prog");
	int in_order = 0,
	    *stopped = ltsv_is(prog, "smtp-recv") ? &a->recv_stopped
	    : ltsv_is(prog, "queue-inject")       ? &a->inject_stopped
						  : &in_order;

	if (start && ltsv_find(l, "link") != NULL)
		return audit_restarted(a, before_s);
	in_order = *stopped;
	*stopped = !start;
	return start && !in_order ? audit_restarted(a, before_s) : 0;
}

static int
of_program(struct audit *a, const struct ltsv *l, int start, int64_t before_s)
{
	int killed = start && a->running, sudden = killed;
	uint64_t u;

	if (a->second)
		return 0;
	if (!ltsv_is(ltsv_find(l, "prog"), "queue-run"))
		return of_receiver(a, l, start, before_s);
	if (!start)
		sudden = ltsv_num(l, "unanswered", 1, UINT64_MAX, &u) == 0;
	a->running = start;
	if (sudden && a->stops < 255)
		a->stops++;
	if (sudden)
		audit_sudden_stop(a);
	buf_clear(&a->recent);
	if (killed && audit_went_on(a) == -1)
		return -1;
	return sudden ? audit_restarted(a, before_s) : 0;
}

/* "2026-01-01T00:00:00.000000Z" in seconds; 0: it is none */
static int64_t
seconds(const struct ltsv_field *f)
{
	static const struct {
		uint8_t at, len;
	} parts[] = { { 0, 4 }, { 5, 2 }, { 8, 2 }, { 11, 2 }, { 14, 2 },
		{ 17, 2 } };
	uint64_t u[6];
	struct tm t = { 0 };
	unsigned i;

	if (f == NULL || f->value_len < 20)
		return 0;
	for (i = 0; i < 6; i++)
		if (num_scan(f->value + parts[i].at, parts[i].len, 0, 9999,
			&u[i]) == -1)
			return 0;
	t.tm_year = (int)u[0] - 1900;
	t.tm_mon = (int)u[1] - 1;
	t.tm_mday = u[2];
	t.tm_hour = u[3];
	t.tm_min = u[4];
	t.tm_sec = u[5];
	return timegm(&t);
}

/* the rest of what the file before ends with, if that broke off */
static void
startless(struct audit *a)
{
	if (a->broken && !a->second)
		a->cut_lines++;
	else
		damaged(a);
}

/*
 * Where the event begins: after the logger's time, which is one word, or
 * behind what a power cut has left of the line before it: zeros, or its
 * start, which may have a "ts:" of its own.  NULL: it is no event.
 */
static const char *
event_start(struct audit *a, const char *line, size_t n)
{
	const char *at = memmem(line, n, "ts:", 3), *end = line + n, *next;

	/* no program writes one */
	if (memchr(line, '\0', n) != NULL)
		suspect(a);

	if (at == NULL ||
	    (at > line && at[-1] != '\0' &&
		(memchr(line, ' ', at - line) != at - 1 || at - line > 32))) {
		/* one whose start is damaged */
		if (memchr(line, '\0', n) == NULL &&
		    memmem(line, n, "\tev:", 4) != NULL &&
		    memmem(line, n, "\tprog:", 6) != NULL)
			startless(a);
		return NULL;
	}
	/* "ev:" stands in a line once, behind "ts:" */
	for (next = at;
	     (next = memmem(next + 3, end - next - 3, "ts:", 3)) != NULL;) {
		const char *tab = memchr(next, '\t', end - next);

		if (next[-1] == '\t' || tab == NULL || end - tab < 4 ||
		    memcmp(tab, "\tev:", 4) != 0)
			continue;
		suspect(a);
		at = next;
	}
	return at;
}

void
audit_log_begin(struct audit *a)
{
	a->from_s = a->to_s = 0;
	a->has_run = a->has_inject = 0;
	a->recv_stopped = a->inject_stopped = a->broken = a->torn = 0;
	a->loose += a->suspects;
	a->suspects = 0;
}

void
audit_file_end(struct audit *a, enum audit_end end, size_t left)
{
	if (end == AUDIT_END_LAST)
		a->cut_ends += left > 0;
	else if (end == AUDIT_END_ROTATED && left > 0)
		damaged(a);
	if (end != AUDIT_END_BROKEN || a->second)
		return;
	a->cut_lines += left > 0;
	a->broken = 1;
}

/* the first event behind a file that broke off, or behind zeros or half a
 * line, in whose place others may have been */
static int
mend(struct audit *a, int64_t before_s)
{
	int broken = a->broken;

	if ((!broken && !a->torn) || a->now_s == 0)
		return 0;
	a->broken = a->torn = 0;
	if (a->has_run && audit_went_on(a) == -1)
		return -1;
	return broken ? audit_restarted(a, before_s) : 0;
}

static int64_t
later(int64_t s, int64_t t)
{
	return s > t ? s : t;
}

/* from when on the logs are complete: what rotation has removed is not */
static void
reach(struct audit *a, const struct ltsv *l, int start)
{
	const struct ltsv_field *prog;

	if (a->now_s == 0)
		return;
	if (a->from_s == 0)
		a->from_s = a->now_s;
	a->to_s = later(a->to_s, a->now_s);
	a->end_s = later(a->end_s, a->now_s);
	if (a->has_run && a->has_inject)
		return;
	prog = ltsv_find(l, "prog");
	if (!a->has_inject &&
	    (ltsv_is(prog, "queue-inject") ||
		ltsv_is(ltsv_find(l, "ev"), "accepted"))) {
		a->has_inject = 1;
		a->accepted_from_s = later(a->accepted_from_s, a->from_s);
	}
	if (!a->has_run && ltsv_is(prog, "queue-run")) {
		a->has_run = 1;
		if (!start)
			a->ended_from_s = later(a->ended_from_s, a->now_s);
	}
}

/* what tells of a message is damaged when its id is none */
static int
of_message(struct audit *a, const struct ltsv *l, const struct ltsv_field *ev)
{
	enum { ACCEPTED = FATE_END + 1 };
	static const struct {
		const char *ev;
		unsigned end;
	} kinds[] = { { "accepted", ACCEPTED }, { "sent", FATE_SENT },
		{ "bounced", FATE_BOUNCED }, { "expired", FATE_EXPIRED },
		{ "deleted", FATE_DELETED }, { "duplicate", 0 },
		{ "deferred", FATE_END } };
	const struct ltsv_field *id;
	unsigned i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ltsv_is(ev, kinds[i].ev))
			break;
	if (i == sizeof kinds / sizeof *kinds)
		return 0;
	id = ltsv_find(l, "id");
	if (id == NULL || id->value_len != NAME_LEN ||
	    name_check(id->value, NAME_LEN) == -1) {
		damaged(a);
		return 0;
	}
	return kinds[i].end == ACCEPTED
	    ? accepted(a, id->value, l)
	    : of_recipient(a, id->value, l, kinds[i].end);
}

/* of an event that is one */
static int
take(struct audit *a, const struct ltsv *l, const struct ltsv_field *ev)
{
	int64_t before_s = a->to_s;
	int start = ltsv_is(ev, "started"), r;

	if (!a->second) {
		a->events++;
		a->last_s = a->now_s;
		a->now_s = seconds(ltsv_find(l, "ts"));
		if (mend(a, before_s) == -1)
			return -1;
		reach(a, l, start);
	}
	if (start || ltsv_is(ev, "stopped"))
		r = of_program(a, l, start, before_s);
	else
		r = of_message(a, l, ev);
	suspects_old(a);
	return r;
}

int
audit_event(struct audit *a, const char *line, size_t n)
{
	struct ltsv l;
	const struct ltsv_field *ev;
	const char *at = event_start(a, line, n);

	if (at == NULL)
		return 0;
	if (ltsv_parse(at, n - (at - line), &l) == -1 ||
	    (ev = ltsv_find(&l, "ev")) == NULL) {
		/* zeros in it are said */
		if (memchr(at, '\0', n - (at - line)) == NULL)
			damaged(a);
		return 0;
	}
	return take(a, &l, ev);
}

void
audit_log_end(struct audit *a, enum audit_queue q, int64_t read_s)
{
	a->by_log = q == AUDIT_QUEUE_UNKNOWN;
	if (a->by_log)
		q = a->running ? AUDIT_QUEUE_DEAD : AUDIT_QUEUE_STOPPED;
	a->queue = q;
	a->read_s = read_s;
	a->loose += a->suspects;
	a->suspects = 0;
	/* where it ends the power may have gone, too */
	a->last_s = a->now_s;
	if (a->running && q == AUDIT_QUEUE_DEAD)
		audit_sudden_stop(a);
}

void
audit_again(struct audit *a)
{
	a->second = 1;
	a->cut_ends = 0;
}

unsigned
audit_end_of(enum message_state s)
{
	switch (s) {
	case MESSAGE_SENT: return FATE_SENT;
	case MESSAGE_BOUNCED:
	case MESSAGE_BOUNCED_SAID: return FATE_BOUNCED;
	case MESSAGE_EXPIRED:
	case MESSAGE_EXPIRED_SAID: return FATE_EXPIRED;
	case MESSAGE_DELETED: return FATE_DELETED;
	default: return 0;
	}
}

int
audit_file(struct audit *a, const char *id, unsigned n, enum message_state s)
{
	struct audit_message *m = audit_get(a, id);
	struct audit_fate *f;

	if (m == NULL || audit_widen(m, n) == -1)
		return -1;
	f = &audit_fates(m)[n];
	if (audit_end_of(s) == 0) {
		f->flags |= FATE_IN_QUEUE;
		return 0;
	}
	f->flags |= FATE_OVER;
	f->flags &= ~FATE_IN_QUEUE;
	if ((f->flags & FATE_END) != 0)
		return 0;
	f->stops = audit_end_of(s);
	f->breaks = audit_breaks_at(a, id);
	f->more |= message_final(s) ? FATE_IN_FILE : FATE_OWED;
	return 0;
}

int
audit_aside(struct audit *a, const char *id)
{
	struct audit_message *m = audit_get(a, id);

	if (m == NULL)
		return -1;
	m->aside = 1;
	return 0;
}

void
audit_free(struct audit *a)
{
	struct audit_chunk *c;
	unsigned i;

	while ((c = a->chunks) != NULL) {
		a->chunks = c->next;
		for (i = 0; i < c->used; i++)
			if (c->message[i].n > AUDIT_INLINE)
				free(c->message[i].fate.many);
		free(c);
	}
	hash_free(&a->messages);
	buf_free(&a->recent);
	buf_free(&a->gaps);
	buf_free(&a->went_on);
	buf_free(&a->open);
	memset(a, 0, sizeof *a);
}
