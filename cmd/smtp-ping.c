/* smtp-ping - does an SMTP server take mail?  See smtp-ping(8). */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/ip.h"
#include "base/num.h"
#include "base/opt.h"
#include "smtp/reply.h"
#include "smtp/stream.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
	TIMEOUT_MAX = 3600, /* -t */
	SHOWN_MAX = 400     /* bytes of a reply in a diagnostic */
};

static uint64_t timeout_s = 10;

static socklen_t
parse_address(const char *s, struct sockaddr_storage *sa)
{
	const char *colon = strrchr(s, ':');
	unsigned char ip[IP_LEN];
	uint64_t port;
	size_t n;

	if (colon == NULL || num_scans(colon + 1, 1, 65535, &port) == -1)
		return 0;
	if (*s == '[' && colon > s && colon[-1] == ']') {
		s++;
		n = colon - s - 1;
	} else {
		n = colon - s;
	}
	n = ip_scan(s, n, ip);
	return n == 0 ? 0 : ip_sockaddr(sa, ip, n, (uint16_t)port);
}

/* the kernel's word for it is another where a time was set */
static void
name_timeout(void)
{
	if (errno == EAGAIN || errno == EINPROGRESS)
		errno = ETIMEDOUT;
}

static struct stream server;

/* what came and was not looked at yet */
static char got[REPLY_MAX + 1];
static size_t got_n;

/* its lines as one, for a diagnostic: no byte ends it early */
static const char *
flat(const char *p, size_t n)
{
	static char text[SHOWN_MAX + 1];
	size_t i, o = 0;

	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	for (i = 0; i < n && o < SHOWN_MAX; i++)
		if (p[i] == '\n')
			text[o++] = ' ';
		else if (p[i] != '\r' || i + 1 == n || p[i + 1] != '\n')
			text[o++] = p[i] == '\0' ? '?' : p[i];
	text[o] = '\0';
	return text;
}

/* more bytes of a reply that must be there by end_ms, however slow they come */
static void
take(int64_t end_ms)
{
	struct pollfd p = { .fd = stream_fd(&server), .events = POLLIN };
	int64_t left = end_ms - clock_mono_ms();
	ssize_t r;

	errno = ETIMEDOUT;
	r = left <= 0 ? 0 : poll(&p, 1, (int)left);
	if (r == 0)
		die(EXIT_TEMP, "no reply: %m%s%s",
		    got_n > 0 ? ", behind: " : "", flat(got, got_n));
	r = r == -1 ? -1
		    : stream_read(&server, got + got_n, sizeof got - got_n);
	if (r == -1 && errno != EINTR && errno != EAGAIN)
		die(EXIT_TEMP, "no reply: %m");
	if (r == 0)
		die(EXIT_TEMP, "connection closed%s%s",
		    got_n > 0 ? ", behind: " : "", flat(got, got_n));
	if (r > 0)
		got_n += r;
}

/* a reply whose code begins with `want` */
static void
expect(unsigned want)
{
	int64_t end_ms = clock_mono_ms() + (int64_t)timeout_s * 1000;
	struct reply reply;
	long n;

	while ((n = reply_parse(got, got_n, &reply)) == 0)
		take(end_ms);
	if (n == -1)
		die(EXIT_TEMP, "no SMTP reply: %s", flat(got, got_n));
	if (reply.code / 100 != want)
		die(EXIT_TEMP, "the server said: %s", flat(got, n));
	got_n -= n;
	memmove(got, got + n, got_n);
}

static void
say(const char *line)
{
	errno = ETIMEDOUT;
	if (stream_send(&server, line, strlen(line)) == -1 ||
	    stream_pending(&server) > 0)
		die(EXIT_TEMP, "unable to write: %m");
}

static int
dial(const char *address)
{
	struct sockaddr_storage sa;
	socklen_t n = parse_address(address, &sa);
	struct timeval tv = { .tv_sec = timeout_s };
	int fd;

	if (n == 0)
		die(EXIT_PERM, "%s: must be ADDR:PORT or [ADDR6]:PORT",
		    address);
	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		die(EXIT_TEMP, "unable to make a socket: %m");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
	if (connect(fd, (struct sockaddr *)&sa, n) == -1) {
		name_timeout();
		die(EXIT_TEMP, "unable to connect to %s: %m", address);
	}
	return fd;
}

int
main(int argc, char **argv)
{
	static const char usage[] = "smtp-ping [-t SECONDS] ADDR:PORT";
	int fd, c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+t:")) != -1) {
		if (c != 't')
			die_usage(usage);
		timeout_s = opt_num(c, optarg, 1, TIMEOUT_MAX);
	}
	if (argc - optind != 1)
		die_usage(usage);
	fd = dial(argv[optind]);
	stream_open(&server, fd, fd);
	expect(2);
	say("EHLO localhost\r\n");
	expect(2);
	say("MAIL FROM:<>\r\n");
	expect(2);
	say("RCPT TO:<postmaster>\r\n");
	expect(2);
	say("RSET\r\n");
	expect(2);
	say("QUIT\r\n");
	return EXIT_OK;
}
