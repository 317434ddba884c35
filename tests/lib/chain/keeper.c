#include "chain/keeper.h"
#include "base/clock.h"
#include "tap.h"
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* what keeper and workers say, a line each */
static int says[2];

static void
say(const char *what, int number)
{
	dprintf(says[1], "%s %d\n", what, number);
}

static void
on_up(void)
{
	say("up", 0);
}
static void
on_died(unsigned i)
{
	say("died", (int)i);
}
static void
on_stopping(void)
{
	say("stopping", 0);
}
static void
on_ended(void)
{
	say("ended", 0);
}

static const struct keeper_calls calls = { on_up, on_died, on_stopping,
	on_ended };

/* a keeper with n workers, which do this */
static pid_t
keep(unsigned n, void (*work)(int))
{
	pid_t pid;
	int i;

	if (pipe(says) == -1)
		_exit(1);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(says[0]);
		/* no diagnostics in the test's output */
		dup2(open("/dev/null", O_WRONLY), 2);
		i = keeper_run(n, &calls);
		work(i);
		_exit(0);
	}
	close(says[1]);
	return pid;
}

/* the next line without its LF, within ten seconds; "" at the end */
static const char *
heard(void)
{
	static char line[80];
	struct pollfd p = { says[0], POLLIN, 0 };
	size_t n = 0;

	while (n + 1 < sizeof line && poll(&p, 1, 10000) == 1 &&
	    read(says[0], line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	return line;
}

static int
number_of(const char *word)
{
	const char *s = heard();
	size_t n = strlen(word);
	int i = -1;

	if (strncmp(s, word, n) == 0 && s[n] == ' ')
		i = atoi(s + n + 1);
	else
		printf("# heard %s, not %s\n", s, word);
	return i;
}

static int
status_of(pid_t pid)
{
	int st;

	return waitpid(pid, &st, 0) == pid ? st : -1;
}

/* it serves until TERM comes */
static void
serve(int i)
{
	keeper_ready();
	say("worker", getpid());
	(void)i;
	for (;;)
		pause();
}

static void
say_number(int i)
{
	say("number", i);
	serve(i);
}

static void
deaf(int i)
{
	signal(SIGTERM, SIG_IGN);
	serve(i);
}

static void
fails(int i)
{
	(void)i;
	_exit(100);
}

static void
fails_as_second(int i)
{
	if (i == 0)
		serve(i);
	/* the first one is up by then, or this test says nothing */
	poll(NULL, 0, 50);
	_exit(111);
}

/* the keeper and its worker may be heard in any order */
static int
worker_and_up(void)
{
	int i, n, w = -1, is_up = 0;
	const char *s;

	for (i = 0; i < 2; i++) {
		s = heard();
		if (sscanf(s, "worker %d", &n) == 1)
			w = n;
		is_up += strcmp(s, "up 0") == 0;
	}
	return is_up == 1 ? w : -1;
}

static void
again(void)
{
	pid_t k = keep(1, say_number);
	int w, st;

	is_num(number_of("number"), 0, "it has a number");
	w = worker_and_up();
	ok(w > 0, "a worker, and the keeper knows");
	kill(w, SIGKILL);
	is_num(number_of("died"), 0, "it is missed");
	is_num(number_of("number"), 0, "and there again");
	w = number_of("worker");
	ok(w > 0, "another");
	kill(k, SIGTERM);
	is_num(number_of("stopping"), 0, "TERM");
	is_num(number_of("died"), 0, "the worker ends");
	is_num(number_of("ended"), 0, "the keeper");
	st = status_of(k);
	is_num(st, 0, "in order");
	is_str(heard(), "", "nobody is left");
	close(says[0]);
}

static void
processors(void)
{
	unsigned n = keeper_processors();
	cpu_set_t all, one;
	int cpu = 0;

	sched_getaffinity(0, sizeof all, &all);
	is_num(n, CPU_COUNT(&all) < 64 ? CPU_COUNT(&all) : 64, "processors");
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
	is_num(keeper_processors(), 1, "those that it may use");
	sched_setaffinity(0, sizeof all, &all);
}

int
main(void)
{
	pid_t k;
	int64_t t;

	again();

	/* the keeper dies: who works for it ends */
	k = keep(2, serve);
	heard();
	heard();
	heard();
	kill(k, SIGKILL);
	status_of(k);
	is_str(heard(), "", "killed: its workers end");
	close(says[0]);

	/* one that does not end */
	k = keep(1, deaf);
	heard();
	heard();
	t = clock_mono_ms();
	kill(k, SIGTERM);
	is_num(number_of("stopping"), 0, "TERM");
	is_num(number_of("ended"), 0, "ends without it");
	t = clock_mono_ms() - t;
	ok(t >= KEEPER_STOP_MS - 50, "after its time");
	is_num(status_of(k), 0, "in order");
	is_str(heard(), "", "it was killed");
	close(says[0]);

	k = keep(2, fails);
	is_num(status_of(k) >> 8, 100, "no worker comes up: its status");
	close(says[0]);

	k = keep(2, fails_as_second);
	heard();
	heard();
	is_num(number_of("died"), 1, "one comes up, the other does not");
	t = clock_mono_ms();
	is_num(number_of("died"), 1, "it is started again");
	is_num(number_of("died"), 1, "and again");
	ok(clock_mono_ms() - t >= KEEPER_BACKOFF_MIN_MS * 3, "later each time");
	kill(k, SIGINT);
	is_num(status_of(k), 0, "INT ends it");
	close(says[0]);
	processors();
	return done();
}
