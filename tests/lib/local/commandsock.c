#include "local/commandsock.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef W_EXITCODE
#define W_EXITCODE(code, signal) ((code) << 8 | (signal))
#endif

static const struct {
	const char *text;
	int r, status;
} answers[] = {
	{ "exit:0\n", 1, W_EXITCODE(0, 0) },
	{ "exit:255\n", 1, W_EXITCODE(255, 0) },
	{ "exit:256\n", -1, 0 },
	{ "signal:9\n", 1, W_EXITCODE(0, 9) },
	{ "signal:0\n", -1, 0 },
	{ "signal:128\n", -1, 0 },
	{ "exit:1", -1, 0 },
	{ "\n", -1, 0 },
	{ "nonsense\n", -1, 0 },
	{ "", -1, 0 },
};

static void
read_answers(void)
{
	int s[2], st;
	size_t i;

	for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s);
		is_num(commandsock_status(s[0], &st), 0, "not yet");
		if (write(s[1], answers[i].text, strlen(answers[i].text)) < 0)
			return;
		close(s[1]);
		st = 0;
		is_num(commandsock_status(s[0], &st), answers[i].r,
		    answers[i].text);
		is_num(st, answers[i].status, "status");
		close(s[0]);
	}
}

static void
round_trip(void)
{
	static const int st[] = { W_EXITCODE(0, 0), W_EXITCODE(111, 0),
		W_EXITCODE(0, SIGKILL) };
	int s[2], got;
	size_t i;

	for (i = 0; i < sizeof st / sizeof st[0]; i++) {
		socketpair(AF_UNIX, SOCK_STREAM, 0, s);
		is_num(commandsock_answer(s[0], st[i]), 0, "answer");
		is_num(commandsock_status(s[1], &got), 1, "is read");
		is_num(got, st[i], "the same");
		close(s[0]);
		close(s[1]);
	}
}

static void
ask_and_take(void)
{
	static struct commandsock_request r;
	static char line[LTSV_LINE_MAX + 1];
	struct sockaddr_un sa = { .sun_family = AF_UNIX, .sun_path = "s" };
	int l = socket(AF_UNIX, SOCK_STREAM, 0), p[2], c, a;
	char b = 'x', got = 0;

	is_num(commandsock_ask("s", "command:x\n", 10, 0, 1), -1, "nobody");
	is_num(errno, ENOENT, "ENOENT");
	if (bind(l, (struct sockaddr *)&sa, sizeof sa) == -1 ||
	    listen(l, 5) == -1 || pipe(p) == -1)
		return;
	c = commandsock_ask("s", "command:x\tuser:u\n", 17, p[0], p[1]);
	ok(c != -1, "ask");
	a = accept(l, NULL, NULL);
	ok(commandsock_take(a, &r) == NULL, "take");
	ok(ltsv_is(ltsv_find(&r.fields, "command"), "x") &&
		ltsv_is(ltsv_find(&r.fields, "user"), "u"),
	    "the fields");
	ok(write(r.out, &b, 1) == 1 && read(p[0], &got, 1) == 1 && got == b,
	    "the second descriptor");
	ok(write(p[1], &b, 1) == 1 && read(r.in, &got, 1) == 1, "the first");
	close(a);
	close(c);

	memset(line, 'x', sizeof line);
	memcpy(line, "command:", 8);
	line[LTSV_LINE_MAX - 1] = '\n';
	c = commandsock_ask("s", line, LTSV_LINE_MAX, 0, 1);
	a = accept(l, NULL, NULL);
	ok(c != -1 && commandsock_take(a, &r) == NULL, "the longest line");
	close(a);
	close(c);
	is_num(commandsock_ask("s", line, LTSV_LINE_MAX + 1, 0, 1), -1,
	    "one byte more");
	is_num(errno, EMSGSIZE, "EMSGSIZE");
	line[107] = '\0';
	is_num(commandsock_ask(line, "command:x\n", 10, 0, 1), -1,
	    "107 bytes of a path");
	is_num(errno, ENOENT, "ENOENT");
	line[107] = 'x';
	line[108] = '\0';
	is_num(commandsock_ask(line, "command:x\n", 10, 0, 1), -1, "108");
	is_num(errno, ENAMETOOLONG, "ENAMETOOLONG");
	close(l);
	unlink("s");
}

static void
refused(void)
{
	static struct commandsock_request r;
	static const char *const bad[] = { "", "x", "x\n", "a:b\n", "\n",
		"command:x\n" };
	int s[2];
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		socketpair(AF_UNIX, SOCK_STREAM, 0, s);
		if (write(s[1], bad[i], strlen(bad[i])) == -1)
			return;
		close(s[1]);
		errno = 1;
		ok(commandsock_take(s[0], &r) != NULL && errno == 0, bad[i]);
		close(s[0]);
	}
}

int
main(void)
{
	char dir[] = "/tmp/commandsock.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 1;
	read_answers();
	round_trip();
	ask_and_take();
	refused();
	is_num(chdir("/"), 0, "away");
	is_num(rmdir(dir), 0, "nothing is left behind");
	return done();
}
