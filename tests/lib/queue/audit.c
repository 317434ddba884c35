#include "audittest.h"
#include <stdlib.h>

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

/*
 * Parts of lines and zeros: "bad B cut C" with the queue stopped, and dead.
 * "|" is TAB, "0" NUL; a line "<R>" "<U>" "<L>": the end of a file that was
 * rotated, broke off, or is the last one, with bytes behind its last LF.
 */
#define AT "ts:2026-01-01T00:00:1"
static const struct {
	const char *name, *log, *stopped, *dead;
} parts[] = {
	{ "half a line at the end", AT "0Z|ev:x;<L>", "1 0", "0 1" },
	{ "of a file that was rotated", AT "0Z|ev:x;<R>;" AT "1Z|ev:x", "1 0",
	    "1 0" },
	{ "of one that broke off", AT "0Z|ev:x;<U>;" AT "1Z|ev:x", "0 1",
	    "0 1" },
	{ "and the rest of it", AT "0Z|ev:x;<U>;|ev:y|prog:z;" AT "1Z|ev:x",
	    "0 2", "0 2" },
	{ "a rest of nothing", AT "0Z|ev:x;|ev:y|prog:z;" AT "1Z|ev:x", "1 0",
	    "1 0" },
	{ "glued to what is started",
	    AT "0Z|ev:x;" AT "1Z|ev:s" AT "2Z|ev:started|prog:queue-inject",
	    "0 1", "0 1" },
	{ "glued, and nothing was started",
	    AT "0Z|ev:x;" AT "1Z|ev:s" AT "2Z|ev:x", "1 0", "0 1" },
	{ "glued a minute before a start",
	    AT "0Z|ev:s" AT "0Z|ev:x;ts:2026-01-01T00:02:00Z|ev:x;"
	       "ts:2026-01-01T00:02:00Z|ev:started|prog:queue-inject",
	    "1 0", "1 0" },
	{ "glued, and what follows had stopped in order",
	    AT "0Z|ev:stopped|prog:smtp-recv;" AT "1Z|ev:s" AT "2Z|ev:x;" AT
	       "3Z|ev:started|prog:smtp-recv",
	    "1 0", "0 1" },
	{ "its chain had not",
	    AT "0Z|ev:stopped|prog:smtp-recv;" AT "1Z|ev:s" AT "2Z|ev:x;" AT
	       "3Z|ev:started|prog:smtp-recv|link:x",
	    "0 1", "0 1" },
	{ "zeros", AT "0Z|ev:x;0000;" AT "1Z|ev:x", "1 0", "0 1" },
	{ "zeros within a line",
	    AT "0Z|ev:x;" AT "0Z|e|00 |ev:|prog:;" AT "1Z|ev:x", "1 0", "0 1" },
	{ "zeros, and then a kill",
	    AT "0Z|ev:started|prog:queue-run;0000;" AT
	       "1Z|ev:started|prog:queue-run",
	    "0 1", "0 1" },
	{ "zeros in front of it",
	    AT "0Z|ev:started|prog:queue-run;0000" AT
	       "1Z|ev:started|prog:queue-run",
	    "0 1", "0 1" },
	{ "zeros in a file that broke off",
	    AT "0Z|ev:x;00000;<U>;" AT "1Z|ev:x", "0 2", "0 2" },
};

static void
part(struct audit *a, const char *p, size_t n)
{
	char line[400];
	size_t i;
	int text = 0;

	if (n == 3 && *p == '<') {
		audit_file_end(a,
		    p[1] == 'R'       ? AUDIT_END_ROTATED
			: p[1] == 'U' ? AUDIT_END_BROKEN
				      : AUDIT_END_LAST,
		    5);
		return;
	}
	for (i = 0; i < n; i++) {
		/* zeros of a time are none */
		text = text ? p[i] != '|' : strncmp(p + i, "ts:", 3) == 0;
		line[i] = p[i] == '|'      ? '\t'
		    : p[i] == '0' && !text ? '\0'
					   : p[i];
	}
	audit_event(a, line, n);
}

static void
breaks(void)
{
	struct audit_balance b;
	struct audit a;
	char got[40];
	const char *p;
	size_t i, n;
	int dead;

	for (i = 0; i < 2 * sizeof parts / sizeof *parts; i++) {
		memset(&a, 0, sizeof a);
		dead = i % 2;
		for (p = parts[i / 2].log; *p != '\0'; p += n + (p[n] == ';')) {
			n = strcspn(p, ";");
			part(&a, p, n);
		}
		audit_log_end(&a, dead ? AUDIT_QUEUE_DEAD : AUDIT_QUEUE_STOPPED,
		    0);
		audit_balance(&a, &b, NULL, NULL);
		snprintf(got, sizeof got, "%d %d", (int)b.bad_lines,
		    (int)b.cut_lines);
		is_str(got, dead ? parts[i / 2].dead : parts[i / 2].stopped,
		    parts[i / 2].name);
		audit_free(&a);
	}
}

static void
many_recipients(void)
{
	struct audit a = { .stops = 0 };
	struct audit_balance b;
	unsigned n;

	feed_log(&a, "ev:accepted|id:" A "|rcpts:100000", 0);
	for (n = 0; n < MESSAGE_RCPTS_MAX; n += 2)
		audit_file(&a, A, n, MESSAGE_QUEUED);
	audit_balance(&a, &b, NULL, NULL);
	ok(b.accepted == 100000 && b.queued == 50000 && b.lost == 50000,
	    "as many recipients as a message may have");
	audit_free(&a);
}

int
main(void)
{
	table();
	second_look();
	breaks();
	many_recipients();
	return done();
}
