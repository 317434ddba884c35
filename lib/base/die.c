#include "base/die.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/exit.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *prog_name = "rohrpost";
void (*die_before)(void);

void
prog_init(char **argv)
{
	const char *s;
	int fd;

	if (argv[0] != NULL) {
		s = strrchr(argv[0], '/');
		prog_name = s != NULL ? s + 1 : argv[0];
	}
	opterr = 0; /* die_usage() says it */
	signal(SIGPIPE, SIG_IGN);
	/* a limit of file size is an error of write() like others */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* ignored, it hides how children ended */
	/* a file opened later must not become 0, 1 or 2 */
	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			die(EXIT_TEMP, "descriptor %d is closed", fd);
	/* nobody's mail is to be sent by such a clock and nobody know */
	if (clock_factor() == 0)
		die(EXIT_TEMP, "ROHRPOST_CLOCK: want BASE:MONO:N");
	if (clock_factor() > 1)
		warn("the clock runs %d times as fast", clock_factor());
}

static int
wait_writable(void)
{
	struct pollfd p = { .fd = 2, .events = POLLOUT };

	return poll(&p, 1, DIE_WAIT_MS) == 1;
}

static void
line(const char *severity, const char *fmt, va_list ap)
{
	char raw[DIE_LINE_MAX], out[DIE_LINE_MAX];
	size_t i, n = 0;
	unsigned char c;

	vsnprintf(raw, sizeof raw, fmt, ap);
	n = snprintf(out, sizeof out, "%s: %s", prog_name, severity);
	if (n > sizeof out / 2)
		n = sizeof out / 2;
	for (i = 0; raw[i] != '\0' && n < sizeof out - 6; i++) {
		c = raw[i];
		if (c >= 0x20 && c < 0x7f) {
			out[n++] = c;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		ascii_hex(out + n, c);
		n += 2;
	}
	out[n++] = '\n';
	/* who shares descriptor 2 may have made it non-blocking */
	while (write(2, out, n) == -1 &&
	    (errno == EINTR || (errno == EAGAIN && wait_writable())))
		;
}

void
die(int code, const char *fmt, ...)
{
	va_list ap;
	int saved = errno;

	if (die_before != NULL)
		die_before();
	errno = saved;
	va_start(ap, fmt);
	line("fatal: ", fmt, ap);
	va_end(ap);
	_exit(code);
}

void
warn(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	line("warning: ", fmt, ap);
	va_end(ap);
	errno = saved;
}

void
info(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	line("info: ", fmt, ap);
	va_end(ap);
	errno = saved;
}

void
die_usage(const char *text)
{
	die(EXIT_PERM, "usage: %s", text);
}

void *
need(void *p)
{
	if (p == NULL)
		die(EXIT_TEMP, "out of memory");
	return p;
}

void
needs(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
}
