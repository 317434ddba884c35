/*
 * tls-load - SMTP under TLS by OpenSSL: a source of messages, and a sink
 *
 * usage: tls-load [-2cr] [-k N] [-l BYTES] [-m MESSAGES] [-s SESSIONS] PORT
 *        tls-load [-2c] -i CONNECTIONS PORT
 *        tls-load [-2] -S CERTIFICATE PORT
 *
 * A source has SESSIONS connections to 127.0.0.1 at a time, sends N messages
 * over each, every command when the one before is answered, and says on one
 * line of LTSV how fast that went and what CPU time it has used itself.  With
 * -r each handshake resumes the last session, -2 is TLS 1.2 alone, -c is
 * without TLS.  With -i it opens connections, says EHLO under TLS, prints
 * "up:CONNECTIONS" and holds them until its input ends.
 *
 * A sink takes all, and keeps a line of "mesg=N handshakes=N resumed=N cpu_ms=N"
 * at the beginning of its output, a file.
 */
#include "base/num.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	READ_BYTES = 16384,
	REPLY_MAX = 4096, /* of a sink, to what came at once */
	EVENTS = 256,
	CONNS_MAX = 20000,
	BYTES_MAX = 1 << 20
};

struct conn {
	int fd; /* -1: not open */
	SSL *ssl;
	unsigned shaking : 1, starts : 1, ending : 1; /* when all has left */
	unsigned in_data : 1;
	unsigned at;     /* source: which reply is awaited; sink: bytes of the
			   * end that were seen */
	unsigned left;   /* messages to come over it */
	const char *out; /* what is to leave */
	size_t n_out;
	char line[16]; /* the beginning of one, in upper case */
	size_t n_line;
	char *replies; /* room, of a sink */
};

static SSL_CTX *ctx;
static SSL_SESSION *last; /* the session that is resumed next */
static int ep, is_sink, clear_text, resume, port;
static uint64_t n_idle;
static uint64_t per_conn = 1, n_begun, n_done, n_wanted, n_up, n_resumed;
static unsigned n_open;
static char how[80], *body;

static void
give_up(const char *what, const char *more)
{
	fprintf(stderr, "tls-load: %s%s\n", what, more);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu_ms(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e3 +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e3;
}

/* a connection */

static void
watch(struct conn *c, int fd)
{
	struct epoll_event ev = { EPOLLIN | EPOLLOUT | EPOLLET, { .ptr = c } };
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	c->fd = fd;
	n_open++;
	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) == -1)
		give_up("epoll: ", strerror(errno));
}

/* a session whose end was not said is resumed no more */
static void
drop(struct conn *c)
{
	char *replies = c->replies;

	if (c->ssl != NULL) {
		SSL_shutdown(c->ssl);
		SSL_free(c->ssl);
	}
	close(c->fd);
	n_open--;
	memset(c, 0, sizeof *c);
	c->fd = -1;
	c->replies = replies;
}

static void
begin_tls(struct conn *c)
{
	c->starts = 0;
	c->shaking = 1;
	c->ssl = SSL_new(ctx);
	if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1)
		give_up("out of memory", "");
	if (is_sink)
		SSL_set_accept_state(c->ssl);
	else
		SSL_set_connect_state(c->ssl);
	if (!is_sink && resume && last != NULL)
		SSL_set_session(c->ssl, last);
}

/* 1: something, 0: nothing now, -1: it is over */
static int
outcome(struct conn *c, int r)
{
	int err = SSL_get_error(c->ssl, r);

	if (r > 0)
		return 1;
	return err == SSL_ERROR_WANT_READ || err == SSL_ERROR_WANT_WRITE ? 0
									 : -1;
}

static void say(struct conn *, const char *);

static int
shake(struct conn *c)
{
	int r = outcome(c, SSL_do_handshake(c->ssl));

	if (r != 1)
		return r;
	c->shaking = 0;
	n_up++;
	n_resumed += SSL_session_reused(c->ssl) != 0;
	snprintf(how, sizeof how, "%s,%s", SSL_get_version(c->ssl),
	    SSL_get_cipher_name(c->ssl));
	if (!is_sink)
		say(c, "EHLO load.test\r\n");
	return 1;
}

/* 1: all has left, or as outcome() */
static int
put(struct conn *c)
{
	ssize_t n;
	int r;

	for (; c->n_out > 0; c->out += n, c->n_out -= (size_t)n) {
		if (c->ssl != NULL) {
			n = SSL_write(c->ssl, c->out, (int)c->n_out);
			if ((r = outcome(c, (int)n)) != 1)
				return r;
		} else if ((n = write(c->fd, c->out, c->n_out)) == -1) {
			return errno == EAGAIN ? 0 : -1;
		}
	}
	return 1;
}

/* the same; *n bytes were read */
static int
get(struct conn *c, char *p, ssize_t *n)
{
	if (c->ssl != NULL) {
		*n = SSL_read(c->ssl, p, READ_BYTES);
		return outcome(c, (int)*n);
	}
	*n = read(c->fd, p, READ_BYTES);
	return *n > 0 ? 1 : *n == -1 && errno == EAGAIN ? 0 : -1;
}

/* source */

enum { EHLO, AGAIN = 3, MAIL, END = 7, QUIT };

/* each is said when the one before has had its reply */
static const struct {
	const char *code, *say;
} steps[] = {
	{ "220 ", "EHLO load.test\r\n" },
	{ "250 ", "STARTTLS\r\n" },
	{ "220 ", "" },
	{ "250 ", "MAIL FROM:<bench@from.test>\r\n" },
	{ "250 ", "RCPT TO:<user@relay.test>\r\n" },
	{ "250 ", "DATA\r\n" },
	{ "354 ", NULL }, /* the body */
	{ "250 ", "MAIL FROM:<bench@from.test>\r\n" },
	{ "221 ", "" },
};

static void
say(struct conn *c, const char *text)
{
	c->out = text;
	c->n_out = strlen(text);
}

static void
fill_body(size_t size)
{
	static const char head[] = "From: <bench@from.test>\r\n"
				   "To: <user@relay.test>\r\n"
				   "Subject: bench\r\n\r\n";
	size_t i, n = sizeof head - 1;

	body = malloc(size + sizeof head + 80);
	if (body == NULL)
		give_up("out of memory", "");
	memcpy(body, head, n);
	for (i = 1; n < size; i++)
		n += (size_t)sprintf(body + n, "%s",
		    i % 36 == 0 ? "\r\n" : "ab");
	strcpy(body + n, "\r\n.\r\n");
}

static void
open_source(struct conn *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	to.sin_port = htons((uint16_t)port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 ||
	    (connect(fd, (struct sockaddr *)&to, sizeof to) == -1 &&
		errno != EINPROGRESS))
		give_up("unable to connect: ", strerror(errno));
	c->left = (unsigned)(n_wanted - n_begun < per_conn ? n_wanted - n_begun
							   : per_conn);
	n_begun += c->left;
	watch(c, fd);
}

/* it is up, and only held */
static void
hold(struct conn *c)
{
	c->at = QUIT;
	if (++n_done == n_idle) {
		printf("up:%u\tidle_tls:%s\n", n_open, how);
		fflush(stdout);
	}
}

static void
after_message(struct conn *c)
{
	n_done++;
	if (--c->left > 0) {
		say(c, steps[END].say);
		c->at = MAIL;
	} else {
		say(c, "QUIT\r\n");
		c->at = QUIT;
	}
}

static void
on_reply(struct conn *c)
{
	if (c->line[3] == '-')
		return;
	if (memcmp(c->line, steps[c->at].code, 4) != 0)
		give_up("unexpected reply: ", c->line);
	if (c->at == QUIT) {
		c->ending = 1;
	} else if (c->at == END) {
		after_message(c);
	} else if (c->at == AGAIN && n_idle > 0) {
		hold(c);
	} else {
		c->starts = c->at == EHLO + 2;
		say(c, steps[c->at].say != NULL ? steps[c->at].say : body);
		c->at++;
		/* in clear there is one EHLO */
		if (c->at == EHLO + 1 && clear_text)
			c->at = AGAIN;
	}
}

/* sink */

static void
reply(struct conn *c, const char *text)
{
	size_t n = strlen(text);

	if (c->n_out + n > REPLY_MAX)
		give_up("too many commands at once", "");
	memcpy(c->replies + c->n_out, text, n);
	c->out = c->replies;
	c->n_out += n;
}

static void
on_command(struct conn *c)
{
	if (strncasecmp(c->line, "EHLO", 4) == 0) {
		reply(c, "250-sink.test\r\n250-PIPELINING\r\n");
		reply(c, c->ssl == NULL ? "250-STARTTLS\r\n" : "");
		reply(c, "250 8BITMIME\r\n");
	} else if (strncasecmp(c->line, "STARTTLS", 8) == 0) {
		reply(c, "220 go on\r\n");
		c->starts = 1;
	} else if (strncasecmp(c->line, "DATA", 4) == 0) {
		reply(c, "354 go on\r\n");
		c->in_data = 1;
		c->at = 2;
	} else if (strncasecmp(c->line, "QUIT", 4) == 0) {
		reply(c, "221 bye\r\n");
		c->ending = 1;
	} else {
		reply(c, "250 ok\r\n");
	}
}

/* the end of a message, wherever it is cut */
static void
on_data(struct conn *c, char b)
{
	static const char end[] = "\r\n.\r\n";

	c->at = b == end[c->at] ? c->at + 1 : b == '\r';
	if (end[c->at] != '\0')
		return;
	c->in_data = 0;
	n_done++;
	reply(c, "250 taken\r\n");
}

static void
open_sink(int listening)
{
	struct conn *c;
	int fd;

	while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) != -1) {
		c = calloc(1, sizeof *c);
		if (c == NULL || (c->replies = malloc(REPLY_MAX)) == NULL)
			give_up("out of memory", "");
		watch(c, fd);
		reply(c, "220 sink.test ESMTP\r\n");
	}
}

static void
write_count(void)
{
	char line[128];
	int n = snprintf(line, sizeof line,
	    "handshakes=%-9llu resumed=%-9llu cpu_ms=%-9.0f mesg=%-9llu \n",
	    (unsigned long long)n_up, (unsigned long long)n_resumed, cpu_ms(),
	    (unsigned long long)n_done);

	(void)!pwrite(1, line, (size_t)n, 0);
}

/* both */

static void
take(struct conn *c, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (c->in_data) {
			on_data(c, p[i]);
		} else if (p[i] == '\n') {
			c->line[c->n_line] = '\0';
			c->n_line = 0;
			if (is_sink)
				on_command(c);
			else
				on_reply(c);
		} else if (c->n_line < sizeof c->line - 1) {
			c->line[c->n_line++] = p[i];
		}
	}
}

/* all that is possible now; -1: it is over */
static int
drive(struct conn *c)
{
	static char in[READ_BYTES];
	ssize_t n;
	int r;

	for (;;) {
		if (c->shaking && (r = shake(c)) != 1)
			return r;
		if ((r = put(c)) != 1)
			return r;
		if (c->ending)
			return -1;
		if (c->starts) {
			begin_tls(c);
			continue;
		}
		if ((r = get(c, in, &n)) != 1)
			return r;
		take(c, in, (size_t)n);
	}
}

static void
ready(struct conn *c)
{
	int good;

	if (drive(c) == 0)
		return;
	good = c->ending;
	drop(c);
	if (is_sink) {
		free(c->replies);
		free(c);
		return;
	}
	if (!good)
		give_up("a connection was cut off", "");
	if (n_begun < n_wanted)
		open_source(c);
}

/* until there is nothing more to do: a source's connections are closed, or
 * its input is */
static void
run(void *own)
{
	struct epoll_event ev[EVENTS];
	int i, n;

	while (is_sink || n_open > 0) {
		n = epoll_wait(ep, ev, EVENTS, -1);
		for (i = 0; i < n; i++) {
			if (ev[i].data.ptr != own)
				ready(ev[i].data.ptr);
			else if (is_sink)
				open_sink(*(int *)own);
			else
				exit(0);
		}
		if (is_sink && n > 0)
			write_count();
	}
}

static int
on_session(SSL *ssl, SSL_SESSION *s)
{
	(void)ssl;
	SSL_SESSION_free(last);
	last = s;
	return 1;
}

static void
open_tls(const char *cert, int old)
{
	ctx = SSL_CTX_new(is_sink ? TLS_server_method() : TLS_client_method());
	if (ctx == NULL)
		give_up("no TLS", "");
	if (old)
		SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	if (is_sink &&
	    (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1 ||
		SSL_CTX_use_PrivateKey_file(ctx, cert, SSL_FILETYPE_PEM) != 1))
		give_up("no certificate with its key: ", cert);
	if (is_sink)
		return;
	SSL_CTX_set_session_cache_mode(ctx,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
	SSL_CTX_sess_set_new_cb(ctx, on_session);
}

static void
sink(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct epoll_event ev = { EPOLLIN, { 0 } };
	int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	at.sin_port = htons((uint16_t)port);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ev.data.ptr = &s;
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(s, (struct sockaddr *)&at, sizeof at) == -1 ||
	    listen(s, 4096) == -1 || epoll_ctl(ep, EPOLL_CTL_ADD, s, &ev) == -1)
		give_up("unable to listen: ", strerror(errno));
	run(&s);
}

static void
send_all(struct conn *c, uint64_t sessions, uint64_t messages)
{
	uint64_t i;

	n_wanted = messages;
	n_begun = n_done = n_up = n_resumed = 0;
	for (i = 0; i < sessions && (n_begun < messages || n_idle > 0); i++)
		open_source(&c[i]);
	run(NULL);
}

static void
source(uint64_t sessions, uint64_t messages)
{
	struct conn *c = calloc(sessions, sizeof *c);
	double began, used, s;

	if (c == NULL)
		give_up("out of memory", "");
	/* there is a session then */
	if (resume)
		send_all(c, 1, 1);
	began = now();
	used = cpu_ms();
	send_all(c, sessions, messages);
	s = now() - began;
	printf("messages:%llu\tseconds:%.3f\tper_s:%.0f\thandshakes:%llu\t"
	       "resumed:%llu\tload_cpu_ms:%.0f\ttls:%s\n",
	    (unsigned long long)n_done, s, (double)n_done / s,
	    (unsigned long long)n_up, (unsigned long long)n_resumed,
	    cpu_ms() - used, clear_text ? "none" : how);
}

static void
idle(void)
{
	struct epoll_event ev = { EPOLLIN, { .ptr = &ep } };
	struct conn *c = calloc(n_idle, sizeof *c);
	uint64_t i;

	if (c == NULL || epoll_ctl(ep, EPOLL_CTL_ADD, 0, &ev) == -1)
		give_up("unable to wait for the end of the input", "");
	for (i = 0; i < n_idle; i++)
		open_source(&c[i]);
	run(&ep);
}

static uint64_t
number(const char *s, uint64_t max)
{
	uint64_t n;

	if (num_scans(s, 1, max, &n) == -1)
		give_up("not a number that will do: ", s);
	return n;
}

int
main(int argc, char **argv)
{
	uint64_t sessions = 1, messages = 1, size = 2048;
	struct rlimit r;
	const char *cert = NULL;
	int c, old = 0;

	while ((c = getopt(argc, argv, "2ci:k:l:m:rs:S:")) != -1)
		switch (c) {
		case '2': old = 1; break;
		case 'c': clear_text = 1; break;
		case 'i': n_idle = number(optarg, CONNS_MAX); break;
		case 'k': per_conn = number(optarg, UINT32_MAX); break;
		case 'l': size = number(optarg, BYTES_MAX); break;
		case 'm': messages = number(optarg, UINT32_MAX); break;
		case 'r': resume = 1; break;
		case 's': sessions = number(optarg, CONNS_MAX); break;
		case 'S': cert = optarg; break;
		default: give_up("see its first lines", "");
		}
	if (argc - optind != 1)
		give_up("which port?", "");
	port = (int)number(argv[optind], UINT16_MAX);
	is_sink = cert != NULL;
	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	ep = epoll_create1(0);
	open_tls(cert, old);
	fill_body(size);
	if (is_sink)
		sink();
	else if (n_idle > 0)
		idle();
	else
		source(sessions, messages);
	return 0;
}
