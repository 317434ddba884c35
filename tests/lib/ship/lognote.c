#include "ship/logsource.h"
#include "logdir.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder whose files got their names while the clock jumped, and one whose
 * files go while nobody reads them. */
static struct logsource s;
static char gone_names[400];

/* lines n, one a second from second us on, into `current` */
static void
lines(int n, int last, int second)
{
	for (; n <= last; n++, second++)
		sh("printf 'ts:2026-11-30T09:%02d:%02d.000000Z\\tev:e\\tn:%d\\n'"
		   " >>current",
		    second / 60, second % 60, n);
}

/* a name that svlogd makes at that second */
static const char *
name(int second)
{
	static char out[LOGFILES_NAME_LEN + 1];

	/* 2026-11-30T09:00:00Z */
	snprintf(out, sizeof out, "@%016llx00000000",
	    4611686018427387914ULL + 1796029200ULL +
		(unsigned long long)second);
	return out;
}

static void
turn(int second)
{
	sh("mv current %s.s && : >current", name(second));
}

static void
gone(void *arg, const struct logsource *l, const struct logfiles_one *one)
{
	(void)arg;
	(void)l;
	strcat(gone_names, one->name[0] == '\0' ? "?" : one->name);
	strcat(gone_names, " ");
}

/* another process: what was kept is the place */
static void
restart(void)
{
	struct buf b = { 0 };
	struct cursor c = s.c;
	const char *p;

	if (c.src[0] != '\0') {
		cursor_put(&b, &c);
		cursor_end(&b);
		p = buf_data(&b);
		is_num(cursor_next(&p, p + buf_len(&b), &c), 1, "the place");
		buf_free(&b);
	}
	if (s.path != NULL)
		logsource_close(&s);
	logsource_init(&s, logdir_root, "log");
	s.gone = gone;
	if (c.src[0] != '\0')
		s.c = c;
}

static const char *
rest_of(int most)
{
	static char out[2000];
	const char *n;
	size_t at = 0;

	out[0] = '\0';
	logsource_look(&s, 1);
	while (most-- > 0 && logsource_line(&s) == 1) {
		n = memmem(s.line, s.line_len, "\tn:", 3);
		at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s",
		    at == 0 ? "" : " ", (int)(s.line + s.line_len - n - 3),
		    n + 3);
		logsource_taken(&s);
	}
	return out;
}

static void
fresh(void)
{
	memset(&s.c, 0, sizeof s.c);
	gone_names[0] = '\0';
	sh("rm -rf ./* && : >current");
	if (s.path != NULL)
		logsource_close(&s);
	s.path = NULL;
	restart();
	lines(1, 2, 600);
	turn(660);
	lines(3, 4, 660);
	turn(720);
	lines(5, 6, 720);
}

static void
lost(int n, const char *name_of)
{
	is_num((long long)s.c.n.lost, n, name_of);
}

/* the clock is set back by some minutes, and nobody reads meanwhile */
static void
jumps(int packed)
{
	fresh();
	is_str(rest_of(5), "1 2 3 4 5", "read, the last file in part");
	lines(7, 8, 780);
	turn(840);
	lines(9, 10, 840); /* and set back to 630 while this is written */
	lines(11, 12, 630);
	turn(640);
	lines(13, 14, 640);
	turn(700); /* between names that have been read */
	lines(15, 16, 700);
	turn(760);
	lines(17, 17, 760);
	if (packed)
		sh("for f in @*; do gzip -c $f >x && mv x $f; done");
	restart();
	is_str(rest_of(30), "6 7 8 9 10 11 12 13 14 15 16 17",
	    packed ? "compressed, too" : "all that was not read, in order");
	lost(0, "nothing is lost");
	restart();
	is_str(rest_of(30), "", "once");
	lines(18, 18, 800);
	turn(650);
	restart();
	is_str(rest_of(30), "18", "and a name before all, which was current");
	lost(0, "nothing is lost here either");
}

/* the same while it runs, and reads nothing */
static void
stands_still(void)
{
	fresh();
	is_str(rest_of(1), "1", "reading begins");
	lines(7, 7, 721);
	turn(780);
	lines(8, 9, 780);
	is_num(logsource_list(&s), 1, "a file is seen");
	turn(630);
	is_num(logsource_list(&s), 1, "and the next, whose name is before it");
	is_num(logsource_list(&s), 0, "once");
	lines(10, 10, 631);
	restart();
	is_str(rest_of(30), "2 3 4 5 6 7 8 9 10", "read as they were seen");
	lost(0, "nothing is lost");
}

static void
goes(void)
{
	char want[100];

	fresh();
	is_str(rest_of(1), "1", "reading begins");
	turn(780);
	lines(7, 7, 780);
	logsource_list(&s);
	sh("rm %s.s", name(720));
	is_num(logsource_list(&s), 1, "a file that waits is removed");
	lost(1, "it is counted at once");
	snprintf(want, sizeof want, "%s ", name(720));
	is_str(gone_names, want, "by its name");
	sh("rm %s.s", name(660));
	is_num(logsource_list(&s), 1, "and the one that is being read");
	lost(1, "which is open");
	turn(790);
	logsource_list(&s);
	lines(8, 8, 790);
	/* as svlogd does it with one whose name is before all others */
	sh("mv current x && : >current && rm x");
	logsource_list(&s);
	lost(2, "one that had no name when it was looked at");
	is_str(gone_names + strlen(want), "? ", "nothing is known of it");
	lines(9, 9, 791);
	is_str(rest_of(30), "2 5 6 7 9", "what is there is read");
	restart();
	lines(10, 10, 792);
	is_str(rest_of(30), "10", "and what comes");
	lost(2, "no more than that");
	/* while nobody runs */
	turn(800);
	lines(11, 11, 800);
	turn(810);
	logsource_list(&s);
	sh("rm %s.s", name(810));
	restart();
	is_str(rest_of(30), "", "the last one is gone after a new start");
	lost(3, "it is counted");
}

/* more files than there is room to know of */
static void
many(void)
{
	char want[1000] = "";
	int i, n = 2 * LOGFILES_WAITING_MAX + 2;

	fresh();
	sh("rm -f @*; : >current");
	for (i = 1; i <= n; i++) {
		sh("printf 'ts:2026-11-30T09:00:00.0Z\\tev:e\\tn:%d\\n' >%s.s",
		    i, name(i));
		sprintf(want + strlen(want), "%s%d", i == 1 ? "" : " ", i);
	}
	is_str(rest_of(n + 9), want, "in order, though not all are known");
	restart();
	is_str(rest_of(n + 9), "", "and all are known to be read");
	lines(n + 1, n + 1, 0);
	sh(": >x; mv current %s.s; mv x current", name(0));
	is_str(rest_of(9), "131", "and read");
	lost(0, "nothing is lost");
}

/* the file of the place has got a name, and cannot be read by that now */
static void
unread(void)
{
	fresh();
	sh("rm -f @*");
	is_str(rest_of(1), "5", "current is read in part");
	/* whose first bytes are an input/output error */
	sh("mv current x && ln -s /proc/self/mem %s.s && : >current",
	    name(780));
	lines(7, 8, 780);
	is_num(logsource_list(&s), 0, "nothing is known of it");
	is_str(rest_of(9), "6", "it is read to its end, since it is open");
	lost(0, "and is not taken for lost");
	is_str(rest_of(9), "", "what is behind it waits");
	is_num(s.troubled, EIO, "and that is said");
	sh("mv -f x %s.s", name(780));
	is_str(rest_of(9), "7 8", "it was that file");
	lost(0, "nothing is lost");
}

int
main(void)
{
	if (logdir_begin() == -1)
		return 1;
	/* what is lost is said there */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	jumps(0);
	jumps(1);
	stands_still();
	goes();
	many();
	unread();
	logsource_close(&s);
	logdir_end();
	return done();
}
