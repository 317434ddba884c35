#include "sendmail/unixmail.h"
#include "sendmail/localheader.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* the body so far into a file without a name, but for the line that has
 * just begun: it may still be broken */
static enum unixmail_result
spill(struct unixmail *d, size_t line)
{
	if (d->body.fd == -1 && spool_file(&d->body, d->tmp) == -1)
		return UNIXMAIL_MAKE;
	return spool_spill(&d->body, line) == -1 ? UNIXMAIL_WRITE : UNIXMAIL_OK;
}

/* may the header go on with this line? */
static int
header_line(const struct unixmail *d, const char *p, size_t n)
{
	const char *at = p;
	struct header_field f;

	if (p[0] == ' ' || p[0] == '\t')
		return buf_len(&d->header) > 0;
	return header_next(&at, p + n, &f) == HEADER_FIELD;
}

/* lines that somebody has signed stay as they are */
static int
sealed(const struct unixmail *d)
{
	return localheader_sealed(buf_data(&d->header), buf_len(&d->header));
}

/* a line that is none of the header, with its LF */
static int
first_line(struct unixmail *d, const char *p, size_t n)
{
	return sealed(d) ? buf_put(&d->body.text, p, n)
			 : linebreak_body(&d->body.text, p, n - 1);
}

/* a line of the header, in `line`; *body is set when the body begins */
static enum unixmail_result
take_line(struct unixmail *d, struct buf *line, int *body)
{
	size_t n = buf_len(line);
	const char *p = buf_data(line);
	int r = 0;

	*body = 0;
	if (buf_len(&d->header) == 0 &&
	    ((n > 5 && memcmp(p, "From ", 5) == 0) ||
		(n > 6 && memcmp(p, ">From ", 6) == 0))) {
		/* what separates messages in a mailbox, or did so once, is
		 * none of the header */
	} else if (n == 1) {
		*body = 1;
	} else if (!header_line(d, p, n)) {
		r = first_line(d, p, n);
		*body = 1;
	} else if (buf_len(&d->header) + n > HEADER_MAX) {
		return UNIXMAIL_HEADER;
	} else {
		r = buf_put(&d->header, p, n);
	}
	buf_clear(line);
	return r == -1 ? UNIXMAIL_MEMORY : UNIXMAIL_OK;
}

/* as much of a chunk as up to what decides how it goes on; the bytes used, 0:
 * memory is out */
static size_t
take(struct unixmail *d, const char *p, size_t n, enum unixmail_result *r)
{
	struct unixtext *t = &d->text;
	enum unixtext_event ev;
	int body;
	size_t used =
	    unixtext_feed(t, p, n, t->body ? &d->body.text : &d->line, &ev);

	if (used == 0) {
		*r = UNIXMAIL_MEMORY;
		return 0;
	}
	if (ev == UNIXTEXT_END) {
		d->over = 1;
		return used;
	}
	if (ev == UNIXTEXT_LINE) {
		*r = take_line(d, &d->line, &body);
		t->body = body;
		t->whole = body && sealed(d);
	}
	if (*r == UNIXMAIL_OK && buf_len(&d->line) > HEADER_MAX)
		*r = UNIXMAIL_LINE;
	if (*r == UNIXMAIL_OK && buf_len(&d->body.text) > UNIXMAIL_MEMORY_MAX)
		*r = spill(d, t->column);
	return used;
}

void
unixmail_begin(struct unixmail *d, int keep_dots)
{
	d->text = (struct unixtext){ .dots = !keep_dots };
	spool_init(&d->body);
}

enum unixmail_result
unixmail_feed(struct unixmail *d, const char *p, size_t n)
{
	enum unixmail_result r = UNIXMAIL_OK;
	size_t used;

	for (; r == UNIXMAIL_OK && n > 0 && !d->over; p += used, n -= used)
		used = take(d, p, n, &r);
	return r;
}

enum unixmail_result
unixmail_end(struct unixmail *d)
{
	struct unixtext *t = &d->text;
	enum unixmail_result r = UNIXMAIL_OK;
	int body;

	if (unixtext_finish(t, t->body ? &d->body.text : &d->line) == -1)
		return UNIXMAIL_MEMORY;
	if (!t->body && buf_len(&d->line) > 0)
		r = take_line(d, &d->line, &body);
	d->eight_bit = t->eight_bit;
	if (r == UNIXMAIL_OK && d->body.fd != -1)
		r = spill(d, 0);
	return r;
}

void
unixmail_free(struct unixmail *d)
{
	buf_free(&d->header);
	buf_free(&d->line);
	spool_free(&d->body);
}

enum unixmail_result
unixmail_read(struct unixmail *d, int fd, int keep_dots)
{
	static char block[UNIXMAIL_READ_SIZE];
	enum unixmail_result r = UNIXMAIL_OK;
	int end = 0, saved;
	ssize_t n;

	unixmail_begin(d, keep_dots);
	while (r == UNIXMAIL_OK && !end && !d->over) {
		n = read(fd, block, sizeof block);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			r = UNIXMAIL_READ;
		else if (n == 0)
			end = 1;
		else
			r = unixmail_feed(d, block, (size_t)n);
	}
	if (r == UNIXMAIL_OK)
		r = unixmail_end(d);
	saved = errno;
	buf_free(&d->line);
	errno = saved;
	return r;
}
