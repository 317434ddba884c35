/* checkpassword programs: what they get, how many, and what their ends mean */
#include "sasl/checkers.h"
#include "looprun.h"
#include "tap.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { ASKED = 6 };

static struct checkers c;
static struct {
	struct checkers_question q; /* first */
	int n, right;
} asked[ASKED];
static int answers;

static void
on_done(struct checkers_question *q, int right)
{
	size_t i = (size_t)((char *)q - (char *)asked) / sizeof *asked;

	asked[i].n++;
	asked[i].right = right;
	answers++;
}

static int
has_answers(const void *n)
{
	return answers >= *(const int *)n;
}

static void
wait_for(int n)
{
	looprun_until(NULL, has_answers, &n);
}

static void
ask(unsigned i, const char *name, const char *password, size_t n)
{
	memset(&asked[i], 0, sizeof asked[i]);
	asked[i].q.name = name;
	asked[i].q.password = (struct slice){ password, n };
	asked[i].q.done = on_done;
	checkers_ask(&c, &asked[i].q);
}

/* what a shell command says of one */
static int
one(const char *command, const char *name, const char *password, size_t n)
{
	static char *argv[] = { "sh", "-c", NULL, NULL };

	argv[2] = (char *)command;
	checkers_init(&c, argv, 1, 1);
	answers = 0;
	ask(0, name, password, n);
	wait_for(1);
	return asked[0].n == 1 ? asked[0].right : -2;
}

static void
test_ends(void)
{
	static const struct {
		const char *command;
		int right;
	} t[] = { { "exit 0", 1 }, { "exit 1", 0 }, { "exit 2", -1 },
		{ "exit 111", -1 }, { "kill -9 $$", -1 },
		{ "exec sleep 100", -1 }, { "sleep 100 & wait", -1 },
		{ "echo why >&2; exit 1", 0 },
		{ "test \"$(tr '\\0' : <&3)\" = ann:secret::", 1 },
		{ "test \"$(cat <&0)\" = '' && echo x", 1 },
		{ "exec 3<&-; test \"$(ls /proc/self/fd | wc -l)\" = 4", 1 } };
	static char *none[] = { "no-such-program", NULL };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_num(one(t[i].command, "ann", "secret", 6), t[i].right,
		    t[i].command);
	checkers_init(&c, none, 1, 1);
	answers = 0;
	ask(0, "ann", "secret", 6);
	is_num(asked[0].right, -1, "what cannot be run says nothing");
}

static void
test_length(void)
{
	static char big[CHECKERS_DATA_MAX];

	memset(big, 'x', sizeof big);
	is_num(one("test $(wc -c <&3) = 512", "ann", big,
		   CHECKERS_DATA_MAX - 6),
	    1, "512 bytes");
	is_num(one("exit 0", "ann", big, CHECKERS_DATA_MAX - 5), 0, "one more");
}

/* two at once, each for its own question */
static void
test_line(void)
{
	static char *argv[] = { "sh", "-c",
		"case $(tr '\\0' : <&3) in a*) exit 0;; b*) exit 1;; esac; "
		"exit 2",
		NULL };
	unsigned i, at_once = 0;

	checkers_init(&c, argv, 2, 20);
	answers = 0;
	for (i = 0; i < ASKED; i++)
		ask(i, i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c", "p", 1);
	for (i = 0; i < 2; i++)
		at_once += c.one[i].child.pid != 0;
	is_num(at_once, 2, "two at once");
	ok(c.line.first != NULL, "the others wait");
	wait_for(ASKED);
	for (i = 0; i < ASKED; i++)
		ok(asked[i].n == 1 &&
			asked[i].right ==
			    (i % 3 == 0          ? 1
				    : i % 3 == 1 ? 0
						 : -1),
		    "its own answer");
}

static void
test_stop(void)
{
	static char *argv[] = { "sleep", "100", NULL };

	checkers_init(&c, argv, 1, 100);
	answers = 0;
	ask(0, "ann", "p", 1);
	checkers_stop(&c);
	while (c.one[0].child.pid != 0)
		wait_for(0);
	is_num(answers, 0, "stopped, nothing is answered");
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	test_ends();
	test_length();
	test_line();
	test_stop();
	return done();
}
