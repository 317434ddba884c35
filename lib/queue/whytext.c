#include "queue/whytext.h"
#include "format/job.h"
#include "mail/date.h"
#include "queue/standing.h"
#include <string.h>

enum { VALUE_ROOM = JOB_WHY_MAX + 1 };

struct text {
	struct buf *b;
	const char *queue;
	const struct ltsv *at, *chain;
	int64_t now_s;
	int bad;
};

static struct ltsv_field
field(const struct ltsv *l, const char *label)
{
	static const struct ltsv_field none = { "", "", 0, 0 };
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? none : *f;
}

static int64_t
number(const struct ltsv *l, const char *label)
{
	uint64_t u;

	return ltsv_num(l, label, 0, INT64_MAX, &u) == -1 ? 0 : (int64_t)u;
}

static void
puts_(struct text *t, const char *s)
{
	t->bad |= buf_puts(t->b, s);
}

/* a value without its escapes */
static void
value(struct text *t, const struct ltsv *l, const char *label)
{
	char v[VALUE_ROOM];
	long n = ltsv_get(l, label, v, sizeof v);

	if (n > 0)
		t->bad |= buf_put(t->b, v, (size_t)n);
}

/* "2026-11-30T20:00:00Z (in 4m)" */
static void
when(struct text *t, int64_t at_s)
{
	char span[STANDING_SPAN], date[DATE_ISO_LEN + 1];
	int64_t by = at_s - t->now_s;

	standing_span(span, sizeof span, by >= 0 ? by : -by);
	date_iso(date, at_s, 0);
	t->bad |= buf_printf(t->b, "%.19sZ (%s%s%s)", date, by > 0 ? "in " : "",
	    span, by > 0 ? "" : " ago");
}

/* a text of several lines, each with its name in front */
static void
lines(struct text *t, const char *name, const char *label)
{
	char v[VALUE_ROOM], *p = v, *e;
	long n = ltsv_get(t->chain, label, v, sizeof v);

	if (n <= 0)
		return;
	for (; *p != '\0'; p = e) {
		e = p + strcspn(p, "\n");
		if (*e == '\n')
			*e++ = '\0';
		t->bad |= buf_printf(t->b, "  %s: %s\n", name, p);
	}
}

static void
name(struct text *t)
{
	if (ltsv_is(ltsv_find(t->at, "id"), "new")) {
		puts_(t, "a message to <");
		value(t, t->at, "to");
		puts_(t, "> from <");
		value(t, t->at, "from");
		puts_(t, "> that came now\n");
		return;
	}
	value(t, t->at, "id");
	puts_(t, "/");
	value(t, t->at, "n");
	puts_(t, " to <");
	value(t, t->at, "to");
	puts_(t, "> from <");
	value(t, t->at, "from");
	puts_(t, ">, accepted ");
	when(t, number(t->at, "birth"));
	t->bad |= buf_printf(t->b, ", tried %lld times\n",
	    (long long)number(t->at, "try"));
}

static void
before(struct text *t)
{
	t->bad |= buf_printf(t->b, ": %lld stand before it in its lane",
	    (long long)number(t->at, "before"));
}

static void
out(struct text *t)
{
	puts_(t, "it is in the chain of ");
	value(t, t->at, "link");
	puts_(t, " since ");
	when(t, number(t->at, "since"));
	if (number(t->at, "overdue"))
		puts_(t, ", past its deadline");
}

static void
site(struct text *t)
{
	puts_(t, "its site ");
	value(t, t->at, "site");
	t->bad |= buf_printf(t->b, " takes no more than %lld at once until ",
	    (long long)number(t->at, "room"));
	when(t, number(t->at, "site-next"));
	before(t);
}

static void
turn(struct text *t)
{
	puts_(t, "it may be tried now, and waits for its turn");
	before(t);
}

static void
held(struct text *t)
{
	puts_(t, "an administrator holds it");
}

static void
all_held(struct text *t)
{
	puts_(t, "everything is held");
}

static void
suspended(struct text *t)
{
	puts_(t, "order ");
	value(t, t->at, "suspended");
	puts_(t, " suspends it");
	if (number(t->at, "suspended-until") > 0) {
		puts_(t, " until ");
		when(t, number(t->at, "suspended-until"));
	}
	if (field(t->at, "reason").value_len > 0) {
		puts_(t, ": ");
		value(t, t->at, "reason");
	}
}

static void
sender(struct text *t)
{
	puts_(t, "its sender holds it until ");
	when(t, number(t->at, "hold-until"));
}

static void
limit(struct text *t)
{
	puts_(t, "the chain has put it off: ");
	value(t, t->at, "later");
}

/* "by conf/retry:5" */
static void
by(struct text *t, const char *label)
{
	int64_t line = number(t->at, label);

	if (line > 0)
		t->bad |=
		    buf_printf(t->b, "by conf/retry:%lld", (long long)line);
	else
		puts_(t, "by the built-in intervals");
}

static void
told(struct text *t)
{
	puts_(t,
	    "it was tried in vain, and who answered has said until when "
	    "it waits");
	if (field(t->at, "failure").value_len > 0) {
		puts_(t, ", after failure ");
		value(t, t->at, "failure");
	}
}

static void
retry(struct text *t)
{
	t->bad |= buf_printf(t->b, "it was tried in vain, and waits %lld s ",
	    (long long)number(t->at, "interval"));
	by(t, "interval-line");
	if (number(t->at, "tries") > 0)
		t->bad |= buf_printf(t->b, ", attempt %lld of %lld",
		    (long long)number(t->at, "try") + 1,
		    (long long)number(t->at, "tries"));
	if (field(t->at, "failure").value_len > 0) {
		puts_(t, ", after failure ");
		value(t, t->at, "failure");
	}
}

static void
stopped(struct text *t)
{
	puts_(t, "no queue-run works on the queue: it waits until one does");
}

static void
start(struct text *t)
{
	puts_(t, "it waits for its time");
}

static void
report(struct text *t)
{
	puts_(t, "it is done with; the report to its sender is owed");
}

/* because, what it means, and what changes it: a verb of queue-ctl with its
 * selector, "" alone: nothing */
static const struct reason {
	const char *because;
	void (*put)(struct text *);
	const char *change, *of; /* of: a label of the recipient's, or NULL */
} reasons[] = { { "out", out, "nothing to do: it is answered for", NULL },
	{ "held", held, "release ", "id" },
	{ "all-held", all_held, "release all", NULL },
	{ "suspended", suspended, "resume id:", "suspended" },
	{ "site", site, "a wider limit in conf/throttle, or the site itself",
	    NULL },
	{ "turn", turn, "nothing to do: others go before it", NULL },
	{ "sender", sender, "retry ", "id" },
	{ "limit", limit, "retry ", "id" }, { "told", told, "retry ", "id" },
	{ "retry", retry, "retry ", "id" }, { "start", start, "retry ", "id" },
	{ "stopped", stopped, "a queue-run for the queue", NULL },
	{ "report", report, "nothing to do", NULL } };

static const struct reason *
reason_of(const struct ltsv *at)
{
	const struct ltsv_field *f = ltsv_find(at, "because");
	size_t i;

	for (i = 0; f != NULL && i < sizeof reasons / sizeof *reasons; i++)
		if (ltsv_is(f, reasons[i].because))
			return &reasons[i];
	return NULL;
}

static void
change(struct text *t, const struct reason *r)
{
	int verb = strncmp(r->change, "re", 2) == 0;

	puts_(t, "  what changes it: ");
	if (verb)
		t->bad |= buf_printf(t->b, "queue-ctl %s ", t->queue);
	puts_(t, r->change);
	if (r->of != NULL)
		value(t, t->at, r->of);
	puts_(t, "\n");
}

static void
next(struct text *t)
{
	int64_t at = number(t->at, "next");
	const struct ltsv_field *f = ltsv_find(t->at, "because");

	if (f != NULL &&
	    (ltsv_is(f, "held") || ltsv_is(f, "all-held") ||
		ltsv_is(f, "suspended")))
		return;
	if (at == 0)
		at = number(t->at, "site-next");
	if (at == 0)
		return;
	puts_(t, "  next attempt: ");
	when(t, at);
	puts_(t, "\n");
}

/* what the chain says */
static void
chain(struct text *t)
{
	const struct ltsv_field *would = ltsv_find(t->chain, "would");
	const struct ltsv_field *f = ltsv_find(t->at, "chain");

	/* there is none */
	if (f != NULL && ltsv_is(f, "none"))
		return;
	if (t->chain->n == 0) {
		puts_(t,
		    number(t->at, "chain") == 0 &&
			    ltsv_find(t->at, "chain") == NULL
			? "  chain: it has not answered in time\n"
			: "  chain: it takes no questions now\n");
		return;
	}
	if (!ltsv_is(ltsv_find(t->chain, "status"), "explained"))
		puts_(t, "  chain: its last link does not explain itself\n");
	if (would != NULL) {
		puts_(t, "  it would be ");
		value(t, t->chain, "would");
		puts_(t, ": ");
		value(t, t->chain, "text");
		puts_(t, "\n");
	}
	lines(t, "limit", "why-limit");
	lines(t, "send", "why-send");
	lines(t, "local", "why-local");
	lines(t, "answer", "why-answer");
	lines(t, "dispatch", "why-dispatch");
	lines(t, "route", "why-route");
	lines(t, "srs", "why-srs");
}

static void
goes_to(struct text *t)
{
	static const char *const of[] = { "site", "via", "src", "mx", "tls",
		"tls-from" };
	unsigned i, n = 0;

	for (i = 0; i < sizeof of / sizeof *of; i++) {
		if (field(t->chain, of[i]).value_len == 0)
			continue;
		t->bad |= buf_printf(t->b,
		    "%s%s:", n++ == 0 ? "  goes to: " : " ", of[i]);
		value(t, t->chain, of[i]);
	}
	if (n > 0)
		puts_(t, "\n");
}

int
whytext(struct buf *b, const char *queue, const struct ltsv *at,
    const struct ltsv *said, int64_t now_s)
{
	struct text t = { b, queue, at, said, now_s, 0 };
	const struct reason *r = reason_of(at);

	name(&t);
	if (r != NULL) {
		puts_(&t, "  state: ");
		r->put(&t);
		puts_(&t, "\n");
	}
	if (number(at, "doubt"))
		puts_(&t, "  the outcome of the last attempt is unknown\n");
	if (ltsv_find(at, "order") != NULL) {
		puts_(&t, "  when it comes back: ");
		value(&t, at, "order");
		puts_(&t, "\n");
	}
	next(&t);
	if (r == NULL || r->put != report)
		chain(&t);
	goes_to(&t);
	if (field(at, "reply").value_len > 0) {
		puts_(&t, "  last reply: ");
		value(&t, at, "reply");
		puts_(&t, "\n");
	}
	if (r != NULL)
		change(&t, r);
	return t.bad == 0 ? 0 : -1;
}
