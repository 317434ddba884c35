/* the children of auth-cdb: one question each, and what becomes of it when
 * they end, say nonsense, or cannot be run */
#include "sasl/hashers.h"
#include "looprun.h"
#include "tap.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ASKED = 6 };

static char dir[] = "/tmp/hashers.XXXXXX", program[64];
static struct hashers h;
static struct {
	struct hashers_question q; /* first */
	int n, right;
} asked[ASKED];
static int answers;

static void
on_done(struct hashers_question *q, int right)
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

static int
wait_for(int n)
{
	return looprun_until(NULL, has_answers, &n);
}

static void
ask(unsigned n)
{
	unsigned i;

	answers = 0;
	memset(asked, 0, sizeof asked);
	for (i = 0; i < n; i++) {
		asked[i].q.hash = "hash";
		asked[i].q.password = (struct slice){ "pass", 4 };
		asked[i].q.done = on_done;
		hashers_ask(&h, &asked[i].q);
	}
}

static void
is_program(const char *text)
{
	int fd;

	unlink(program);
	if (text == NULL)
		return;
	fd = open(program, O_WRONLY | O_CREAT, 0700);
	if (write(fd, text, strlen(text)) == -1)
		exit(1);
	close(fd);
}

static unsigned
running(void)
{
	unsigned i, n = 0;

	for (i = 0; i < h.n; i++)
		n += h.one[i].child.pid != 0;
	return n;
}

static void
all(int right, const char *what)
{
	int i, good = 0;

	ok(wait_for(ASKED), what);
	for (i = 0; i < ASKED; i++)
		good += asked[i].n == 1 && asked[i].right == right;
	is_num(good, ASKED, "each has its answer");
}

int
main(void)
{
	char path[100];

	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(program, sizeof program, "%s/auth-hash", dir);
	setenv("PATH", "/usr/bin:/bin", 1);
	hashers_init(&h, 2);
	ask(ASKED);
	all(-1, "none can be run: not known");
	is_program("#!/bin/sh\n"
		   "while dd bs=4096 count=1 2>/dev/null | grep -q .; do "
		   "printf 1:Y,; done\n");
	snprintf(path, sizeof path, "%s:/usr/bin:/bin", dir);
	setenv("PATH", path, 1);
	/* what is asked before the pause is over has no answer */
	do {
		ask(1);
		wait_for(1);
	} while (asked[0].right == -1);
	is_num(asked[0].right, 1, "when it is there, it is run");
	ask(ASKED);
	all(1, "two answer all");
	ok(running() >= 1 && running() <= 2, "two, and no more");
	is_program("#!/bin/sh\ndd bs=4096 count=1 >/dev/null 2>&1; exit 1\n");
	kill(h.one[0].child.pid, SIGKILL);
	kill(h.one[1].child.pid, SIGKILL);
	ask(ASKED);
	all(-1, "they die of each question: not known");
	is_program("#!/bin/sh\ndd bs=4096 count=1 >/dev/null 2>&1\n"
		   "echo nonsense; exec cat >/dev/null\n");
	ask(ASKED);
	all(-1, "they say nonsense: the same");
	is_program("#!/bin/sh\ndd bs=4096 count=1 >/dev/null 2>&1\n"
		   "printf '4:Zbad,'; dd bs=4096 count=1 >/dev/null 2>&1\n"
		   "printf 1:N,; exec cat >/dev/null\n");
	ask(1);
	ok(wait_for(1) && asked[0].right == -1, "a reason is no answer");
	hashers_stop(&h);
	while (running() > 0)
		wait_for(answers);
	ok(1, "they are ended");
	is_program(NULL);
	rmdir(dir);
	return done();
}
