#include "queue/auditparts.h"
#include <string.h>

const char *const audit_names[] = { "lost", "twice", "unjournaled", "stray",
	"again", "unannounced", "unlogged", "aside", "repeated", "unlogged",
	"doubt", "unsynced", "unannounced" };

struct report {
	const struct audit *books;
	struct audit_balance *sum;
	void (*found)(void *, enum audit_kind, const char *, unsigned,
	    const char *);
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

/* its end stands in the queue alone */
static void
unlogged(struct report *r, unsigned n, const struct audit_fate *f)
{
	const struct audit *a = r->books;
	int last;

	r->sum->unlogged++;
	if (audit_explains(a, f, &last)) {
		say(r, AUDIT_UNLOGGED, n, "");
		return;
	}
	r->sum->young += last && a->queue == AUDIT_QUEUE_LIVE;
	say(r, AUDIT_HOLE, n,
	    name_time_us(r->id) / 1000000 < a->ended_from_s
		? "accepted before the log of ends begins"
		: last ? "its end is not in the log"
		       : "its end is not in the log, later ones are");
}

static void
lost(struct report *r, unsigned n)
{
	r->sum->lost++;
	say(r, AUDIT_LOST, n,
	    name_time_us(r->id) / 1000000 < r->books->ended_from_s
		? "accepted before the log of ends begins"
		: "no end, and not in the queue");
}

/* more than one end, or perhaps one more than is known */
static void
repeated(struct report *r, unsigned n, const struct audit_fate *f)
{
	if (f->flags & FATE_TWICE) {
		r->sum->doubles++;
		if (f->flags & FATE_STRANGE)
			say(r, AUDIT_TWICE, n, "two ends in the log");
		else
			say(r, AUDIT_REPEATED, n,
			    f->flags & FATE_DOUBT ? "after an attempt in doubt"
						  : "after a sudden stop");
	} else if (f->flags & FATE_DOUBT) {
		r->sum->doubt++;
		say(r, AUDIT_DOUBT, n, "");
	}
}

/* an end in the log, and the queue will try it */
static void
unended(struct report *r, unsigned n, const struct audit_fate *f)
{
	if (f->more & FATE_LATE)
		say(r, AUDIT_UNSYNCED, n, "ended shortly before a sudden stop");
	else
		say(r, AUDIT_UNJOURNALED, n, "ended, and yet in the queue");
}

/* where it is, for the sums */
static void
place(struct report *r, const struct audit_message *m, unsigned n,
    const struct audit_fate *f)
{
	r->sum->accepted++;
	if (f->flags & FATE_END) {
		count(r->sum, f->flags & FATE_END);
	} else if (f->flags & FATE_IN_QUEUE) {
		r->sum->queued++;
	} else if (f->flags & FATE_OVER) {
		count(r->sum, f->stops);
		unlogged(r, n, f);
	} else if (m->aside) {
		r->sum->queued++;
	} else {
		lost(r, n);
	}
}

static void
balance_one(struct report *r, const struct audit_message *m, unsigned n,
    const struct audit_fate *f)
{
	repeated(r, n, f);
	if (f->flags & FATE_END && f->flags & FATE_IN_QUEUE)
		unended(r, n, f);
	if (n < m->accepted)
		place(r, m, n, f);
	else if (m->accepted > 0 && f->flags != 0)
		say(r, AUDIT_STRAY, n, "not one of its recipients");
}

/* may it only not be written yet */
static int
young(const struct audit *a, const char *id)
{
	return a->queue == AUDIT_QUEUE_LIVE &&
	    name_time_us(id) / 1000000 >= a->read_s - AUDIT_YOUNG_S;
}

/* one whose acceptance the log does not have */
static void
unannounced(struct report *r)
{
	r->sum->unannounced++;
	if (audit_unwritten(r->books, r->id)) {
		say(r, AUDIT_UNWRITTEN, 0, "");
		return;
	}
	r->sum->young += young(r->books, r->id);
	say(r, AUDIT_UNANNOUNCED, 0, "its acceptance is not in the log");
}

static void
balance_message(struct report *r, struct audit_message *m)
{
	unsigned n;

	memcpy(r->id, m->id, NAME_LEN);
	if (m->accepted == 0)
		unannounced(r);
	if (m->aside)
		say(r, AUDIT_ASIDE, 0, "its file was set aside");
	if (m->again)
		say(r, AUDIT_AGAIN, 0, "one id accepted twice");
	for (n = 0; n < m->n; n++)
		balance_one(r, m, n, &audit_fates(m)[n]);
}

void
audit_balance_one(const struct audit *a, struct audit_message *m,
    struct audit_balance *sum)
{
	struct report r = { a, sum, NULL, NULL, "" };

	balance_message(&r, m);
}

/* those that a crash explains, and those that nothing does */
static void
lines(const struct audit *a, struct audit_balance *sum)
{
	int dead = a->queue == AUDIT_QUEUE_DEAD;

	sum->bad_lines = a->bad_lines;
	sum->cut_lines = a->cut_lines;
	*(dead ? &sum->cut_lines : &sum->bad_lines) += a->loose;
	if (a->queue == AUDIT_QUEUE_LIVE)
		sum->young += a->cut_ends;
	/* it may be written just now, where nobody can be asked */
	*(dead || a->by_log ? &sum->cut_lines : &sum->bad_lines) += a->cut_ends;
}

void
audit_balance(const struct audit *a, struct audit_balance *sum,
    void (*found)(void *, enum audit_kind, const char *, unsigned,
	const char *),
    void *arg)
{
	struct report r = { a, sum, found, arg, "" };
	struct audit_chunk *c;
	unsigned i;

	memset(sum, 0, sizeof *sum);
	lines(a, sum);
	for (c = a->chunks; c != NULL; c = c->next)
		for (i = 0; i < c->used; i++)
			balance_message(&r, &c->message[i]);
}
