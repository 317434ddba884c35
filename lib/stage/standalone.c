#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/loop.h"
#include "chain/event.h"
#include "mail/crlf.h"
#include "stage/stagepart.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One message from descriptor 0 to descriptor 1. */

enum { READ_AT_ONCE = 65536 };

/* output */

static void
write_out(struct stage *a, const char *p, size_t n)
{
	(void)a;
	if (fd_write_all(1, p, n) == -1)
		die(EXIT_TEMP, "unable to write: %m");
}

/* LF line ends made those of the message */
static void
write_lines(struct stage *a, const char *p, size_t n)
{
	const char *lf;

	while (a->with_cr && n > 0 && (lf = memchr(p, '\n', n)) != NULL) {
		write_out(a, p, lf - p);
		write_out(a, "\r\n", 2);
		n -= lf + 1 - p;
		p = lf + 1;
	}
	if (n > 0)
		write_out(a, p, n);
}

static void
write_spool(struct stage *a, struct spool *s,
    void (*put)(struct stage *, const char *, size_t))
{
	uint64_t at = 0;
	const char *p;
	long r;

	while ((r = spool_read(s, at, &p)) > 0) {
		put(a, p, (size_t)r);
		at += (uint64_t)r;
	}
	if (r == -1)
		die(EXIT_TEMP, "unable to read back the message: %m");
}

static void
end(struct stage *a)
{
	a->ended = 1;
	loop_stop();
}

static void
on_pass(struct stage_private *v)
{
	struct stage *a = v->stage;

	if (v->replaced) {
		write_spool(a, &v->other, write_lines);
	} else {
		write_lines(a, buf_data(&v->p.front), buf_len(&v->p.front));
		if (v->p.changed)
			write_lines(a, buf_data(&v->p.header),
			    buf_len(&v->p.header));
		else
			write_out(a, buf_data(&a->raw), buf_len(&a->raw));
		write_spool(a, &v->body, write_out);
	}
	end(a);
}

static void
on_refuse(struct stage_private *v, enum receipt_kind kind, const char *text)
{
	struct stage *a = v->stage;

	if (kind != RECEIPT_OK) {
		warn("%s", text);
		a->status = kind == RECEIPT_PERM ? EXIT_PERM : EXIT_TEMP;
	}
	end(a);
}

/* input */

/* the body as it came is kept, and shown with LF */
static void
body(struct stage_private *v, const char *p, size_t n)
{
	struct stage *a = v->stage;
	static char plain[READ_AT_ONCE + 1];
	size_t k, len;

	spool_add(&v->body, p, n, STAGE_BODY_MEMORY, a->dir);
	if (v->body.failed)
		die(EXIT_TEMP, "no room to keep the message");
	for (; v->wants_body && n > 0; p += k, n -= k) {
		k = n < READ_AT_ONCE ? n : READ_AT_ONCE;
		len = crlf_feed(&a->crlf, p, k, plain);
		if (len > 0)
			a->ops->body(&v->p, plain, len);
	}
}

/* a line of the header, as far as it is there */
static void
header_line(struct stage_private *v, const char *p, size_t n)
{
	struct stage *a = v->stage;
	int whole = p[n - 1] == '\n';
	size_t text = n;

	needs(buf_put(&a->raw, p, n));
	if (whole && n > 1 && p[n - 2] == '\r')
		text = n - 2;
	else if (whole)
		text = n - 1;
	if (whole && !a->line_seen) {
		a->line_seen = 1;
		a->with_cr = text + 2 == n;
	}
	needs(buf_put(&v->p.header, p, text));
	if (whole)
		needs(buf_putc(&v->p.header, '\n'));
}

/* is this line the empty one? */
static int
empty(const char *p, size_t n)
{
	return (n == 1 && p[0] == '\n') ||
	    (n == 2 && p[0] == '\r' && p[1] == '\n');
}

/* the header's lines that are whole, and at the end of the input the last;
 * what follows the header goes to body().  Returns the bytes used */
static size_t
header(struct stage_private *v, const char *p, size_t n, int eof)
{
	struct stage *a = v->stage;
	const char *at = p, *end_of = p + n, *lf;
	size_t len;

	while (at < end_of) {
		lf = memchr(at, '\n', end_of - at);
		if (lf == NULL && !eof)
			break;
		len =
		    lf == NULL ? (size_t)(end_of - at) : (size_t)(lf + 1 - at);
		if (empty(at, len)) {
			v->p.has_body = 1;
			a->empty = len;
			if (!a->line_seen)
				a->with_cr = len == 2;
			stage_begin(v);
			/* the empty line is kept with the body, not shown */
			spool_add(&v->body, at, len, STAGE_BODY_MEMORY, a->dir);
			return at + len - p;
		}
		if (buf_len(&v->p.header) + len > STAGE_HEADER_MAX) {
			v->p.long_header = 1;
			stage_begin(v);
			return at - p;
		}
		header_line(v, at, len);
		at += len;
	}
	return at - p;
}

static void
read_all(struct stage_private *v)
{
	struct buf in = { 0 };
	size_t used;
	ssize_t r;

	do {
		needs(buf_reserve(&in, READ_AT_ONCE));
		r = fd_read_all(0, buf_tail(&in), READ_AT_ONCE);
		if (r == -1)
			die(EXIT_TEMP, "unable to read the message: %m");
		buf_added(&in, (size_t)r);
		v->p.size += (uint64_t)r;
		if (!v->in_body) {
			used = header(v, buf_data(&in), buf_len(&in), r == 0);
			buf_consume(&in, used);
			/* one endless line is no header */
			if (!v->in_body && buf_len(&in) > STAGE_HEADER_MAX) {
				v->p.long_header = 1;
				stage_begin(v);
			}
		}
		if (v->in_body) {
			body(v, buf_data(&in), buf_len(&in));
			buf_clear(&in);
		}
	} while (r > 0);
	buf_free(&in);
	if (!v->in_body)
		stage_begin(v);
}

int
stage_alone(struct stage *a, const struct buf *env)
{
	struct stage_private *v;
	char last[2];
	size_t n;

	stage_find_dir(a);
	a->alone = 1;
	a->pass = on_pass;
	a->refuse = on_refuse;
	v = stage_new(a);
	if (env != NULL)
		needs(buf_put(&v->p.env, buf_data(env), buf_len(env)));
	read_all(v);
	n = crlf_end(&a->crlf, last);
	if (n > 0 && v->wants_body)
		a->ops->body(&v->p, last, n);
	v->at = STAGE_WORK;
	a->ops->whole(&v->p);
	if (!a->ended)
		loop_run();
	if (!a->ended)
		die(EXIT_TEMP, "nothing left to wait for");
	event_flush();
	stage_free(v);
	buf_free(&a->raw);
	return a->status;
}

/* the body again */

int
stage_read_body(struct stage_parcel *p,
    int (*put)(void *, const char *, size_t), void *arg)
{
	static char plain[SPOOL_READ + 1];
	struct stage_private *v = p->private;
	struct stage *a = v->stage;
	struct crlf crlf = { 0 };
	uint64_t at = 0;
	const char *in;
	size_t n;
	long r;

	/* alone: the empty line in front of it, and its line ends, are there
	 * as they came */
	if (a->alone)
		at = a->empty;
	for (; (r = spool_read(&v->body, at, &in)) > 0; at += (uint64_t)r) {
		n = (size_t)r;
		while (a->alone && n > 0) {
			size_t k = n < SPOOL_READ ? n : SPOOL_READ, len;

			len = crlf_feed(&crlf, in, k, plain);
			if (len > 0 && put(arg, plain, len) == -1)
				return -1;
			in += k;
			n -= k;
		}
		if (n > 0 && put(arg, in, n) == -1)
			return -1;
	}
	if (r == 0 && (n = crlf_end(&crlf, plain)) > 0 &&
	    put(arg, plain, n) == -1)
		return -1;
	return r == -1 ? -1 : 0;
}
