#include "queue/audit.h"
#include "tap.h"

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

int
main(void)
{
	breaks();
	return done();
}
