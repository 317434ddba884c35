#include "audittest.h"

/*
 * What a power cut explains: an end in the log shortly before a sudden stop,
 * and nothing of it in the queue.  The log's own ends: zeros, the start of a
 * line.  And what it does not.
 */
static const struct {
	const char *name, *log, *want;
} cuts[] = {
	{ "shortly before the log ends",
	    "ts:2026-01-01T00:00:00.5Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:01:00.5Z|ev:accepted|id:" A "|rcpts:1;"
	    "ts:2026-01-01T00:01:00.6Z|ev:sent|id:" A "|n:0;"
	    "ts:2026-01-01T00:01:10.6Z|ev:sent|id:" B "|n:0",
	    "1=0+1+0+0+0 lost 0 double 0 bad 1 old 1 doubt 0 un 0" },
	{ "longer before",
	    "ts:2026-01-01T00:00:00.5Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:01:00.5Z|ev:accepted|id:" A "|rcpts:1;"
	    "ts:2026-01-01T00:01:00.6Z|ev:sent|id:" A "|n:0;"
	    "ts:2026-01-01T00:01:11.6Z|ev:sent|id:" B "|n:0",
	    "1=0+1+0+0+0 lost 0 double 0 bad 2 old 1 doubt 0 un 0" },
	{ "shortly before a sudden stop",
	    "ts:2026-01-01T00:00:00.5Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:00:00.5Z|ev:accepted|id:" A "|rcpts:1;"
	    "ts:2026-01-01T23:59:59.6Z|ev:sent|id:" A "|n:0;"
	    "ts:2026-01-02T00:00:09.6Z|ev:sent|id:" B "|n:0;"
	    "ts:2026-01-02T00:01:00.6Z|ev:started|prog:queue-run;"
	    "ts:2026-01-02T00:01:00.6Z|ev:stopped|prog:queue-run|unanswered:0",
	    "1=0+1+0+0+0 lost 0 double 0 bad 1 old 1 doubt 0 un 0" },
	{ "of other events longer before",
	    "ts:2026-01-01T00:00:00.5Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:01:00.5Z|ev:accepted|id:" A "|rcpts:1;"
	    "ts:2026-01-01T00:01:00.6Z|ev:sent|id:" A "|n:0;"
	    "ts:2026-01-01T00:01:11.6Z|ev:rejected;"
	    "ts:2026-01-01T00:02:00.6Z|ev:started|prog:queue-run",
	    "1=0+1+0+0+0 lost 0 double 0 bad 1 old 0 doubt 0 un 0" },
	{ "shortly before a stop that was none",
	    "ts:2026-01-01T00:00:00.5Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:00:00.5Z|ev:accepted|id:" A "|rcpts:1;"
	    "ts:2026-01-01T00:00:00.6Z|ev:sent|id:" A "|n:0;"
	    "ts:2026-01-01T00:00:00.6Z|ev:stopped|prog:queue-run|unanswered:0;"
	    "ts:2026-01-01T00:00:01.6Z|ev:started|prog:queue-run",
	    "1=0+1+0+0+0 lost 0 double 0 bad 1 old 0 doubt 0 un 0" },
	{ "the start of a line, and then the next",
	    "ts:2026-01-01T00:00:00.5Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:00:00.5Z|ev:accepted|id:" A "|rcpts:1;"
	    "ts:2026-01-01T00:00:00.6Z|ev:sent|id:" A "|n:0;"
	    "ts:2026-01-01T00:01:00.6Z|ev:sent|i"
	    "ts:2026-01-01T00:02:00.6Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:02:00.6Z|ev:sent|id:" A "|n:0|replay:1",
	    "1=0+1+0+0+0 lost 0 double 0 bad 0 old 0 doubt 0 un 0" },
	{ "longer before, and one of earlier is said again behind it",
	    "ts:2026-01-01T00:00:00.5Z|ev:started|prog:queue-run;"
	    "ts:2026-01-01T00:00:01.5Z|ev:accepted|id:" A "|rcpts:1;"
	    "ts:2026-01-01T00:00:58.6Z|ev:sent|id:" A "|n:0;"
	    "ts:2026-01-01T00:01:09.6Z|ev:rejected;"
	    "ts:2026-01-01T00:00:50.0Z|ev:sent|id:" B "|n:0|replay:1",
	    "1=0+1+0+0+0 lost 0 double 0 bad 2 old 1 doubt 0 un 0" },
};

static void
power_cuts(void)
{
	static const char zeros[] = "\0\0\0ts:2026-01-01T00:00:00Z\tev:accepted"
				    "\tid:" A "\trcpts:1";
	struct audit a;
	char line[800], *t;
	const char *p;
	size_t i, n;

	for (i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		memset(&a, 0, sizeof a);
		for (p = cuts[i].log; *p != '\0'; p += n + (p[n] == ';')) {
			n = strcspn(p, ";");
			snprintf(line, sizeof line, "%.*s", (int)n, p);
			for (t = line; *t != '\0'; t++)
				if (*t == '|')
					*t = '\t';
			audit_event(&a, line, strlen(line));
		}
		audit_log_end(&a, AUDIT_QUEUE_UNKNOWN, 0);
		audit_file(&a, A, 0, MESSAGE_QUEUED);
		is_str(balance(&a), cuts[i].want, cuts[i].name);
		is_num(a.bad_lines, 0, "no bad lines");
		is_num(a.stops, i == 2 || i == 3 || i == 5, "sudden stops");
		audit_free(&a);
	}
	memset(&a, 0, sizeof a);
	audit_event(&a, zeros, sizeof zeros - 1);
	is_str(balance(&a),
	    "1=0+0+0+0+0 lost 1 double 0 bad 0 old 0 doubt 0 "
	    "un 0",
	    "zeros in front of a line; nothing in the queue is lost");
	audit_aside(&a, A);
	is_str(balance(&a),
	    "1=1+0+0+0+0 lost 0 double 0 bad 1 old 0 doubt 0 "
	    "un 0",
	    "set aside");
	audit_free(&a);
}

int
main(void)
{
	power_cuts();
	return done();
}
