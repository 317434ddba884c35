/*
 * http-load [-c CONNECTIONS] [-i IDLE] SOCKET KEY PATH BODYFILE REQUESTS - a client of
 * http-recv that costs little: so many connections that stay, each with the next request
 * as soon as the last is answered, by one file that is its body
 *
 * Prints requests a second, and how many were answered 2xx.  IDLE connections more say
 * one GET /healthz and then nothing: what they cost is measured at the server.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER = 1 << 20 };

struct conn {
	int fd;
	size_t out, in;
	char *answer;
};

static char *request;
static size_t request_len;
static unsigned long asked, answered, good, total;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
fail(const char *what)
{
	perror(what);
	exit(111);
}

static int
dial(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
	while (connect(fd, (struct sockaddr *)&un, sizeof un) == -1)
		if (errno != EAGAIN && errno != EINTR)
			fail("connect");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void
make(const char *key, const char *path, const char *file)
{
	FILE *f = fopen(file, "r");
	long n;
	int head;

	if (f == NULL || fseek(f, 0, SEEK_END) == -1)
		fail(file);
	n = ftell(f);
	rewind(f);
	request = malloc((size_t)n + 1000);
	head = sprintf(request,
	    "POST %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: %s\r\nContent-Length: %ld\r\n\r\n",
	    path, key,
	    strstr(path, "mail/send") ? "message/rfc822" : "application/json",
	    n);
	if (fread(request + head, 1, (size_t)n, f) != (size_t)n)
		fail(file);
	request_len = (size_t)head + (size_t)n;
	fclose(f);
}

/* the bytes of a whole answer at the front, 0: it is not whole */
static size_t
whole(struct conn *c)
{
	char *end, *len;
	size_t n;

	c->answer[c->in] = '\0';
	end = strstr(c->answer, "\r\n\r\n");
	len = strstr(c->answer, "Content-Length: ");
	if (end == NULL || len == NULL)
		return 0;
	n = (size_t)(end + 4 - c->answer) + strtoul(len + 16, NULL, 10);
	return c->in >= n ? n : 0;
}

static void
put(struct conn *c)
{
	ssize_t n;

	while (c->out < request_len) {
		n = write(c->fd, request + c->out, request_len - c->out);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == -1)
			fail("write");
		c->out += (size_t)n;
	}
}

static void
get(struct conn *c)
{
	ssize_t n = read(c->fd, c->answer + c->in, ANSWER - c->in - 1);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0)
		fail("the server hung up");
	c->in += (size_t)n;
	if (whole(c) == 0)
		return;
	answered++;
	good += c->answer[9] == '2' && strncmp(c->answer + 9, "207", 3) != 0;
	if (answered == 1 && c->answer[9] != '2')
		fputs(c->answer, stderr);
	c->in = 0;
	if (asked < total) {
		asked++;
		c->out = 0;
		put(c);
	}
}

static void
load(const char *path, unsigned conns)
{
	struct conn *c = calloc(conns, sizeof *c);
	struct epoll_event ev[64];
	int ep = epoll_create1(0), i, n;
	unsigned k;
	double begin = now(), s;

	for (k = 0; k < conns && asked < total; k++) {
		c[k].fd = dial(path);
		c[k].answer = malloc(ANSWER);
		ev[0].events = EPOLLIN | EPOLLOUT | EPOLLET;
		ev[0].data.ptr = &c[k];
		epoll_ctl(ep, EPOLL_CTL_ADD, c[k].fd, ev);
		asked++;
		put(&c[k]);
	}
	while (answered < total) {
		n = epoll_wait(ep, ev, 64, 60000);
		if (n <= 0)
			fail("nothing comes");
		for (i = 0; i < n; i++) {
			put(ev[i].data.ptr);
			get(ev[i].data.ptr);
		}
	}
	s = now() - begin;
	printf("%.0f requests a second, %lu of %lu accepted, %.2f s\n",
	    (double)total / s, good, total, s);
}

static void
idle(const char *path, unsigned n)
{
	static const char hello[] = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
	char b[1000];
	unsigned i;

	for (i = 0; i < n; i++) {
		int fd = dial(path);

		if (write(fd, hello, sizeof hello - 1) == -1)
			fail("write");
		while (read(fd, b, sizeof b) == -1)
			usleep(200);
	}
	printf("%u idle\n", n);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct rlimit r = { 60000, 60000 };
	unsigned conns = 16, idles = 0;
	int c;

	setrlimit(RLIMIT_NOFILE, &r);
	while ((c = getopt(argc, argv, "c:i:")) != -1)
		*(c == 'c' ? &conns : &idles) =
		    (unsigned)strtoul(optarg, NULL, 10);
	argv += optind;
	if (argc - optind != 5)
		return 100;
	make(argv[1], argv[2], argv[3]);
	total = strtoul(argv[4], NULL, 10);
	idle(argv[0], idles);
	if (total > 0)
		load(argv[0], conns);
	if (total == 0)
		pause();
	return 0;
}
