#include "queue/audit.h"
#include "base/num.h"
#include "proto/ltsv.h"
#include "queue/name.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *const audit_names[] = { "lost", "twice", "unjournaled", "stray",
	"again", "unannounced", "aside", "repeated", "unlogged", "doubt",
	"unsynced", "unannounced" };

/* flags of a recipient: the first end in the log, and what else is known */
enum {
	SENT = 1,
	BOUNCED = 2,
	EXPIRED = 3,
	DELETED = 4,
	END = 7,       /* one of these, or 0 */
	TWICE = 8,     /* more than one end */
	STRANGE = 16,  /* and nothing explains it */
	DOUBT = 32,    /* an attempt in doubt */
	IN_QUEUE = 64, /* to be tried */
	OVER = 128     /* has come to an end, says the queue */
};
/* more of them, for which there was no room */
enum { LATE = 1 }; /* its end was logged shortly before a sudden stop */

struct fate {
	uint8_t flags;
	uint8_t stops; /* how many had been at the first end; OVER without
			* an end: the end, as above */
	uint8_t more;
};

struct message {
	struct hash_node node;
	char id[NAME_LEN];
	uint32_t n; /* recipients that there is room for */
	uint32_t accepted : 30, again : 1, aside : 1; /* by the log; 0: not */
	union {
		struct fate few[AUDIT_INLINE];
		struct fate *many;
	} fate;
};

enum { CHUNK = 1024 };

struct audit_chunk {
	struct audit_chunk *next;
	unsigned used;
	struct message message[CHUNK];
};

static struct fate *
fates(struct message *m)
{
	return m->n <= AUDIT_INLINE ? m->fate.few : m->fate.many;
}

static struct message *
find(const struct audit *a, const char *id)
{
	struct hash_node *at;
	struct message *m;

	for (at = hash_first(&a->messages, hash_bytes(0, id, NAME_LEN));
	     at != NULL; at = hash_again(at)) {
		m = (struct message *)at;
		if (memcmp(m->id, id, NAME_LEN) == 0)
			return m;
	}
	return NULL;
}

static struct message *
get(struct audit *a, const char *id)
{
	struct message *m = find(a, id);
	struct audit_chunk *c = a->chunks;

	if (m != NULL)
		return m;
	if (c == NULL || c->used == CHUNK) {
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

/* room for recipient n; what is new is all zero */
static int
widen(struct message *m, unsigned n)
{
	unsigned to = m->n;
	struct fate *f;

	if (n < m->n)
		return 0;
	while (to <= n)
		to *= 2;
	f = m->n <= AUDIT_INLINE ? malloc(to * sizeof *f) :
				   realloc(m->fate.many, to * sizeof *f);
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

static int
accepted(struct audit *a, const char *id, const struct ltsv *l)
{
	struct message *m;
	uint64_t n;

	if (a->second)
		return 0;
	if (ltsv_num(l, "rcpts", 1, MESSAGE_RCPTS_MAX, &n) == -1) {
		damaged(a);
		return 0;
	}
	m = get(a, id);
	if (m == NULL || widen(m, n - 1) == -1)
		return -1;
	if (m->accepted > 0)
		m->again = 1;
	if (n > m->accepted)
		m->accepted = n;
	return 0;
}

/* an end in the log that may not have been in the journal yet */
struct recent {
	struct message *message;
	uint32_t n;
	int64_t at_s;
};

static int
remember(struct audit *a, struct message *m, unsigned n)
{
	struct recent r = { m, n, a->now_s }, *first;

	while (buf_len(&a->recent) > 0) {
		first = (struct recent *)(void *)buf_data(&a->recent);
		if (a->now_s - first->at_s <= AUDIT_UNSYNCED_S)
			break;
		buf_consume(&a->recent, sizeof r);
	}
	return a->now_s == 0 ? 0 : buf_put(&a->recent, &r, sizeof r);
}

/* here the power may have gone */
static void
sudden_stop(struct audit *a)
{
	struct recent *r = (struct recent *)(void *)buf_data(&a->recent);
	size_t n = buf_len(&a->recent) / sizeof *r;

	for (; n > 0; n--, r++)
		if (a->last_s - r->at_s <= AUDIT_UNSYNCED_S)
			fates(r->message)[r->n].more |= LATE;
}

/* between these times a message may be in the queue whose acceptance was
 * not written any more */
struct gap {
	int64_t from_s, to_s;
};

static int
restarted(struct audit *a, int64_t before_s)
{
	struct gap g = { before_s - AUDIT_UNWRITTEN_S, a->now_s };

	return before_s == 0 || a->now_s == 0 ? 0 :
	    buf_put(&a->gaps, &g, sizeof g);
}

static int
unwritten(const struct audit *a, const char *id)
{
	const struct gap *g = (const void *)buf_data(&a->gaps);
	size_t n = buf_len(&a->gaps) / sizeof *g;
	int64_t s = name_time_us(id) / 1000000;

	if (a->accepted_from_s == 0 || s < a->accepted_from_s)
		return 0;
	if (s >= a->end_s - AUDIT_UNWRITTEN_S)
		return 1;
	for (; n > 0; n--, g++)
		if (s >= g->from_s && s <= g->to_s)
			return 1;
	return 0;
}

static void
ended(struct audit *a, struct fate *f, unsigned end)
{
	if ((f->flags & END) == 0) {
		f->flags |= end;
		f->stops = a->stops;
		return;
	}
	if (a->second)
		return;
	f->flags |= TWICE;
	/* a stop in between, or an attempt in doubt before, explains it */
	if (f->stops == a->stops && !(f->flags & DOUBT) && a->stops < 255)
		f->flags |= STRANGE;
	f->stops = a->stops;
}

static int
of_recipient(
    struct audit *a, const char *id, const struct ltsv *l, unsigned end)
{
	struct message *m = a->second ? find(a, id) : get(a, id);
	uint64_t n;

	if (a->second && m == NULL)
		return 0;
	if (ltsv_num(l, "n", 0, MESSAGE_RCPTS_MAX - 1, &n) == -1) {
		damaged(a);
		return 0;
	}
	if (m == NULL || widen(m, n) == -1)
		return -1;
	if (end == 0 || ltsv_is(ltsv_find(l, "doubt"), "1"))
		fates(m)[n].flags |= DOUBT;
	/* queue-run says again what it may not have said before a crash */
	if (ltsv_is(ltsv_find(l, "replay"), "1") && fates(m)[n].flags & END)
		return 0;
	if (end == 0 || end == END)
		return 0;
	ended(a, &fates(m)[n], end);
	return a->second ? 0 : remember(a, m, n);
}

static int
of_program(struct audit *a, const struct ltsv *l, int start, int64_t before_s)
{
	uint64_t u;
	int sudden;

	if (a->second)
		return 0;
	if (!ltsv_is(ltsv_find(l, "prog"), "queue-run"))
		return start ? restarted(a, before_s) : 0;
	if (start)
		sudden = a->running;
	else
		sudden = ltsv_num(l, "unanswered", 1, UINT64_MAX, &u) == 0;
	a->running = start;
	if (sudden && a->stops < 255)
		a->stops++;
	if (sudden)
		sudden_stop(a);
	buf_clear(&a->recent);
	return sudden ? restarted(a, before_s) : 0;
}

/* "2026-01-01T00:00:00.000000Z" in seconds; 0: it is none */
static int64_t
seconds(const struct ltsv_field *f)
{
	static const struct { uint8_t at, len; } parts[] = { { 0, 4 },
		{ 5, 2 }, { 8, 2 }, { 11, 2 }, { 14, 2 }, { 17, 2 } };
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

/*
 * Where the event begins: after the logger's time, which is one word, or
 * behind what a power cut has left of the line before it: zeros, or its
 * start, which may have a "ts:" of its own.  NULL: it is no event.
 */
static const char *
event_start(struct audit *a, const char *line, size_t n)
{
	const char *at = memmem(line, n, "ts:", 3), *end = line + n, *next;

	if (at == NULL || (at > line && at[-1] != '\0' &&
		(memchr(line, ' ', at - line) != at - 1 || at - line > 32))) {
		/* one whose start is damaged */
		if (memmem(line, n, "\tev:", 4) != NULL &&
		    memmem(line, n, "\tprog:", 6) != NULL)
			damaged(a);
		return NULL;
	}
	/* "ev:" stands in a line once, behind "ts:" */
	for (next = at; (next = memmem(next + 3, end - next - 3, "ts:", 3)) !=
	    NULL;) {
		const char *tab = memchr(next, '\t', end - next);

		if (next[-1] == '\t' || tab == NULL || end - tab < 4 ||
		    memcmp(tab, "\tev:", 4) != 0)
			continue;
		a->cut_lines += !a->second;
		at = next;
	}
	return at;
}

void
audit_log_begin(struct audit *a)
{
	a->from_s = a->to_s = 0;
	a->has_run = a->has_inject = 0;
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
	if (!a->has_inject && (ltsv_is(prog, "queue-inject") ||
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
	enum { ACCEPTED = END + 1 };
	static const struct {
		const char *ev;
		unsigned end;
	} kinds[] = { { "accepted", ACCEPTED }, { "sent", SENT },
		{ "bounced", BOUNCED }, { "expired", EXPIRED },
		{ "deleted", DELETED }, { "duplicate", 0 },
		{ "deferred", END } };
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
	return kinds[i].end == ACCEPTED ? accepted(a, id->value, l) :
	    of_recipient(a, id->value, l, kinds[i].end);
}

int
audit_event(struct audit *a, const char *line, size_t n)
{
	struct ltsv l;
	const struct ltsv_field *ev;
	const char *at = event_start(a, line, n);
	int64_t before_s = a->to_s;
	int start;

	if (at == NULL)
		return 0;
	if (ltsv_parse(at, n - (at - line), &l) == -1 ||
	    (ev = ltsv_find(&l, "ev")) == NULL) {
		damaged(a);
		return 0;
	}
	start = ltsv_is(ev, "started");
	if (!a->second) {
		a->last_s = a->now_s;
		a->now_s = seconds(ltsv_find(&l, "ts"));
		reach(a, &l, start);
	}
	if (start || ltsv_is(ev, "stopped"))
		return of_program(a, &l, start, before_s);
	return of_message(a, &l, ev);
}

void
audit_log_end(struct audit *a)
{
	/* where it ends the power may have gone, too */
	a->last_s = a->now_s;
	if (a->running)
		sudden_stop(a);
}

void
audit_again(struct audit *a)
{
	a->second = 1;
}

/* the queue */

static unsigned
end_of(enum message_state s)
{
	switch (s) {
	case MESSAGE_SENT:
		return SENT;
	case MESSAGE_BOUNCED:
	case MESSAGE_BOUNCED_SAID:
		return BOUNCED;
	case MESSAGE_EXPIRED:
	case MESSAGE_EXPIRED_SAID:
		return EXPIRED;
	case MESSAGE_DELETED:
		return DELETED;
	default:
		return 0;
	}
}

int
audit_file(struct audit *a, const char *id, unsigned n, enum message_state s)
{
	struct message *m = get(a, id);
	struct fate *f;

	if (m == NULL || widen(m, n) == -1)
		return -1;
	f = &fates(m)[n];
	if (end_of(s) == 0) {
		f->flags |= IN_QUEUE;
		return 0;
	}
	f->flags |= OVER;
	f->flags &= ~IN_QUEUE;
	if ((f->flags & END) == 0)
		f->stops = end_of(s);
	return 0;
}

int
audit_journal(struct audit *a, const char *id, unsigned n, enum message_state s)
{
	return end_of(s) == 0 ? 0 : audit_file(a, id, n, s);
}

int
audit_aside(struct audit *a, const char *id)
{
	struct message *m = get(a, id);

	if (m == NULL)
		return -1;
	m->aside = 1;
	return 0;
}

/* the balance */

struct report {
	const struct audit *books;
	struct audit_balance *sum;
	void (*found)(
	    void *, enum audit_kind, const char *, unsigned, const char *);
	void *arg;
	char id[NAME_LEN + 1];
};

static void
say(struct report *r, enum audit_kind kind, unsigned n, const char *text)
{
	if (kind <= AUDIT_ASIDE && kind != AUDIT_LOST)
		r->sum->unexplained++;
	if (r->found != NULL)
		r->found(r->arg, kind, r->id, n, text);
}

static void
count(struct audit_balance *sum, unsigned end)
{
	uint64_t *const of[] = { &sum->lost, &sum->sent, &sum->bounced,
		&sum->expired, &sum->deleted };

	++*of[end];
}

static void
balance_one(
    struct report *r, const struct message *m, unsigned n, const struct fate *f)
{
	unsigned end = f->flags & END;
	int known = n < m->accepted;

	if (f->flags & TWICE) {
		r->sum->doubles++;
		if (f->flags & STRANGE)
			say(r, AUDIT_TWICE, n, "two ends in the log");
		else
			say(r, AUDIT_REPEATED, n,
			    f->flags & DOUBT ? "after an attempt in doubt" :
					       "after a sudden stop");
	} else if (f->flags & DOUBT) {
		r->sum->doubt++;
		say(r, AUDIT_DOUBT, n, "");
	}
	if (end != 0 && (f->flags & IN_QUEUE) && (f->more & LATE))
		say(r, AUDIT_UNSYNCED, n, "ended shortly before a sudden stop");
	else if (end != 0 && (f->flags & IN_QUEUE))
		say(r, AUDIT_UNJOURNALED, n, "ended, and yet in the queue");
	if (!known) {
		if (m->accepted > 0 && f->flags != 0)
			say(r, AUDIT_STRAY, n, "not one of its recipients");
		return;
	}
	r->sum->accepted++;
	if (end != 0) {
		count(r->sum, end);
	} else if (f->flags & IN_QUEUE) {
		r->sum->queued++;
	} else if (f->flags & OVER) {
		count(r->sum, f->stops);
		r->sum->unlogged++;
		say(r, AUDIT_UNLOGGED, n, "");
	} else if (m->aside) {
		r->sum->queued++;
	} else {
		r->sum->lost++;
		say(r, AUDIT_LOST, n,
		    name_time_us(r->id) / 1000000 < r->books->ended_from_s ?
			"accepted before the log of ends begins" :
			"no end, and not in the queue");
	}
}

static void
balance_message(struct report *r, struct message *m)
{
	unsigned n;

	memcpy(r->id, m->id, NAME_LEN);
	if (m->accepted == 0) {
		r->sum->unannounced++;
		if (unwritten(r->books, r->id))
			say(r, AUDIT_UNWRITTEN, 0, "");
		else
			say(r, AUDIT_UNANNOUNCED, 0,
			    "its acceptance is not in the log");
	}
	if (m->aside)
		say(r, AUDIT_ASIDE, 0, "its file was set aside");
	if (m->again)
		say(r, AUDIT_AGAIN, 0, "one id accepted twice");
	for (n = 0; n < m->n; n++)
		balance_one(r, m, n, &fates(m)[n]);
}

void
audit_balance(const struct audit *a, struct audit_balance *sum,
    void (*found)(
	void *, enum audit_kind, const char *, unsigned, const char *),
    void *arg)
{
	struct report r = { a, sum, found, arg, "" };
	struct audit_chunk *c;
	unsigned i;

	memset(sum, 0, sizeof *sum);
	for (c = a->chunks; c != NULL; c = c->next)
		for (i = 0; i < c->used; i++)
			balance_message(&r, &c->message[i]);
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
	memset(a, 0, sizeof *a);
}
