#include "ship/shipsend.h"
#include "base/clock.h"
#include "base/fd.h"
#include "logged.h"
#include "looprun.h"
#include <fcntl.h>
#include <stdlib.h>

/* The link is this program: it answers each batch with the next of its words, and
 * keeps what it got in a file. */
static char dir[] = "/tmp/shipsend.XXXXXX", record[100];
static struct shipsend s;
static struct shipgather next;
static char dead_text[200];
static int full, ended;
static char self[200], none[] = "/none", *program = self, *argv[10];

/* the content of a netstring from descriptor 0; its length, -1: the end */
static long
batch(char *out, size_t room)
{
	size_t n = 0;
	char c;

	while (read(0, &c, 1) == 1 && c != ':')
		n = n * 10 + (size_t)(c - '0');
	if (n == 0 || n >= room || fd_read_all(0, out, n + 1) != (ssize_t)n + 1)
		return -1;
	return (long)n;
}

static int
be_link(char **answer)
{
	char text[4096], head[24];
	int fd = open(getenv("RECORD"), O_WRONLY | O_CREAT | O_APPEND, 0600);
	long n;

	while (*answer != NULL && (n = batch(text, sizeof text)) != -1) {
		text[n++] = ';';
		fd_write_all(fd, text, (size_t)n);
		snprintf(head, sizeof head, "%zu:", strlen(*answer));
		fd_write_all(1, head, strlen(head));
		fd_write_all(1, *answer, strlen(*answer));
		fd_write_all(1, ",", 1);
		answer++;
	}
	/* the end of its input: who ends at once may not be heard */
	read(0, head, 1);
	return 0;
}

static int
dead(void *arg, const char *event, size_t n, const char *why, size_t why_len)
{
	size_t at = strlen(dead_text);

	(void)arg;
	if (full-- > 0)
		return -1;
	snprintf(dead_text + at, sizeof dead_text - at, "%.*s:%.*s;",
	    (int)n - 1, event, (int)why_len, why);
	return 0;
}

static void
on_done(void *arg)
{
	(void)arg;
	ended++;
	loop_stop();
}

/* a batch of a, b, c to who answers so */
static void
begin(const char *const *answer)
{
	static const struct shipgather_most most = { 3, 1000 };
	size_t before;
	char c;
	int i;

	if (s.done != NULL)
		shipsend_end(&s);
	argv[0] = program;
	for (i = 0; answer[i] != NULL; i++)
		argv[i + 1] = (char *)(uintptr_t)answer[i];
	argv[i + 1] = NULL;
	unlink(record);
	dead_text[0] = '\0';
	ended = 0;
	shipsend_init(&s);
	s.link.argv = argv;
	s.pause.first_ms = 2;
	s.pause.max_ms = 8;
	s.timeout_ms = LOOPRUN_MS;
	s.dead = dead;
	s.done = on_done;
	for (c = 'a'; c <= 'c'; c++) {
		before = buf_len(&next.text);
		buf_putc(&next.text, c);
		buf_putc(&next.text, '\n');
		shipgather_added(&next, &most, before, 1, 1);
	}
	logged();
	shipsend_begin(&s, &next);
	ok(s.flight.n == 3 && next.n == 0 && !next.full, "a batch goes");
}

#define ANSWERS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* until nothing is left of it */
static const char *
got(const char *const *answer)
{
	static char out[200];
	char *text;
	size_t n;

	begin(answer);
	looprun();
	is_num(ended, 1, "nothing is left of it");
	ok(s.sent == 3 && s.flight.n == 0 && buf_len(&s.flight.text) == 0,
	    "three are gone");
	if (fd_slurp(record, sizeof out - 1, &text, &n) == -1)
		return "(nothing)";
	snprintf(out, sizeof out, "%s", text);
	free(text);
	return out;
}

static int
waits(const void *arg)
{
	(void)arg;
	return s.pause.waiting;
}

static void
taken(void)
{
	is_str(got(ANSWERS("K\n")), "a\nb\nc\n;", "taken at once");
	is_str(logged(), "", "nothing is said");
	is_num((long long)s.retries, 0, "nor tried again");
	is_str(got(ANSWERS("Z\n", "Z\n", "K\n")),
	    "a\nb\nc\n;a\nb\nc\n;a\nb\nc\n;", "taken later");
	is_num((long long)s.retries, 2, "with two attempts before");
}

static void
said(void)
{
	const char *text;

	got(ANSWERS("Z busy\n", "Z busy\n", "Z gone\n", "K\n"));
	text = logged();
	ok(strstr(text, ": warning: not taken, again in 0.00") != NULL &&
		strstr(text, "s: busy\n") != NULL,
	    "why it is not taken");
	ok(strstr(strstr(text, "busy") + 1, "busy") == NULL, "once");
	ok(strstr(text, "s: gone\n") != NULL, "and another reason");
	ok(strstr(text, ": info: taken again\n") != NULL, "and the end");
	is_str(s.last_why, "gone", "what was last");
}

static void
dies(void)
{
	is_str(got(ANSWERS("K\nD1 bad\n")), "a\nb\nc\n;", "one is dead");
	is_str(dead_text, "b:bad;", "it is that");
	is_str(got(ANSWERS("D bad\n", "D bad\n", "K\n", "K\n")),
	    "a\nb\nc\n;a\n;b\n;c\n;", "which of them it is");
	is_str(dead_text, "a:bad;", "is found");
	full = 1;
	is_str(got(ANSWERS("K\nD1 bad\n", "D bad\n")), "a\nb\nc\n;b\n;",
	    "what cannot be kept goes again");
	is_str(dead_text, "b:bad;", "and is kept then");
	is_str(got(ANSWERS("K\nZ0 x\nZ2 x\n", "K\n")), "a\nb\nc\n;a\nc\n;",
	    "some go again");
	is_str(dead_text, "", "and none is dead");
}

static void
breaks(void)
{
	is_str(got(ANSWERS("X\n", "K\n")), "a\nb\nc\n;a\nb\nc\n;",
	    "no receipt");
	ok(strstr(logged(), "what the link answers is no receipt") != NULL,
	    "is said");
	program = none;
	begin(ANSWERS("K\n"));
	ok(s.pause.waiting && s.retries == 1, "no program");
	ok(strstr(logged(), "unable to start /none: No such file") != NULL,
	    "is said");
	program = self;
	argv[0] = program;
	looprun();
	is_num(ended, 1, "until there is one");
}

static void
waits_long(void)
{
	begin(ANSWERS("Z86400 wait\n"));
	ok(looprun_until(NULL, waits, NULL), "the link wants a day");
	ok(s.pause.at_ms - clock_mono_ms() > 86000000, "and gets it");
	restart_stop(&s.pause);
	begin(ANSWERS("Z\n"));
	s.stopping = 1;
	looprun();
	is_num(ended, 0, "told to end it does not go again");
	ok(s.retries == 0 && !s.pause.waiting && s.flight.n == 3,
	    "and stays where it is");
}

/* of the longest reason that is said, and of one more */
static void
reasons(void)
{
	char answer[SHIPSEND_WHY_MAX + 10];
	size_t n;

	for (n = SHIPSEND_WHY_MAX; n <= SHIPSEND_WHY_MAX + 1; n++) {
		memset(answer, 'y', sizeof answer);
		memcpy(answer, "Z ", 2);
		answer[n + 1] = n > SHIPSEND_WHY_MAX ? 'x' : 'z';
		memcpy(answer + n + 2, "\n", 2);
		got(ANSWERS(answer, "K\n"));
		is_num((long long)strlen(s.last_why), SHIPSEND_WHY_MAX,
		    "a long reason");
		is_num(s.last_why[SHIPSEND_WHY_MAX - 1],
		    n > SHIPSEND_WHY_MAX ? 'y' : 'z', "is cut where it is");
		ok(strstr(logged(), n > SHIPSEND_WHY_MAX ? "yy\n" : "yz\n") !=
			NULL,
		    "said, too");
	}
}

int
main(int argc, char **args)
{
	if (argc > 1)
		return be_link(args + 1);
	if (mkdtemp(dir) == NULL ||
	    readlink("/proc/self/exe", self, sizeof self - 1) == -1)
		return 1;
	snprintf(record, sizeof record, "%s/record", dir);
	setenv("RECORD", record, 1);
	logged_begin();
	taken();
	said();
	dies();
	breaks();
	waits_long();
	reasons();
	shipsend_end(&s);
	buf_free(&next.text);
	unlink(record);
	is_num(rmdir(dir), 0, "nothing is left behind");
	return done();
}
