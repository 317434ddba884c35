#include "ship/logsource.h"
#include "logdir.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder as svlogd keeps it, in every state that it may be found in. */
static struct logsource s;

/* lines first..last behind `current`, or another file */
static void
lines(const char *file, int first, int last)
{
	for (; first <= last; first++)
		sh("printf 'ts:2026-11-30T09:00:%02d.000000Z\\tev:e\\tn:%d\\n' "
		   ">>%s",
		    first, first, file);
}

#define NAME(n) "@4000000000000000000000" n

/* what svlogd does when a file is full: "01" is the n-th name */
static void
turn(const char *n)
{
	sh("mv current %s%s.s && : >current", NAME(""), n);
}

static void
begin(void)
{
	struct cursor c = s.c;

	if (s.path != NULL)
		logsource_close(&s);
	logsource_init(&s, logdir_root, "log");
	if (c.src[0] != '\0')
		s.c = c;
}

/* all that is there, as "1 2 3", of at most so many lines; a line that is none
 * as ? */
static const char *
rest_of(int most)
{
	static char out[2000];
	const char *n;
	size_t at = 0;

	out[0] = '\0';
	logsource_look(&s, 1);
	while (most-- > 0 && logsource_line(&s) == 1) {
		n = s.line_len > 900 ? NULL
				     : memmem(s.line, s.line_len, "\tn:", 3);
		at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s",
		    at == 0 ? "" : " ",
		    n == NULL ? 1 : (int)(s.line + s.line_len - n - 3),
		    n == NULL ? "?" : n + 3);
		logsource_taken(&s);
	}
	return out;
}

static void
fresh(void)
{
	memset(&s.c, 0, sizeof s.c);
	sh("rm -rf ./* && : >current");
	begin();
}

static void
grows(void)
{
	fresh();
	is_str(rest_of(9), "", "an empty log");
	lines("current", 1, 3);
	is_str(rest_of(9), "1 2 3", "what is there");
	is_str(rest_of(9), "", "once");
	sh("printf 'ts:2026-11-30T09:00:04.000000Z\\tev:e' >>current");
	is_str(rest_of(9), "", "a line that is being written");
	sh("printf '\\tn:4\\n' >>current");
	is_str(rest_of(9), "4", "and now it is there");
	turn("01");
	lines("current", 5, 5);
	is_str(rest_of(9), "5", "behind a turn");
	lines("current", 6, 6);
	turn("02");
	turn("03");
	lines("current", 7, 7);
	turn("04");
	lines("current", 8, 8);
	is_str(rest_of(9), "6 7 8", "behind several");
	is_num((long long)s.c.n.lost, 0, "nothing is lost");
}

/* read two lines, then this happens, then a new start: the others come */
static void
restarts(const char *what, const char *command, const char *want, int lost)
{
	fresh();
	lines("current", 1, 4);
	turn("01");
	lines("current", 5, 6);
	turn("02");
	lines("current", 7, 8);
	rest_of(2);
	sh("%s", command);
	begin();
	is_str(rest_of(20), want, what);
	is_num((long long)s.c.n.lost, lost, "what is lost of it");
}

/* the same, when all was read before */
static void
goes_on(const char *what, const char *command, const char *want, int lost)
{
	fresh();
	lines("current", 1, 4);
	turn("01");
	lines("current", 5, 6);
	rest_of(20);
	sh("%s", command);
	lines("current", 7, 8);
	begin();
	is_str(rest_of(20), want, what);
	is_num((long long)s.c.n.lost, lost, "what is lost of it");
}

static void
starts(void)
{
	restarts("a new start", "true", "3 4 5 6 7 8", 0);
	restarts("the file was compressed",
	    "gzip -c " NAME("01") ".s >x && mv x " NAME("01") ".s",
	    "3 4 5 6 7 8", 0);
	restarts("all were", "for f in @*; do gzip -c $f >x && mv x $f; done",
	    "3 4 5 6 7 8", 0);
	restarts("it has both names while a processor works",
	    "cp " NAME("01") ".s " NAME("01") ".u", "3 4 5 6 7 8", 0);
	restarts("it has become .u", "mv " NAME("01") ".s " NAME("01") ".u",
	    "3 4 5 6 7 8", 0);
	restarts("it was removed", "rm " NAME("01") ".s", "5 6 7 8", 1);
	restarts("two were", "rm @*", "7 8", 2);
	restarts("the second was", "rm " NAME("02") ".s", "3 4 7 8", 1);
	restarts("all were, and current is another",
	    "rm @* && mv current " NAME("03") ".s && : >current && "
					      "rm " NAME("03") ".s",
	    "", 2);
	restarts("a file is cut", "truncate -s 40 " NAME("01") ".s", "5 6 7 8",
	    0);
	goes_on("what comes", "true", "7 8", 0);
	goes_on("current has a name now",
	    "mv current " NAME("02") ".s && : >current", "7 8", 0);
	goes_on("and was compressed",
	    "gzip -c current >" NAME("02") ".s && rm current && : >current",
	    "7 8", 0);
	goes_on("the one before was removed", "rm " NAME("01") ".s", "7 8", 0);
	goes_on("both, of which current was read",
	    "rm " NAME(
		"01") ".s && "
		      "mv current " NAME("02") ".s && : >current && rm " NAME(
			  "02") ".s",
	    "7 8", 1);
	goes_on("current is shorter by a crash", "truncate -s 80 current",
	    "7 8", 0);
}

static void
runs(void)
{
	/* the file stays open when it is removed; the next ones do not */
	fresh();
	lines("current", 1, 4);
	turn("01");
	lines("current", 5, 5);
	turn("02");
	lines("current", 6, 6);
	turn("03");
	lines("current", 7, 7);
	is_str(rest_of(2), "1 2", "a file is being read");
	sh("rm " NAME("01") ".s " NAME("02") ".s");
	is_str(rest_of(20), "3 4 6 7", "it is read to its end");
	is_num((long long)s.c.n.lost, 1, "the other is lost");
	/* what was `current` when it was read is gone, and two have come */
	fresh();
	lines("current", 1, 2);
	is_str(rest_of(9), "1 2", "current is read");
	turn("01");
	lines("current", 3, 3);
	turn("02");
	lines("current", 4, 4);
	turn("03");
	lines("current", 5, 5);
	sh("rm " NAME("01") ".s && gzip -c " NAME("02") ".s >x && mv x " NAME(
	    "02") ".s");
	is_str(rest_of(9), "3 4 5", "the next one is not taken for it");
	is_num((long long)s.c.n.lost, 1, "others may have been between them");
}

static void
comes_back(void)
{
	char away[100], log[100];

	snprintf(away, sizeof away, "%s/away", logdir_root);
	snprintf(log, sizeof log, "%s/log", logdir_root);
	fresh();
	lines("current", 1, 2);
	is_str(rest_of(9), "1 2", "two lines");
	rename(log, away);
	is_str(rest_of(9), "", "the folder is gone");
	rename(away, log);
	lines("current", 3, 3);
	is_str(rest_of(9), "3", "it is back");
	rename(log, away);
	is_str(rest_of(9), "", "gone again");
	mkdir(log, 0700);
	lines("current", 4, 4);
	is_str(rest_of(9), "4", "another one is there");
}

static void
odd_lines(void)
{
	fresh();
	sh("head -c 70000 /dev/zero | tr '\\0' x >>current; echo >>current");
	lines("current", 1, 1);
	is_str(rest_of(1), "?", "a line that is too long");
	begin();
	is_str(rest_of(9), "? 1", "its rest after a new start");
	fresh();
	sh("head -c 70000 /dev/zero | tr '\\0' x >>current; echo >>current");
	lines("current", 1, 1);
	is_str(rest_of(9), "? 1", "and without one it goes");
	lines("current", 2, 2);
	sh("printf 'ts:2026-11-30T09:00:04.000000Z\\tev:cut' >>current");
	turn("01");
	lines("current", 3, 3);
	is_str(rest_of(9), "2 3", "a line that a crash has cut is none");
	sh("printf '\\n\\nx\\n' >>current");
	is_str(rest_of(9), "? ? ?", "lines that are none");
}

static void
to_the_end(void)
{
	fresh();
	lines("current", 1, 2);
	turn("01");
	lines("current", 3, 4);
	sh("printf 'ts:2026-11-30T09:00:05.000000Z\\tev:e' >>current");
	is_num(logsource_to_end(&s), 0, "to the end");
	is_str(rest_of(9), "", "nothing is there");
	sh("printf '\\tn:5\\n' >>current");
	lines("current", 6, 6);
	turn("02");
	begin();
	is_str(rest_of(9), "5 6", "what comes then");
	is_num((long long)s.c.n.lost, 0, "nothing is lost");
	fresh();
	is_num(logsource_to_end(&s), 0, "of an empty one");
	lines("current", 1, 1);
	is_str(rest_of(9), "1", "what comes then");
	is_num((long long)logsource_behind(s.path, &s.c.at), 0,
	    "nothing is behind");
	lines("current", 2, 2);
	ok(logsource_behind(s.path, &s.c.at) == 40, "a line is");
}

int
main(void)
{
	if (logdir_begin() == -1)
		return 1;
	/* what is lost is said there */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	grows();
	starts();
	runs();
	comes_back();
	odd_lines();
	to_the_end();
	logsource_close(&s);
	logdir_end();
	return done();
}
