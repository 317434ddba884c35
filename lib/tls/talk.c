#include "tls/talk.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/ip.h"
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int fail(struct talk *, int error, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* error is errno for %m, or 0 */
static int
fail(struct talk *t, int error, const char *fmt, ...)
{
	va_list ap;

	errno = t->error = error;
	va_start(ap, fmt);
	vsnprintf(t->why, sizeof t->why, fmt, ap);
	va_end(ap);
	return -1;
}

/* its lines as one, for a diagnostic: no byte ends it early */
static const char *
flat(const char *p, size_t n, char text[TALK_SHOWN_MAX + 1])
{
	size_t i, o = 0;

	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	for (i = 0; i < n && o < TALK_SHOWN_MAX; i++)
		if (p[i] == '\n')
			text[o++] = ' ';
		else if (p[i] != '\r' || i + 1 == n || p[i + 1] != '\n')
			text[o++] = p[i] == '\0' ? '?' : p[i];
	text[o] = '\0';
	return text;
}

/* with what stood there already, behind it */
static int
fail_behind(struct talk *t, int error, const char *what)
{
	char text[TALK_SHOWN_MAX + 1];

	errno = error;
	return fail(t, error, error != 0 ? "%s: %m%s%s" : "%s%s%s", what,
	    t->got_n > 0 ? ", behind: " : "", flat(t->got, t->got_n, text));
}

/* a handshake that has come to nothing says more than the connection */
static int
is_shaking(const struct talk *t)
{
	return tls_is_on(&t->stream) && !tls_up(&t->stream);
}

static int
fail_tls(struct talk *t)
{
	char why[TLS_TEXT_MAX];

	return fail(t, 0, "no TLS: %s", tls_why(&t->stream, why));
}

/* until there is something to read, but not after end_ms */
static int
await(struct talk *t, int64_t end_ms)
{
	struct pollfd p = { .fd = stream_fd(&t->stream), .events = POLLIN };
	int64_t left = end_ms - clock_mono_ms();

	errno = ETIMEDOUT;
	if (left > 0 && poll(&p, 1, (int)left) != 0)
		return 0;
	if (is_shaking(t))
		return fail(t, errno, "no TLS: %m");
	return fail_behind(t, errno, "no reply");
}

/* more bytes that are there: 1, 0 none are, -1 */
static int
look(struct talk *t)
{
	ssize_t r = stream_read(&t->stream, t->got + t->got_n,
	    sizeof t->got - t->got_n);

	if (r > 0) {
		t->got_n += (size_t)r;
		return 1;
	}
	if (r == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (is_shaking(t))
		return fail_tls(t);
	if (r == -1)
		return fail(t, errno, "no reply: %m");
	return fail_behind(t, 0, "connection closed");
}

/* what the last call has given out goes */
static void
drop_used(struct talk *t)
{
	t->got_n -= t->used;
	memmove(t->got, t->got + t->used, t->got_n);
	t->used = 0;
}

int
talk_reply(struct talk *t, struct reply *reply)
{
	int64_t end_ms = clock_mono_ms() + t->step_ms;
	char text[TALK_SHOWN_MAX + 1];
	long n;
	int r;

	drop_used(t);
	while ((n = reply_parse(t->got, t->got_n, reply)) == 0) {
		r = look(t);
		if (r == -1 || (r == 0 && await(t, end_ms) == -1))
			return -1;
	}
	if (n == -1)
		return fail(t, 0, "no SMTP reply: %s",
		    flat(t->got, t->got_n, text));
	t->used = (size_t)n;
	return 0;
}

int
talk_expect(struct talk *t, unsigned digit, struct reply *reply)
{
	char text[TALK_SHOWN_MAX + 1];

	if (talk_reply(t, reply) == -1)
		return -1;
	if (reply->code / 100 == digit)
		return 0;
	return fail(t, 0, "the server said: %s",
	    flat(reply->p, reply->n, text));
}

int
talk_put(struct talk *t, const void *p, size_t n)
{
	errno = ETIMEDOUT;
	if (stream_send(&t->stream, p, n) == -1 ||
	    stream_pending(&t->stream) > 0)
		return fail(t, errno, "unable to write: %m");
	return 0;
}

int
talk_say(struct talk *t, const char *line)
{
	return talk_put(t, line, strlen(line));
}

ssize_t
talk_get(struct talk *t, void *p, size_t n, int64_t end_ms)
{
	ssize_t r;

	drop_used(t);
	if (t->got_n > 0) {
		if (n > t->got_n)
			n = t->got_n;
		memcpy(p, t->got, n);
		t->used = n;
		return (ssize_t)n;
	}
	while ((r = stream_read(&t->stream, p, n)) == -1 &&
	    (errno == EAGAIN || errno == EINTR))
		if (await(t, end_ms) == -1)
			return -1;
	return r == -1 ? fail(t, errno, "no answer: %m") : r;
}

int
talk_tls(struct talk *t, const struct tls_target *target)
{
	int64_t end_ms = clock_mono_ms() + t->step_ms;

	drop_used(t);
	if (t->got_n > 0)
		return fail_behind(t, EPROTO, "no TLS");
	if (tls_client_start(&t->stream, target) == -1)
		return fail(t, errno, "no TLS: %m");
	while (1) {
		if (look(t) == -1)
			return -1;
		if (tls_up(&t->stream))
			return 0;
		if (await(t, end_ms) == -1)
			return -1;
	}
}

int
talk_dial(struct talk *t, const unsigned char *ip, size_t len, uint16_t port,
    int64_t step_ms)
{
	struct timeval tv = { step_ms / 1000, step_ms % 1000 * 1000 };
	struct sockaddr_storage sa;
	socklen_t n = ip_sockaddr(&sa, ip, len, port);
	int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	t->step_ms = step_ms;
	t->got_n = t->used = 0;
	if (fd == -1)
		return fail(t, errno, "unable to make a socket: %m");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
	if (connect(fd, (struct sockaddr *)&sa, n) == -1) {
		/* the kernel's word for it is another where a time was set */
		if (errno == EAGAIN || errno == EINPROGRESS)
			errno = ETIMEDOUT;
		fail(t, errno, "unable to connect: %m");
		return fd_fail(fd);
	}
	/* a step has its own end */
	fd_nonblock(fd);
	stream_open(&t->stream, fd, fd);
	return 0;
}

void
talk_close(struct talk *t)
{
	stream_close(&t->stream);
	t->got_n = t->used = 0;
}
