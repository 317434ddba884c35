#include "audittest.h"

/*
 * Each case: log lines with "|" for TAB and ";" for LF ("ts:x|" is put
 * before each), what the queue has as "ID n state" and the journal the
 * same, and the balance.
 */
static const struct {
	const char *log, *files, *journal, *want;
} cases[] = {
	{ "", "", "", "0=0+0+0+0+0 lost 0 double 0 bad 0 old 0 doubt 0 un 0" },
	{ "ev:accepted|id:" A "|rcpts:2;ev:sent|id:" A "|n:0;"
	  "ev:bounced|id:" A "|n:1",
	    "", "", "2=0+1+1+0+0 lost 0 double 0 bad 0 old 0 doubt 0 un 0" },
	{ "ev:accepted|id:" A "|rcpts:2;ev:expired|id:" A "|n:0;"
	  "ev:deleted|id:" A "|n:1",
	    "", "", "2=0+0+0+1+1 lost 0 double 0 bad 0 old 0 doubt 0 un 0" },
	{ "ev:accepted|id:" A "|rcpts:3", A " 1 Q", A " 2 S",
	    "3=1+1+0+0+0 lost 1 double 0 bad 1 old 0 doubt 0 un 1" },
	{ "ev:accepted|id:" A "|rcpts:1", A " 0 Q", A " 0 x",
	    "1=0+0+0+1+0 lost 0 double 0 bad 1 old 0 doubt 0 un 1" },
	{ "ev:accepted|id:" A "|rcpts:1;ev:sent|id:" A "|n:0", A " 0 Q",
	    A " 0 S", "1=0+1+0+0+0 lost 0 double 0 bad 0 old 0 doubt 0 un 0" },
	{ "ev:accepted|id:" A "|rcpts:1;ev:sent|id:" A "|n:0", A " 0 H", "",
	    "1=0+1+0+0+0 lost 0 double 0 bad 1 old 0 doubt 0 un 0" },
	/* an end before its acceptance: two logs in any order */
	{ "ev:sent|id:" A "|n:6;ev:accepted|id:" A "|rcpts:7",
	    A " 0 Q;" A " 1 B;" A " 2 X;" A " 3 b;" A " 4 K;" A " 5 S", "",
	    "7=1+2+2+1+1 lost 0 double 0 bad 5 old 0 doubt 0 un 5" },
	{ "ev:sent|id:" B "|n:0;ev:accepted|id:" A "|rcpts:1", A " 0 Q", "",
	    "1=1+0+0+0+0 lost 0 double 0 bad 1 old 1 doubt 0 un 0" },
	{ "ev:accepted|id:" A "|rcpts:1;ev:sent|id:" A "|n:0;"
	  "ev:sent|id:" A "|n:0",
	    "", "", "1=0+1+0+0+0 lost 0 double 1 bad 1 old 0 doubt 0 un 0" },
	{ "ev:accepted|id:" A "|rcpts:1;ev:deferred|id:" A "|n:0|doubt:1;"
	  "ev:sent|id:" A "|n:0;ev:sent|id:" A "|n:0",
	    "", "", "1=0+1+0+0+0 lost 0 double 1 bad 0 old 0 doubt 0 un 0" },
	{ "ev:accepted|id:" A "|rcpts:1;ev:deferred|id:" A "|n:0|doubt:1",
	    A " 0 Q", "",
	    "1=1+0+0+0+0 lost 0 double 0 bad 0 old 0 doubt 1 un 0" },
	{ "ev:started|prog:queue-run;ev:accepted|id:" A "|rcpts:1;"
	  "ev:sent|id:" A "|n:0;ev:started|prog:queue-run;ev:sent|id:" A "|n:0",
	    "", "", "1=0+1+0+0+0 lost 0 double 1 bad 0 old 0 doubt 0 un 0" },
	{ "ev:started|prog:queue-run;ev:accepted|id:" A "|rcpts:1;"
	  "ev:sent|id:" A "|n:0;ev:started|prog:smtp-recv;ev:sent|id:" A "|n:0",
	    "", "", "1=0+1+0+0+0 lost 0 double 1 bad 1 old 0 doubt 0 un 0" },
	/* what is none, or not ours */
	{ "ev:sent|id:short|n:0;ev:sent|n:0;ev:accepted|id:" A ";ev:sent|id:" A
	  ";ev:sent|id:" A "|n:100000;ev:accepted|id:" A "|rcpts:100001;"
	  "ev:rejected|id:" A ";nonsense",
	    "", "", "0=0+0+0+0+0 lost 0 double 0 bad 1 old 1 doubt 0 un 0" },
};

static void
feed_log(struct audit *a, const char *log, int stamp)
{
	static const char *const stamps[] = { "", "@4000000069a1b2c3000000aa ",
		"2026-01-01_00:00:00.00000 " };
	char line[400], *t;
	size_t n;

	for (; *log != '\0'; log += n + (log[n] == ';')) {
		n = strcspn(log, ";");
		snprintf(line, sizeof line, "%sts:x|%.*s", stamps[stamp],
		    (int)n, log);
		for (t = line; *t != '\0'; t++)
			if (*t == '|')
				*t = '\t';
		audit_event(a, line, strlen(line));
	}
}

static void
feed_states(struct audit *a, const char *s,
    int (*take)(struct audit *, const char *, unsigned, enum message_state))
{
	for (; *s != '\0'; s += 24 + (s[24] == ';'))
		take(a, s, s[21] - '0', s[23]);
}

static void
table(void)
{
	struct audit a;
	char name[32];
	size_t i;
	int stamp;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (stamp = 0; stamp < 3; stamp++) {
			memset(&a, 0, sizeof a);
			feed_log(&a, cases[i].log, stamp);
			feed_states(&a, cases[i].files, audit_file);
			feed_states(&a, cases[i].journal, audit_journal);
			snprintf(name, sizeof name, "case %zu", i);
			is_str(balance(&a), cases[i].want, name);
			audit_free(&a);
		}
}

static void
second_look(void)
{
	struct audit a = { .stops = 0 };

	feed_log(&a, "ev:accepted|id:" A "|rcpts:2;ev:sent|id:" A "|n:0", 0);
	is_str(balance(&a),
	    "2=0+1+0+0+0 lost 1 double 0 bad 0 old 0 doubt 0 un 0",
	    "something seems lost");
	audit_again(&a);
	feed_log(&a,
	    "ev:accepted|id:" A "|rcpts:2;ev:sent|id:" A "|n:0;"
	    "ev:sent|id:" A "|n:1;ev:accepted|id:" B "|rcpts:1;ev:sent|id:" B
	    "|n:0",
	    0);
	is_str(balance(&a),
	    "2=0+2+0+0+0 lost 0 double 0 bad 0 old 0 doubt 0 un 0",
	    "the log read once more has its end, and changes nothing else");
	audit_free(&a);
	feed_log(&a, "ev:accepted|id:" A "|rcpts:2;ev:sent|id:" A "|n:0", 0);
	feed_states(&a, A " 0 Q;" A " 1 Q;" B " 0 Q", audit_file);
	audit_again(&a);
	feed_log(&a,
	    "ev:accepted|id:" A "|rcpts:2;ev:sent|id:" A "|n:0;"
	    "ev:sent|id:" A "|n:1;ev:accepted|id:" B "|rcpts:1;ev:sent|id:" B
	    "|n:0",
	    0);
	is_str(balance(&a),
	    "3=2+1+0+0+0 lost 0 double 0 bad 1 old 0 doubt 0 un 0",
	    "what ended after the queue was read is no fault");
	audit_free(&a);
}

int
main(void)
{
	table();
	second_look();
	return done();
}
