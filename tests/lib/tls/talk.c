/* tls/talk: a dialogue with a server that says what it is told to */
#include "base/clock.h"
#include "tap.h"
#include "tls/talk.h"
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char here[4] = { 127, 0, 0, 1 };
static struct talk t;
static struct reply r;

/* a server in a process of its own: says it all, and waits for the end; with
 * pause_ms between the bytes where that is not 0 */
static pid_t
serve(const char *says, unsigned pause_ms, uint16_t *port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof sa;
	int l = socket(AF_INET, SOCK_STREAM, 0), c;
	char byte[100];
	pid_t pid;

	bind(l, (struct sockaddr *)&sa, n);
	listen(l, 1);
	getsockname(l, (struct sockaddr *)&sa, &n);
	*port = ntohs(sa.sin_port);
	if ((pid = fork()) > 0) {
		close(l);
		return pid;
	}
	alarm(60);
	c = accept(l, NULL, NULL);
	if (pause_ms == 0)
		write(c, says, strlen(says));
	for (; pause_ms > 0 && *says != '\0'; says++) {
		write(c, says, 1);
		usleep(pause_ms * 1000);
	}
	shutdown(c, SHUT_WR);
	while (read(c, byte, sizeof byte) > 0)
		;
	_exit(0);
}

static pid_t
begin(const char *says, unsigned pause_ms, int64_t step_ms)
{
	uint16_t port;
	pid_t pid = serve(says, pause_ms, &port);

	is_num(talk_dial(&t, here, 4, port, step_ms), 0, "dialled");
	return pid;
}

static void
end(pid_t pid)
{
	talk_close(&t);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
replies(unsigned pause_ms)
{
	pid_t pid =
	    begin("220 hi\r\n250-a\r\n250 b\r\n554 no\r\n2", pause_ms, 10000);

	is_num(talk_expect(&t, 2, &r), 0, "a greeting");
	is_num(r.code, 220, "its code");
	is_num(talk_say(&t, "EHLO x\r\n"), 0, "we speak");
	is_num(talk_reply(&t, &r), 0, "a reply");
	is_num(r.lines, 2, "of two lines");
	is_num(talk_expect(&t, 2, &r), -1, "another");
	is_str(t.why, "the server said: 554 no", "is what it is");
	is_num(t.error, 0, "no call has failed");
	is_num(talk_reply(&t, &r), -1, "the end");
	is_str(t.why, "connection closed, behind: 2", "and what stood there");
	end(pid);
}

static void
bytes(void)
{
	static const struct tls_demand any = { .mode = TLS_ANY };
	static const struct tls_target target = { .demand = &any };
	pid_t pid = begin("220 hi\r\n220 go\r\n\x16more", 0, 10000);
	int64_t end_ms = clock_mono_ms() + 10000;
	char got[4];

	is_num(talk_expect(&t, 2, &r), 0, "a greeting");
	is_num(talk_expect(&t, 2, &r), 0, "go ahead");
	is_num(talk_get(&t, got, 4, end_ms), 4, "as many as are wanted");
	is_num(memcmp(got, "\x16mor", 4), 0, "of those that stand behind");
	is_num(talk_get(&t, got, 4, end_ms), 1, "the rest");
	is_num(talk_get(&t, got, 4, end_ms), 0, "the end");
	end(pid);

	pid = begin("220 hi\r\n220 go\r\n250 more\r\n", 0, 10000);
	talk_expect(&t, 2, &r);
	talk_expect(&t, 2, &r);
	is_num(talk_tls(&t, &target), -1, "TLS, and somebody spoke behind it");
	is_str(t.why, "no TLS: Protocol error, behind: 250 more", "told");
	end(pid);
	pid = begin("220 hi\r\nno TLS at all", 0, 10000);
	talk_expect(&t, 2, &r);
	t.got_n = t.used = 0;
	is_num(talk_tls(&t, &target), -1, "what is no TLS");
	is_num(strncmp(t.why, "no TLS: ", 8), 0, "is told");
	end(pid);
}

static void
faults(void)
{
	uint16_t port;
	pid_t pid = begin("2", 0, 10000);

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_num(talk_reply(&t, &r), -1, "cut off");
	talk_close(&t);
	pid = serve("", 0, &port);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_num(talk_dial(&t, here, 4, port, 1000), -1, "nobody");
	is_num(t.error, ECONNREFUSED, "is known");
	is_str(t.why, "unable to connect: Connection refused", "and told");
	pid = begin("220 slow greeting, a byte at a time\r\n", 100, 500);
	is_num(talk_reply(&t, &r), -1, "slower than its time");
	is_num(t.error, ETIMEDOUT, "is late");
	is_num(strncmp(t.why, "no reply: Connection timed out, behind: 22", 42),
	    0, "with what came");
	end(pid);
	pid = begin("hello\r\n", 0, 10000);
	is_num(talk_reply(&t, &r), -1, "no SMTP");
	is_str(t.why, "no SMTP reply: hello", "is told");
	end(pid);
}

int
main(void)
{
	replies(0);
	replies(2);
	bytes();
	faults();
	return done();
}
