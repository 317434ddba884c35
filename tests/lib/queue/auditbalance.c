#include "queue/auditparts.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

static const char id[] = "0000000000a000000000";

/*
 * What is said of recipients 0 to 3 of a message with three: set directly, as
 * the other parts would have.  accepted: how many the log knows of.
 */
static const struct {
	const char *name;
	unsigned accepted;
	struct audit_fate fate[4];
	const char *want, *sums;
} cases[] = {
	{ "all sent", 3,
	    { { .flags = FATE_SENT }, { .flags = FATE_SENT },
		{ .flags = FATE_SENT } },
	    "", "3 queued 0 lost 0 unexplained 0 doubles 0 doubt 0" },
	{ "one is nowhere", 3,
	    { { .flags = FATE_SENT }, { .flags = 0 },
		{ .flags = FATE_IN_QUEUE } },
	    "lost 1\n", "3 queued 1 lost 1 unexplained 0 doubles 0 doubt 0" },
	{ "two ends, and after a doubt, and after a stop", 3,
	    { { .flags = FATE_SENT | FATE_TWICE | FATE_STRANGE },
		{ .flags = FATE_SENT | FATE_TWICE | FATE_DOUBT },
		{ .flags = FATE_BOUNCED | FATE_TWICE } },
	    "twice 0: two ends in the log\n"
	    "repeated 1: after an attempt in doubt\n"
	    "repeated 2: after a sudden stop\n",
	    "3 queued 0 lost 0 unexplained 1 doubles 3 doubt 0" },
	{ "a doubt, and one end", 3,
	    { { .flags = FATE_SENT | FATE_DOUBT },
		{ .flags = FATE_IN_QUEUE | FATE_DOUBT },
		{ .flags = FATE_EXPIRED } },
	    "doubt 0\ndoubt 1\n",
	    "3 queued 1 lost 0 unexplained 0 doubles 0 doubt 2" },
	{ "ended, and in the queue", 3,
	    { { .flags = FATE_SENT | FATE_IN_QUEUE },
		{ .flags = FATE_SENT | FATE_IN_QUEUE, .more = FATE_LATE },
		{ .flags = FATE_DELETED } },
	    "unjournaled 0: ended, and yet in the queue\n"
	    "unsynced 1: ended shortly before a sudden stop\n",
	    "3 queued 0 lost 0 unexplained 1 doubles 0 doubt 0" },
	{ "not one of them", 2,
	    { { .flags = FATE_SENT }, { .flags = FATE_SENT },
		{ .flags = FATE_SENT }, { .flags = FATE_IN_QUEUE } },
	    "stray 2: not one of its recipients\n"
	    "stray 3: not one of its recipients\n",
	    "2 queued 0 lost 0 unexplained 2 doubles 0 doubt 0" },
	{ "the end is in the queue alone", 1,
	    { { .flags = FATE_OVER, .stops = FATE_SENT, .more = FATE_HOLE } },
	    "unlogged 0: its end is not in the log, later ones are\n",
	    "1 queued 0 lost 0 unexplained 1 doubles 0 doubt 0" },
	{ "where the log broke off", 1,
	    { { .flags = FATE_OVER, .stops = FATE_SENT, .more = FATE_BROKEN } },
	    "unlogged 0\n",
	    "1 queued 0 lost 0 unexplained 0 doubles 0 doubt 0" },
	{ "unannounced", 0, { { .flags = FATE_IN_QUEUE } },
	    "unannounced 0: its acceptance is not in the log\n",
	    "0 queued 0 lost 0 unexplained 1 doubles 0 doubt 0" },
};

static char said[400];

static void
found(void *arg, enum audit_kind kind, const char *of, unsigned n,
    const char *text)
{
	size_t have = strlen(said);

	(void)arg;
	if (strcmp(of, id) == 0 && kind != AUDIT_LOST)
		snprintf(said + have, sizeof said - have, "%s %u%s%s\n",
		    audit_names[kind], n, *text == '\0' ? "" : ": ", text);
	else if (strcmp(of, id) == 0)
		snprintf(said + have, sizeof said - have, "lost %u\n", n);
}

static void
one(size_t i)
{
	struct audit a = { .events = 1 };
	struct audit_message *m = audit_get(&a, id);
	struct audit_balance b;
	char sums[200];
	unsigned n;

	m->accepted = cases[i].accepted;
	for (n = 0; n < 4; n++)
		audit_fates(m)[n] = cases[i].fate[n];
	said[0] = '\0';
	audit_balance(&a, &b, found, NULL);
	is_str(said, cases[i].want, cases[i].name);
	snprintf(sums, sizeof sums,
	    "%d queued %d lost %d unexplained %d doubles %d doubt %d",
	    (int)b.accepted, (int)b.queued, (int)b.lost, (int)b.unexplained,
	    (int)b.doubles, (int)b.doubt);
	is_str(sums, cases[i].sums, "and the sums");
	is_num(b.accepted,
	    b.queued + b.sent + b.bounced + b.expired + b.deleted + b.lost,
	    "that add up");
	audit_free(&a);
}

/* of the whole message: set aside, accepted twice */
static void
whole(void)
{
	struct audit a = { .events = 1 };
	struct audit_message *m = audit_get(&a, id);
	struct audit_balance b;

	m->accepted = 1;
	m->aside = m->again = 1;
	said[0] = '\0';
	audit_balance(&a, &b, found, NULL);
	is_str(said,
	    "aside 0: its file was set aside\n"
	    "again 0: one id accepted twice\n",
	    "set aside, and accepted twice");
	ok(b.queued == 1 && b.lost == 0, "what is set aside is not lost");
	audit_balance(&a, &b, NULL, NULL);
	is_num(b.unexplained, 2, "the sums need nobody to listen");
	audit_free(&a);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		one(i);
	whole();
	return done();
}
