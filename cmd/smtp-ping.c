/* smtp-ping - does an SMTP server take mail?  See smtp-ping(8). */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { REPLY_MAX = 4096, TIMEOUT_MAX = 3600 };

static uint64_t timeout_s = 10;

static socklen_t
parse_address(const char *s, struct sockaddr_storage *sa)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)sa;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)sa;
	const char *colon = strrchr(s, ':');
	char ip[INET6_ADDRSTRLEN + 2];
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
	if (n >= sizeof ip)
		return 0;
	memcpy(ip, s, n);
	ip[n] = '\0';
	memset(sa, 0, sizeof *sa);
	if (inet_pton(AF_INET, ip, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof *v4;
	}
	if (inet_pton(AF_INET6, ip, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		return sizeof *v6;
	}
	return 0;
}

/* the kernel's word for it is another where a time was set */
static void
name_timeout(void)
{
	if (errno == EAGAIN || errno == EINPROGRESS)
		errno = ETIMEDOUT;
}

/* the last line of a reply; its code must begin with `want` */
static void
expect(int fd, char want)
{
	char reply[REPLY_MAX], *line;
	size_t n = 0;
	ssize_t r;

	for (;;) {
		r = read(fd, reply + n, sizeof reply - 1 - n);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1) {
			name_timeout();
			die(EXIT_TEMP, "no reply: %m");
		}
		if (r == 0)
			die(EXIT_TEMP, "connection closed");
		n += r;
		reply[n] = '\0';
		while ((line = strstr(reply, "\r\n")) != NULL) {
			*line = '\0';
			if (strlen(reply) < 3 || reply[3] != '-') {
				if (reply[0] != want)
					die(EXIT_TEMP, "the server said: %s",
					    reply);
				return;
			}
			n -= line + 2 - reply;
			memmove(reply, line + 2, n + 1);
		}
		if (n == sizeof reply - 1)
			die(EXIT_TEMP, "a reply line is too long");
	}
}

static void
say(int fd, const char *line)
{
	if (fd_write_all(fd, line, strlen(line)) == -1)
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
	opterr = 0;
	while ((c = getopt(argc, argv, "+t:")) != -1)
		if (c != 't' ||
		    num_scans(optarg, 1, TIMEOUT_MAX, &timeout_s) == -1)
			die_usage(usage);
	if (argc - optind != 1)
		die_usage(usage);
	fd = dial(argv[optind]);
	expect(fd, '2');
	say(fd, "EHLO localhost\r\n");
	expect(fd, '2');
	say(fd, "MAIL FROM:<>\r\n");
	expect(fd, '2');
	say(fd, "RCPT TO:<postmaster>\r\n");
	expect(fd, '2');
	say(fd, "RSET\r\n");
	expect(fd, '2');
	say(fd, "QUIT\r\n");
	return EXIT_OK;
}
