#include "ship/logsource.h"
#include "base/clock.h"
#include "base/fd.h"
#include "queue/logline.h"
#include "ship/loglist.h"
#include "ship/lognote.h"
#include "ship/logopen.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
logsource_init(struct logsource *s, const char *root, const char *name)
{
	memset(s, 0, sizeof *s);
	s->file.fd = -1;
	s->line_us = -1;
	s->again = 1;
	if (strlen(name) > CURSOR_SRC_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(s->c.src, name, strlen(name) + 1);
	return asprintf(&s->path, "%s/%s", root, name) == -1 ? -1 : 0;
}

/* the end of what is there: 1, read on; 0, there is nothing now; -1 */
static int
at_end(struct logsource *s)
{
	if (s->name[0] != '\0' || s->last) {
		s->again = 1;
		return logopen_finish(s) == -1 ? -1 : 1;
	}
	if (s->again && logopen_turned(s)) {
		s->last = 1; /* what came until then */
		return 1;
	}
	s->again = 0;
	s->at_end = 1;
	return 0;
}

/* 1: there is more, or another file; 0; -1 */
static int
read_more(struct logsource *s)
{
	ssize_t got;

	if (s->file.fd == -1) {
		if (!s->again)
			return 0;
		s->again = 0;
		return logopen_next(s);
	}
	if (s->at_end)
		return 0;
	got = fd_read_more(s->file.fd, &s->in, LOGSOURCE_READ);
	if (got == -1)
		return logopen_trouble(s, "read a file");
	if (got == 0)
		return at_end(s);
	return 1;
}

/* of a compressed file what was taken before has to be read again */
static void
skip_taken(struct logsource *s)
{
	size_t n = buf_len(&s->in);

	if (s->skip < n)
		n = (size_t)s->skip;
	buf_consume(&s->in, n);
	s->skip -= n;
}

static int
found(struct logsource *s, size_t n)
{
	size_t skip;
	int64_t us;

	s->line = buf_data(&s->in);
	s->line_len = n;
	us = logline_time(s->line, n, &skip);
	/* what has no time stands where it stands */
	s->line_us = us == -1 ? s->c.n.last_us : us;
	s->seen_ms = clock_mono_ms();
	return 1;
}

/* the rest of a line of which the beginning was taken goes; 1 when it did */
static int
drop_rest(struct logsource *s)
{
	const char *p = buf_data(&s->in), *lf;
	size_t n = buf_len(&s->in);

	lf = n == 0 ? NULL : memchr(p, '\n', n);
	if (lf != NULL)
		n = (size_t)(lf - p) + 1;
	buf_consume(&s->in, n);
	s->c.at.off += n;
	s->rest = lf == NULL;
	return lf != NULL;
}

/* is a whole line in memory? */
static int
whole_line(struct logsource *s)
{
	const char *p, *lf;
	size_t n;

	if (s->skip > 0)
		skip_taken(s);
	if (s->skip > 0 || (s->rest && !drop_rest(s)))
		return 0;
	p = buf_data(&s->in);
	n = buf_len(&s->in);
	if (n > s->looked) {
		lf = memchr(p + s->looked, '\n', n - s->looked);
		if (lf != NULL)
			return found(s, (size_t)(lf - p));
	}
	s->looked = n;
	return n > EVENTLINE_MAX ? found(s, EVENTLINE_MAX + 1) : 0;
}

int
logsource_line(struct logsource *s)
{
	int r;

	if (s->line != NULL)
		return 1;
	while (!whole_line(s)) {
		r = read_more(s);
		if (r != 1) {
			if (buf_len(&s->in) == 0)
				buf_free(&s->in);
			return r;
		}
	}
	return 1;
}

void
logsource_taken(struct logsource *s)
{
	size_t n = s->line_len;

	if (eventline_event(s->line, n)) {
		s->c.n.logged++;
		s->c.n.sum += eventline_sum(s->line, n);
	}
	s->rest = n > EVENTLINE_MAX;
	n += !s->rest;
	if (s->c.at.off == 0) {
		s->c.at.head_len =
		    n < CURSOR_HEAD_MAX ? (unsigned)n : CURSOR_HEAD_MAX;
		cursor_sum(s->line, s->c.at.head_len, s->c.at.head);
	}
	s->c.n.last_us = s->line_us;
	s->c.at.off += n;
	buf_consume(&s->in, n);
	s->looked = 0;
	s->line = NULL;
	s->line_us = -1;
}

void
logsource_look(struct logsource *s, int files)
{
	s->at_end = 0;
	if (files)
		s->again = 1;
}

int
logsource_list(struct logsource *s)
{
	struct loglist x;
	int r;

	s->unlisted = 0;
	/* what cannot be read is said when it is to be read */
	if (loglist_open(&x, s->path) == -1)
		return 0;
	r = lognote(s, &x);
	loglist_close(&x);
	return r == 1;
}

/* the end of `current`, behind its last whole line */
static void
end_of(struct cursor_at *at, const struct loglist *x)
{
	char head[CURSOR_HEAD_MAX];
	ssize_t n = pread(x->l.current, head, sizeof head, 0);

	at->ino = x->ino;
	if (n <= 0)
		return;
	at->head_len = (unsigned)n;
	cursor_sum(head, (size_t)n, at->head);
	at->off = x->bytes;
	/* a line that is just being written is one to come */
	while (at->off > 0 &&
	    pread(x->l.current, head, 1, (off_t)at->off - 1) == 1 &&
	    head[0] != '\n')
		at->off--;
	if (at->off == 0)
		at->head_len = 0;
	if (at->head_len == 0)
		at->head[0] = '\0';
}

int
logsource_to_end(struct logsource *s)
{
	struct cursor_at *at = &s->c.at;
	struct loglist x;
	unsigned i;

	if (loglist_open(&x, s->path) == -1)
		return -1;
	if (x.n > 0) {
		memcpy(at->behind, x.file[x.n - 1].name, sizeof at->behind);
		logfiles_read_to(&at->files, at->behind);
		logfiles_seen(&at->files, x.file, x.n, NULL, NULL, &i);
	}
	if (x.l.current != -1)
		end_of(at, &x);
	loglist_close(&x);
	return 0;
}

int64_t
logsource_behind(const char *path, const struct cursor_at *at)
{
	struct loglist x;
	int64_t sum = 0;
	size_t i;

	if (loglist_open(&x, path) == -1)
		return errno == ENOENT ? 0 : -1;
	for (i = 0; i < x.n; i++)
		if (!logfiles_is_read(&at->files, x.file[i].name))
			sum += (int64_t)x.file[i].bytes;
	sum += (int64_t)x.bytes - (int64_t)at->off;
	loglist_close(&x);
	return sum < 0 ? 0 : sum;
}

void
logsource_close(struct logsource *s)
{
	s->last = 0;
	logopen_close(s);
	buf_free(&s->in);
	free(s->path);
}
