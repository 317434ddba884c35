/* tlscheck/probe: servers that do not come as far as TLS */
#include "tlscheck/probe.h"
#include "tap.h"
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char here[4] = { 127, 0, 0, 1 };
static char said[8192];

static void
hear(void *arg, enum dnscheck_grade g, const char *subject, const char *text)
{
	size_t n = strlen(said);

	(void)arg;
	snprintf(said + n, sizeof said - n, "%s %s: %s\n", dnscheck_word(g),
	    subject, text);
}

static const struct dnscheck_report report = { hear, NULL };

/* in place of a line: the head of a record, and a byte of it each 20 ms, as
 * long as somebody listens */
static const char drops[] = "\x16\3\3\x40";

static void
drip(int c)
{
	struct pollfd p = { .fd = c, .events = POLLIN };
	ssize_t n = write(c, drops, sizeof drops);

	while (n > 0 && poll(&p, 1, 20) == 0)
		n = send(c, "", 1, MSG_NOSIGNAL);
}

static void
serve(int c, const char *const *lines)
{
	char line[1024];
	size_t i;

	for (i = 0; lines[i] != NULL && lines[i] != drops; i++)
		if (write(c, lines[i], strlen(lines[i])) < 0 ||
		    read(c, line, sizeof line) <= 0)
			return;
	if (lines[i] == drops)
		drip(c);
}

/* each connection hears the lines, one at first and one for each that it says;
 * NULL: nobody listens */
static const char *
asked_for(const char *const *lines, int implicit, int64_t step_ms)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct probe p = {
		.said = { .where = "w", .host = "mx.test", .report = &report },
		.ip = here,
		.ip_len = 4,
		.name = "mx.test",
		.helo = "me.test",
		.step_ms = step_ms,
		.implicit = implicit != 0
	};
	int l = socket(AF_INET, SOCK_STREAM, 0), c;
	socklen_t n = sizeof sa;
	pid_t pid = 0;

	bind(l, (struct sockaddr *)&sa, n);
	if (lines != NULL)
		listen(l, 5);
	getsockname(l, (struct sockaddr *)&sa, &n);
	p.said.port = ntohs(sa.sin_port);
	if (lines != NULL && (pid = fork()) == 0) {
		alarm(60);
		for (; (c = accept(l, NULL, NULL)) != -1; close(c))
			serve(c, lines);
	}
	said[0] = '\0';
	probe(&p);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(l);
	return said;
}

static const char *
asked(const char *const *lines, int implicit)
{
	return asked_for(lines, implicit, 5000);
}

int
main(void)
{
	static const char *const busy[] = { "421 busy\r\n", NULL },
				 *const plain[] = { "220 hi\r\n",
					 "250-me\r\n250 SIZE\r\n", NULL },
				 *const away[] = { "220 hi\r\n",
					 "250-me\r\n250 STARTTLS\r\n",
					 "454 4.7.0 no\r\n", NULL },
				 *const lies[] = { "220 hi\r\n",
					 "250-me\r\n250 STARTTLS\r\n",
					 "220 go\r\n", "rubbish", NULL },
				 *const slow[] = { "220 hi\r\n",
					 "250-me\r\n250 STARTTLS\r\n",
					 "220 go\r\n", drops, NULL },
				 *const deaf[] = { "220 hi\r\n",
					 "502 what?\r\n", NULL };
	const char *s;

	is_str(asked(NULL, 0),
	    "bad w connect: unable to connect: Connection refused; nobody "
	    "listens there: is the server up, and the port right?\n",
	    "nobody");
	is_str(asked(busy, 0),
	    "bad w connect: the server said: 421 busy; without a greeting no "
	    "mail comes in\n",
	    "no greeting");
	is_str(asked(plain, 0),
	    "good w connect: 220 hi\nbad w starttls: not offered: mail comes "
	    "in clear; give the server a certificate\n",
	    "no TLS");
	is_str(asked(deaf, 0),
	    "good w connect: 220 hi\nbad w starttls: no EHLO: the server said: "
	    "502 what?\n",
	    "no EHLO");
	is_str(asked(away, 0),
	    "good w connect: 220 hi\nbad w starttls: offered, and not begun: "
	    "the server said: 454 4.7.0 no; its log says why\n",
	    "not now");
	s = asked(lies, 0);
	ok(strstr(s, "good w starttls: offered\nbad w handshake: no TLS: ") !=
		NULL,
	    "what is no TLS");
	ok(strstr(s, "bad w version: none of TLS 1.0 to 1.3\n") != NULL,
	    "has no version");
	s = asked_for(slow, 0, 300);
	ok(strstr(s, "bad w handshake: no TLS: Connection timed out\n") != NULL,
	    "drop by drop");
	ok(strstr(s, "version") == NULL, "what is late refuses no version");
	ok(strstr(s,
	       "warning w questions: 7 could not be asked, so not all of this "
	       "may be true: no reply: Connection timed out") != NULL,
	    "is an answer of no version");
	s = asked(busy, 1);
	ok(strstr(s, "bad w handshake: no TLS: ") == s, "no TLS at first");
	return done();
}
