#include "queue/audit.h"
#include "tap.h"

/*
 * What the log lacks: messages 0 to 4, which came at second 5 and have their
 * ends in this order in the journal.  In the log "s10:2" is the end of message
 * 2 at second 10; "r" starts and "q" stops queue-run; "u" is the end of a file
 * that svlogd did not finish, "z" a line of zeros.  What the balance says of
 * each message: H, not explained; u, unlogged and explained; -, neither.
 * young: how many of them may be there in a moment.
 */
static const struct {
	const char *name, *log;
	enum audit_queue queue;
	const char *journal, *files, *want;
	int young;
} holes[] = {
	{ "all there, stopped in order", "r1 s10:0 s11:1 s12:2 s13:3 s14:4 q20",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "-----", 0 },
	{ "one is missing", "r1 s10:0 s11:1 s13:3 s14:4 q20",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "--H--", 0 },
	{ "in a log that goes on", "r1 s10:0 s11:1 s13:3 s14:4",
	    AUDIT_QUEUE_LIVE, "SSSSS", "-----", "--H--", 0 },
	{ "in one that ends with a death", "r1 s10:0 s11:1 s13:3 s14:4",
	    AUDIT_QUEUE_DEAD, "SSSSS", "-----", "--H--", 0 },
	{ "the first", "r1 s11:1 s12:2 s13:3 s14:4 q20", AUDIT_QUEUE_STOPPED,
	    "SSSSS", "-----", "H----", 0 },
	{ "the last, stopped in order", "r1 s10:0 s11:1 s12:2 s13:3 q20",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "----H", 0 },
	{ "the last, stopped, and the log does not say it",
	    "r1 s10:0 s11:1 s12:2 s13:3", AUDIT_QUEUE_STOPPED, "SSSSS", "-----",
	    "----H", 0 },
	{ "the last ones, while it works", "r1 s10:0 s11:1 s12:2",
	    AUDIT_QUEUE_LIVE, "SSSSS", "-----", "---HH", 2 },
	{ "the last ones, killed", "r1 s10:0 s11:1 s12:2", AUDIT_QUEUE_DEAD,
	    "SSSSS", "-----", "---uu", 0 },
	{ "the same, by the log alone", "r1 s10:0 s11:1 s12:2",
	    AUDIT_QUEUE_UNKNOWN, "SSSSS", "-----", "---uu", 0 },
	{ "stopped, by the log alone", "r1 s10:0 s11:1 s12:2 q20",
	    AUDIT_QUEUE_UNKNOWN, "SSSSS", "-----", "---HH", 0 },
	{ "nothing of it, killed", "r1", AUDIT_QUEUE_DEAD, "SSSSS", "-----",
	    "uuuuu", 0 },
	{ "killed and started again", "r1 s10:0 s11:1 r20 s23:3 s24:4 q30",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "--u--", 0 },
	{ "another one before that", "r1 s11:1 r20 s23:3 s24:4 q30",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "H-u--", 0 },
	{ "or behind it", "r1 s10:0 s11:1 r20 s22:2 s24:4 q30",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "---H-", 0 },
	{ "started again, and nothing ended since", "r1 s10:0 s11:1 r20",
	    AUDIT_QUEUE_LIVE, "SSSSS", "-----", "--uuu", 0 },
	{ "an orderly restart", "r1 s10:0 s11:1 q19 r20 s23:3 s24:4 q30",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "--H--", 0 },
	{ "it had come after the stop", "r1 s2:4 r3 s10:0 s11:1 s13:3 q30",
	    AUDIT_QUEUE_STOPPED, "SSSS-", "-----", "--H--", 0 },
	{ "svlogd was killed", "r1 s10:0 s11:1 u s13:3 s14:4 q20",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "--u--", 0 },
	{ "which explains only that place", "r1 s10:0 s12:2 u s13:3 q20",
	    AUDIT_QUEUE_STOPPED, "SSSSS", "-----", "-H--H", 0 },
	{ "zeros are in its place", "r1 s10:0 s11:1 z s13:3 s14:4",
	    AUDIT_QUEUE_DEAD, "SSSSS", "-----", "--u--", 0 },
	{ "and not in others'", "r1 s10:0 z s12:2 s14:4", AUDIT_QUEUE_DEAD,
	    "SSSSS", "-----", "-u-H-", 0 },
	{ "deleted, bounced, expired", "r1 s10:0 s14:4 q20",
	    AUDIT_QUEUE_STOPPED, "SKbxS", "-----", "-HHH-", 0 },
	{ "bounced before a stop, told after it", "r1 s10:0 r20 s21:1 s23:3",
	    AUDIT_QUEUE_STOPPED, "SSb-S", "-----", "--u-H", 0 },
	{ "a report that is owed", "r1 s10:0 s11:1 q20", AUDIT_QUEUE_STOPPED,
	    "SS---", "--BX-", "--HH-", 0 },
	{ "the same, killed", "r1 s10:0 s11:1", AUDIT_QUEUE_DEAD, "SS---",
	    "--BX-", "--uu-", 0 },
	{ "long written home", "r1 s10:0 s11:1 s14:4", AUDIT_QUEUE_DEAD,
	    "----S", "SSSb-", "--HH-", 0 },
	{ "the same, before a kill", "r1 s10:0 s11:1 r20 s24:4",
	    AUDIT_QUEUE_LIVE, "----S", "SSSb-", "--uu-", 0 },
	{ "nothing else in the journal", "r1 s10:0 s11:1", AUDIT_QUEUE_LIVE,
	    "-----", "SSS--", "--H--", 1 },
	{ "sent, and reports of it owed", "r1 s10:0 s11:1 s13:3 s14:4",
	    AUDIT_QUEUE_LIVE, "RSDSE", "-----", "--H--", 0 },
	{ "the same, killed", "r1 s10:0 s11:1", AUDIT_QUEUE_DEAD, "RS---",
	    "--DE-", "--uu-", 0 },
	{ "a report that came late tells nothing of its neighbours",
	    "r1 s10:0 s12:2 r20 s21:1", AUDIT_QUEUE_STOPPED, "R-SS-sS", "-----",
	    "---u-", 0 },
	{ "twice in the journal", "r1 s10:0 s12:2", AUDIT_QUEUE_STOPPED,
	    "SSSS-SS", "-----", "-H-H-", 0 },
};

static const char *
message_name(unsigned k)
{
	static char id[5][21];

	/* 2026-01-01T00:00:05, to the base of 32 */
	snprintf(id[k], sizeof id[k], "1i79136p2q0%07u00", k % 5);
	return id[k];
}

static void
feed_hole(struct audit *a, const char *word)
{
	unsigned s = 0, k = 0;
	char line[200];

	sscanf(word + 1, "%u:%u", &s, &k);
	snprintf(line, sizeof line,
	    "ts:2026-01-01T00:00:%02u.000000Z\tev:%s\t"
	    "prog:queue-run\tid:%s\tn:0\tunanswered:0",
	    s,
	    *word == 'r'       ? "started"
		: *word == 'q' ? "stopped"
			       : "sent",
	    message_name(k));
	if (*word == 'z')
		audit_event(a, "\0\0\0", 3);
	else if (*word == 'u')
		audit_file_end(a, AUDIT_END_BROKEN, 7);
	else
		audit_event(a, line, strlen(line));
}

static void
seen_hole(void *arg, enum audit_kind kind, const char *id, unsigned n,
    const char *text)
{
	(void)n;
	(void)text;
	if (kind == AUDIT_HOLE || kind == AUDIT_UNLOGGED)
		((char *)arg)[id[17] - '0'] = kind == AUDIT_HOLE ? 'H' : 'u';
}

static void
hole(size_t i)
{
	char got[] = "-----", line[200];
	struct audit_balance b;
	const char *w, *j = holes[i].journal, *f = holes[i].files;
	struct audit a;
	unsigned k;

	memset(&a, 0, sizeof a);
	for (k = 0; k < 5; k++) {
		snprintf(line, sizeof line,
		    "ts:2026-01-01T00:00:00.000000Z\t"
		    "ev:accepted\tid:%s\trcpts:1",
		    message_name(k));
		audit_event(&a, line, strlen(line));
	}
	for (w = holes[i].log; w != NULL; w = strchr(w, ' '))
		feed_hole(&a, w += *w == ' ');
	audit_log_end(&a, holes[i].queue, 0);
	for (k = 0; k < 5; k++)
		if (f[k] != '-')
			audit_file(&a, message_name(k), 0, f[k]);
	for (k = 0; j[k] != '\0'; k++)
		if (j[k] != '-')
			audit_journal(&a, message_name(k % 5), 0, j[k]);
	audit_balance(&a, &b, NULL, NULL);
	is_num(b.young, holes[i].young, "what may be there in a moment");
	audit_balance(&a, &b, seen_hole, got);
	is_str(got, holes[i].want, holes[i].name);
	audit_free(&a);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof holes / sizeof *holes; i++)
		hole(i);
	return done();
}
