#include "admin/adminreq.h"
#include "base/clock.h"
#include "base/fd.h"
#include "httpd/httpbody.h"
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ = 16384 };
static const size_t linger_bytes = 4 << 20;

/* what there is by then: as read(2), and ETIMEDOUT */
static ssize_t
read_by(int fd, struct buf *b, int64_t until_ms)
{
	struct pollfd w = { fd, POLLIN, 0 };
	int64_t left = until_ms - clock_mono_ms();
	int r;

	do
		r = poll(&w, 1, left > 0 ? (int)left : 0);
	while (r == -1 && errno == EINTR);
	if (r == 0)
		errno = ETIMEDOUT;
	return r <= 0 ? -1 : fd_read_more(fd, b, READ);
}

/* what a read that brings nothing means */
static unsigned
why_not(ssize_t n, const struct buf *b)
{
	if (n == 0 || errno != ETIMEDOUT)
		return buf_len(b) == 0 ? (unsigned)ADMINREQ_NONE : 400u;
	return 408;
}

static unsigned
read_head(struct adminreq *r, int in, size_t *used, int64_t until_ms)
{
	unsigned bad;
	ssize_t n;

	for (;;) {
		*used = httphead_end(buf_data(&r->raw), buf_len(&r->raw), &bad);
		if (bad != 0)
			return bad;
		if (*used > 0)
			return httphead_parse(&r->head, buf_data(&r->raw),
			    *used);
		n = read_by(in, &r->raw, until_ms);
		if (n <= 0)
			return why_not(n, &r->raw);
	}
}

/* does it ask for something that is not done here? */
static unsigned
refuse(const struct httphead *h)
{
	if (h->gzip || h->coded)
		return 415;
	return h->has_length && h->length > ADMINREQ_BODY_MAX ? 413 : 0;
}

/* bytes of it that are here: 0: more is wanted, 1: it is whole, or a status */
static unsigned
feed(struct adminreq *r, struct httpbody *b, struct buf *in)
{
	enum httpbody_event ev = HTTPBODY_DATA;
	struct slice piece;
	size_t n;

	while (ev == HTTPBODY_DATA) {
		n = httpbody_feed(b, buf_data(in), buf_len(in), &piece, &ev);
		if (ev == HTTPBODY_DATA &&
		    buf_len(&r->body) + piece.n > ADMINREQ_BODY_MAX)
			return 413;
		if (ev == HTTPBODY_DATA &&
		    buf_put(&r->body, piece.p, piece.n) == -1)
			return 503;
		buf_consume(in, n);
	}
	return ev == HTTPBODY_BAD ? 400 : ev == HTTPBODY_END;
}

static unsigned
read_body(struct adminreq *r, int in, struct buf *rest, int64_t until_ms)
{
	struct httpbody b;
	unsigned status;
	ssize_t n;

	httpbody_init(&b, &r->head);
	while ((status = feed(r, &b, rest)) == 0) {
		n = read_by(in, rest, until_ms);
		if (n <= 0)
			return n == -1 && errno == ETIMEDOUT
			    ? 408
			    : (unsigned)ADMINREQ_NONE;
	}
	return status == 1 ? 0 : status;
}

unsigned
adminreq_read(struct adminreq *r, int in, int out)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	int64_t until = clock_mono_ms() + ADMINREQ_MS;
	struct buf rest = { 0 };
	size_t used;
	unsigned status = read_head(r, in, &used, until);

	if (status == 0)
		status = refuse(&r->head);
	if (status != 0 || (!r->head.chunked && r->head.length == 0))
		return status;
	if (buf_put(&rest, buf_data(&r->raw) + used, buf_len(&r->raw) - used) ==
	    -1)
		return 503;
	if (r->head.expects && buf_len(&rest) == 0 &&
	    fd_write_all(out, go_on, sizeof go_on - 1) == -1)
		return ADMINREQ_NONE;
	status = read_body(r, in, &rest, until);
	buf_free(&rest);
	return status;
}

int
adminreq_answer(int in, int out, const struct buf *b)
{
	struct buf rest = { 0 };
	int64_t until;
	size_t all = 0;
	ssize_t n;

	if (fd_write_all(out, buf_data(b), buf_len(b)) == -1)
		return -1;
	if (shutdown(out, SHUT_WR) == -1)
		return 0; /* it is no socket: nothing is lost when it closes */
	until = clock_mono_ms() + ADMINREQ_LINGER_MS;
	while (all < linger_bytes && (n = read_by(in, &rest, until)) > 0) {
		all += (size_t)n;
		buf_clear(&rest);
	}
	buf_free(&rest);
	return 0;
}

void
adminreq_free(struct adminreq *r)
{
	buf_wipe(&r->raw);
	buf_wipe(&r->body);
}
