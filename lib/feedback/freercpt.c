#include "base/ascii.h"
#include "feedback/addrfind.h"
#include "feedback/freebounce.h"
#include <stdlib.h>
#include <string.h>

/* Who: all addresses of the text with what speaks for each. */

enum weight {
	NOBODY = 0,   /* who is to be asked, who sent it */
	SENTENCE = 2, /* somewhere */
	NAMED = 6,    /* "could not be delivered to: ADDRESS" */
	REPLY = 7,    /* "550 <ADDRESS>... User unknown" */
	COMMAND = 8,  /* "RCPT TO:<ADDRESS>" */
	FIRST = 9,    /* in front of the reason, in its line */
	ALONE = 10,   /* nothing else in its line, or a colon */
	SENT_TO = 3   /* more, when the returned message went there */
};

struct found {
	struct slice a;
	size_t line;
	unsigned weight;
	int sent_to; /* the returned message went there */
};

struct work {
	const struct freebounce *f;
	struct freeline *line;
	size_t lines;
	struct found *found;
	size_t n;
};

/* addresses in fields */

struct set {
	struct slice a[FREEBOUNCE_FIELDS_MAX];
	size_t n;
};

/* all in fields of these names */
static void
gather(struct set *set, struct slice header, const char *const *names)
{
	set->n += addrfind_fields(header, names, set->a + set->n,
	    FREEBOUNCE_FIELDS_MAX - set->n);
}

static int
has(const struct set *set, struct slice a)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (ascii_same(a.p, a.n, set->a[i].p, set->a[i].n))
			return 1;
	return 0;
}

static int
add(void *arg, struct slice a)
{
	struct feedreport *report = arg;
	struct feedreport_rcpt *r;

	if (feedreport_find(report, a.p, a.n) != NULL)
		return 0;
	r = feedreport_add(report);
	if (r == NULL)
		return report->more ? 0 : -1;
	feedreport_line(r->address, sizeof r->address, a.p, a.n);
	return 0;
}

/* all of the fields with this name; 0, or -1 with ENOMEM */
static int
add_fields(struct feedreport *report, struct slice header, const char *name)
{
	const char *const names[] = { name, NULL };

	return addrfind_each(header, names, add, report);
}

/* in the text */

static int
only(struct slice s, const char *bytes)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(bytes, s.p[i]) == NULL)
			return 0;
	return 1;
}

/* what stands before it says who it is not */
static int
is_nobody(struct slice before)
{
	static const char *const words[] = { "mail from", "contact", "please",
		"assistance", "questions", "postmaster at", "sender",
		"from:", " from ", "message-id", "subject", "reply-to",
		"message sent by", "return-path", "unsubscribe",
		"expanded from", "generated from", "helo=", "f=[",
		"mailto:", NULL };

	return addrfind_any(before, words);
}

static int
is_named(struct slice before)
{
	static const char *const words[] = { "recipient", "deliver", "address",
		"user", "mailbox", "account", "reach", "to:", "send", "mail",
		"unknown", "message to", NULL };

	return (before.n > 0 && before.p[before.n - 1] == ':') ||
	    addrfind_any(before, words);
}

/* in front of its line stand only marks; what is behind? */
static unsigned
weigh_first(struct slice after)
{
	if (only(after, " \t>:\"'.,;)]*|"))
		return ALONE;
	while (after.n > 0 && strchr(">\"'", *after.p) != NULL) {
		after.p++;
		after.n--;
	}
	if (after.n > 0 && *after.p == ':')
		return ALONE;
	return FIRST;
}

static unsigned
weigh_reply(struct slice before)
{
	while (before.n > 0 && ascii_white(*before.p)) {
		before.p++;
		before.n--;
	}
	return before.n >= 4 &&
		freebounce_code(before.p, before.p + before.n) != 0 &&
		before.n < 16
	    ? REPLY
	    : SENTENCE;
}

/* what stands before an address in its line, near enough to be about it */
static struct slice
near(const char *line, const char *a)
{
	struct slice s = { line, (size_t)(a - line) };

	if (s.n > FREEBOUNCE_NEAR) {
		s.p += s.n - FREEBOUNCE_NEAR;
		s.n = FREEBOUNCE_NEAR;
	}
	return s;
}

static unsigned
weigh(struct slice line, struct slice a)
{
	struct slice before = near(line.p, a.p), after;
	static const char *const rcpt[] = { "rcpt to", "rcpt:", "to=<", NULL };
	unsigned w;

	after.p = a.p + a.n;
	after.n = (size_t)(line.p + line.n - after.p);
	if (after.n > FREEBOUNCE_NEAR)
		after.n = FREEBOUNCE_NEAR;
	if (only(before, " \t<>*-\"'[(|"))
		return weigh_first(after);
	if (addrfind_any(before, rcpt))
		return COMMAND;
	if (is_nobody(before))
		return NOBODY;
	w = weigh_reply(before);
	return w == SENTENCE && is_named(before) ? NAMED : w;
}

/* an address in brackets behind one that is only its name */
static int
is_named_by(const struct work *w, size_t line, struct slice a)
{
	const struct found *f = w->n == 0 ? NULL : &w->found[w->n - 1];
	const char *p;

	if (f == NULL || f->line != line)
		return 0;
	p = f->a.p + f->a.n;
	while (p < a.p && (ascii_blank(*p) || *p == '"'))
		p++;
	return p > f->a.p + f->a.n && p + 1 == a.p && *p == '<';
}

static void
find(struct work *w)
{
	const char *p, *end;
	struct slice a;
	size_t i;

	for (i = 0; i < w->lines; i++) {
		p = w->line[i].s.p;
		end = p + w->line[i].s.n;
		while (addrfind_next(&p, end, &a)) {
			if (w->n == FREEBOUNCE_FOUND_MAX)
				return;
			w->found[w->n].a = a;
			w->found[w->n].line = i;
			w->found[w->n].sent_to = 0;
			w->found[w->n].weight = weigh(w->line[i].s, a);
			if (is_named_by(w, i, a)) {
				w->found[w->n].weight =
				    w->found[w->n - 1].weight;
				w->found[w->n - 1].weight = NOBODY;
			}
			w->n++;
		}
	}
}

/* who the report was sent to is who had sent the message, and who sent it is
 * a machine; unless the message went there, too, or the text is sure of it */
static int
judge(struct work *w)
{
	static const char *const to[] = { "To", "Cc", "X-Original-To",
		"Delivered-To", "Envelope-To", "X-Envelope-To", "X-RCPT-To",
		NULL };
	static const char *const ends[] = { "To", "From", "Reply-To",
		"Delivered-To", "X-Original-To", NULL };
	static const char *const from[] = { "From", "Return-Path", "Sender",
		NULL };
	struct set *sets = calloc(2, sizeof *sets);
	struct found *f;

	if (sets == NULL)
		return -1;
	gather(&sets[0], w->f->original, to);
	gather(&sets[1], w->f->header, ends);
	gather(&sets[1], w->f->original, from);
	for (f = w->found; f < w->found + w->n; f++)
		if (has(&sets[0], f->a))
			f->sent_to = 1;
		else if (f->weight < REPLY && has(&sets[1], f->a))
			f->weight = NOBODY;
	free(sets);
	return 0;
}

/* with the returned message's recipients, or whoever is named */
static int
add_found(struct work *w, struct feedreport *report, unsigned least,
    int sent_to)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->found[i].weight >= least &&
		    w->found[i].sent_to >= sent_to &&
		    add(report, w->found[i].a) == -1)
			return -1;
	return 0;
}

/* those that count most: alone in their lines they are the list, in a
 * transcript all are; in sentences those that the message went to */
static int
choose(struct work *w, struct feedreport *report)
{
	static const unsigned level[] = { ALONE, REPLY };
	unsigned i;

	for (i = 0; i < 2 && report->n == 0; i++)
		if (add_found(w, report, level[i], 0) == -1)
			return -1;
	if (report->n == 0 && add_found(w, report, NAMED, 1) == -1)
		return -1;
	if (report->n == 0 && add_found(w, report, NAMED, 0) == -1)
		return -1;
	return report->n > 0 ? 0 : add_found(w, report, SENTENCE, 1);
}

/* the line that speaks most for this one; lines: none does */
static size_t
line_of(const struct work *w, const struct feedreport_rcpt *r)
{
	size_t i, at = w->lines;
	unsigned most = 0;

	for (i = 0; i < w->n; i++)
		if (w->found[i].weight + 1 > most &&
		    ascii_same(w->found[i].a.p, w->found[i].a.n, r->address,
			strlen(r->address))) {
			most = w->found[i].weight + 1;
			at = w->found[i].line;
		}
	return at;
}

static int
give_reasons(struct work *w, struct feedreport *report)
{
	size_t *at = malloc((report->n + 1) * sizeof *at), i, j, to;

	if (at == NULL)
		return -1;
	for (i = 0; i < report->n; i++)
		at[i] = line_of(w, &report->rcpt[i]);
	for (i = 0; i < report->n; i++) {
		if (at[i] == w->lines)
			at[i] = 0;
		to = w->lines;
		for (j = 0; j < report->n; j++)
			if (at[j] > at[i] && at[j] < to)
				to = at[j];
		freebounce_why(&report->rcpt[i], w->line, w->lines, at[i], to,
		    report->n == 1);
	}
	free(at);
	return 0;
}

static int
recipients(struct work *w, struct feedreport *report)
{
	static const char *const last[] = { "X-Failed-Recipients", "To", "Cc",
		NULL };
	unsigned i;

	if (add_fields(report, w->f->header, "X-Failed-Recipients") == -1)
		return -1;
	if (report->n == 0 && choose(w, report) == -1)
		return -1;
	/* the text names nobody: whom the message was sent to */
	for (i = 1; report->n == 0 && last[i] != NULL; i++)
		if (add_fields(report, w->f->original, last[i]) == -1)
			return -1;
	return 0;
}

/* known: the recipients are those that are there already */
static int
work(struct feedreport *report, const struct freebounce *f, int known)
{
	struct work w = { .f = f };
	int r = -1;

	w.line = malloc(FREEBOUNCE_LINES_MAX * sizeof *w.line);
	w.found = malloc(FREEBOUNCE_FOUND_MAX * sizeof *w.found);
	if (w.line != NULL && w.found != NULL) {
		w.lines =
		    freebounce_lines(w.line, FREEBOUNCE_LINES_MAX, f->text);
		find(&w);
		r = judge(&w) == -1 || (!known && recipients(&w, report) == -1)
		    ? -1
		    : give_reasons(&w, report);
	}
	free(w.line);
	free(w.found);
	return r;
}

int
freebounce(struct feedreport *report, const struct freebounce *f)
{
	return work(report, f, 0);
}

int
freebounce_reasons(struct feedreport *report, const struct freebounce *f)
{
	return work(report, f, 1);
}
