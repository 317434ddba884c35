/* acts as events: what stands in them, several of one program, one that fails */
#include "act/act.h"
#include "base/child.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "chain/event.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/act.XXXXXX";

static const char *
logged(void)
{
	static char *text;
	size_t n;

	free(text);
	text = NULL;
	return fd_slurp("log/acts/current", 1 << 20, &text, &n) == -1 ? ""
								      : text;
}

/* how often a piece stands in the log */
static int
times(const char *piece)
{
	const char *p = logged();
	int n = 0;

	while ((p = strstr(p, piece)) != NULL) {
		n++;
		p += strlen(piece);
	}
	return n;
}

static void
above(void)
{
	static const char *const cases[][2] = { { "run/conf", "run" },
		{ "run/conf/", "run" }, { "run/conf//", "run" },
		{ "conf", "." }, { "conf/", "." }, { ".", "./.." },
		{ "..", "../.." }, { "a/..", "a/../.." }, { "/conf", "/" },
		{ "/a/b", "/a" }, { "a//b", "a/" }, { "/", "/" },
		{ "./conf", "." } };
	char out[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		act_above(out, cases[i][0]);
		is_str(out, cases[i][1], cases[i][0]);
	}
}

static void
events(void)
{
	char who[40];

	act_begin("one");
	event_puts("what", "a\tb");
	act_end();
	act_begin("two");
	act_end();
	ok(access("log", F_OK) == -1 && act_write(".") == 0,
	    "what is no instance has no log");
	ok(act_write(".") == 0, "and nothing is left");
	ok(mkdir("log", 0700) == 0 && mkdir("service", 0700) == 0,
	    "an instance");
	ok(act_write(".") == 0 && access("log/acts", F_OK) == -1,
	    "nothing to write");
	act_begin("one");
	event_puts("what", "a\tb");
	act_end();
	act_begin("two");
	act_end();
	ok(act_write(".") == 1, "two acts");
	act_done();
	is_num(times("\tev:act\tprog:unit\tact:"), 2, "are two events");
	is_num(times("\twhat:a\\tb\n"), 1, "with what one is about");
	snprintf(who, sizeof who, "\tby:%u\tuser:", (unsigned)getuid());
	is_num(times(who), 2, "and who it was");
	snprintf(who, sizeof who, "\tpid:%ld", (long)getpid());
	is_num(times(who), 2, "and what they have in common");
}

/* in a process of its own; its exit status */
static int
fails(int done_before)
{
	pid_t pid = fork();
	int st;

	if (pid == 0) {
		close(2);
		act_say(".", done_before ? "done" : "undone", "x");
		if (done_before)
			act_done();
		die(EXIT_TEMP, "no more");
	}
	return waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st)
							    : -1;
}

int
main(void)
{
	char command[80];

	prog_name = "unit";
	above();
	ok(mkdtemp(dir) != NULL && chdir(dir) == 0, "a folder");
	events();
	is_num(fails(0), EXIT_TEMP, "a program that ends before its act");
	is_num(times("\tact:undone\t"), 2, "tells it twice");
	is_num(times("\tfailed:1\n"), 1, "the second time that it failed");
	is_num(fails(1), EXIT_TEMP, "behind it");
	is_num(times("\tact:done\t"), 1, "once");
	is_num(times("\tfailed:1\n"), 1, "for it has not");
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ok(chdir("/") == 0 && system(command) == 0, "away");
	return done();
}
