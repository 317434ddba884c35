#include "base/lines.h"
#include "base/buf.h"
#include "base/fd.h"
#include <string.h>

enum { READ_SIZE = 65536 };

struct lines {
	struct buf in;
	size_t max;
	size_t looked;  /* bytes in which there is no LF */
	int skip;       /* the rest of a line that is too long */
	size_t dropped; /* bytes of it so far */
	void (*take)(void *arg, const char *line, size_t n);
	void *arg;
};

static void
whole_lines(struct lines *l)
{
	const char *e;
	size_t n;

	while (buf_len(&l->in) > l->looked &&
	    (e = memchr(buf_data(&l->in) + l->looked, '\n',
		 buf_len(&l->in) - l->looked)) != NULL) {
		n = e - buf_data(&l->in);
		if (!l->skip)
			l->take(l->arg, n <= l->max ? buf_data(&l->in) : NULL,
			    n <= l->max ? n : 0);
		l->skip = 0;
		l->dropped = 0;
		buf_consume(&l->in, n + 1);
		l->looked = 0;
	}
	l->looked = buf_len(&l->in);
	if (l->looked > l->max) {
		if (!l->skip)
			l->take(l->arg, NULL, 0);
		l->skip = 1;
		l->dropped += buf_len(&l->in);
		buf_clear(&l->in);
		l->looked = 0;
	}
}

int
lines_each(int fd, size_t max, void (*take)(void *, const char *, size_t),
    void *arg)
{
	size_t left;

	return lines_left(fd, max, take, arg, &left);
}

int
lines_left(int fd, size_t max, void (*take)(void *, const char *, size_t),
    void *arg, size_t *left)
{
	struct lines l = { .max = max, .take = take, .arg = arg };
	ssize_t got;

	while ((got = fd_read_more(fd, &l.in, READ_SIZE)) > 0)
		whole_lines(&l);
	*left = l.dropped + buf_len(&l.in);
	buf_free(&l.in);
	return (int)got;
}
