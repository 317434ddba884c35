#include "ship/logsource.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "queue/logline.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
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

/* an error is said once, until something goes well again; -1 */
static int
trouble(struct logsource *s, const char *what)
{
	if (s->troubled != errno)
		warn("%s: unable to %s: %m", s->path, what);
	s->troubled = errno;
	return -1;
}

static void
lost(struct logsource *s, uint64_t files, const char *what)
{
	time_t t = s->c.n.last_us / 1000000;
	char when[32] = "the beginning";
	struct tm tm;

	if (t > 0 && gmtime_r(&t, &tm) != NULL)
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	s->c.n.lost += files;
	warn("%s: LOST: %llu files %s before they were read; behind %s lines "
	     "are missing",
	    s->path, (unsigned long long)files, what, when);
}

/* the name of a path of the folder, without the ending; NULL: it is none */
static const char *
file_name(const char *path, char out[CURSOR_FILE_LEN + 1])
{
	const char *name = strrchr(path, '/') + 1;
	size_t n = strlen(name);

	if (n != CURSOR_FILE_LEN + 2 || !cursor_file(name, CURSOR_FILE_LEN))
		return NULL;
	memcpy(out, name, CURSOR_FILE_LEN);
	out[CURSOR_FILE_LEN] = '\0';
	return out;
}

/* what there is in a folder behind a place */
struct listing {
	struct logfolder l;
	size_t first;       /* the first file behind it, l.n: none */
	uint64_t behind;    /* how many there are */
	uint64_t known;     /* and of these, up to at->newest */
	unsigned there : 1; /* the file before it is still there */
	unsigned said : 1;  /* that files are missing */
};

/* `current` again: a file that got its name meanwhile is one of two ways */
static int
same_current(const struct logfolder *l)
{
	struct stat a, b;

	if (l->current == -1)
		return 1;
	return fstat(l->current, &a) == 0 && stat(l->current_name, &b) == 0 &&
	    a.st_ino == b.st_ino;
}

static int
list(struct listing *x, const char *path, const struct cursor_at *at)
{
	char name[CURSOR_FILE_LEN + 1];
	int tries = 3;
	size_t i;

	memset(x, 0, sizeof *x);
	if (logfolder_open(&x->l, path) == -1)
		return -1;
	while (!same_current(&x->l) && --tries > 0) {
		logfolder_close(&x->l);
		if (logfolder_open(&x->l, path) == -1)
			return -1;
	}
	x->first = x->l.n;
	for (i = 0; i < x->l.n; i++) {
		if (file_name(x->l.file[i], name) == NULL)
			continue;
		if (strcmp(name, at->behind) == 0)
			x->there = 1;
		if (strcmp(name, at->behind) <= 0)
			continue;
		if (x->first == x->l.n)
			x->first = i;
		x->behind++;
		if (strcmp(name, at->newest) <= 0)
			x->known++;
	}
	return 0;
}

/* what was known to be there and is not; and what is known from now on */
static void
compare(struct logsource *s, struct listing *x)
{
	char name[CURSOR_FILE_LEN + 1];
	struct cursor_at *at = &s->c.at;

	if (x->known < at->pending) {
		lost(s, at->pending - x->known, "were removed");
		x->said = 1;
	}
	at->pending = x->behind;
	if (x->l.n > 0 && file_name(x->l.file[x->l.n - 1], name) != NULL &&
	    strcmp(name, at->newest) > 0)
		memcpy(at->newest, name, sizeof name);
}

/* bytes into s->in until there are n, or the end: 0, -1 with errno */
static int
fill(struct logsource *s, size_t n)
{
	ssize_t got = 1;

	while (buf_len(&s->in) < n && got > 0) {
		got = fd_read_more(s->file.fd, &s->in, LOGSOURCE_READ);
		if (got == -1)
			return -1;
	}
	return 0;
}

/* is the open file the one of this place?  1, 0, -1 with errno */
static int
same_head(struct logsource *s)
{
	char sum[CURSOR_SUM_LEN + 1];
	unsigned n = s->c.at.head_len;

	if (fill(s, n) == -1)
		return -1;
	if (buf_len(&s->in) < n)
		return 0;
	cursor_sum(buf_data(&s->in), n, sum);
	return strcmp(sum, s->c.at.head) == 0;
}

/* to the place, in a file that is the right one.  0, -1 with errno */
static int
go_to(struct logsource *s)
{
	struct stat st;

	s->skip = s->c.at.off;
	if (s->file.pid != 0)
		return 0;
	buf_clear(&s->in);
	if (fstat(s->file.fd, &st) == -1)
		return -1;
	if ((uint64_t)st.st_size < s->c.at.off) {
		warn("%s: a file is shorter than what was read of it: %llu "
		     "bytes are gone",
		    s->path,
		    (unsigned long long)(s->c.at.off - (uint64_t)st.st_size));
		s->c.at.off = (uint64_t)st.st_size;
	}
	s->skip = 0;
	return lseek(s->file.fd, (off_t)s->c.at.off, SEEK_SET) == -1 ? -1 : 0;
}

/* the file that has been opened is read from its beginning, unless it is that
 * of the place.  0, -1 with errno */
static int
find_place(struct logsource *s, const struct listing *x, uint64_t ino)
{
	struct cursor_at *at = &s->c.at;
	int same;

	if (at->head_len > 0) {
		same = same_head(s);
		if (same == -1)
			return -1;
		if (same) {
			at->ino = ino;
			return go_to(s);
		}
		if (x->there)
			warn("%s: a file has become another one: read from its "
			     "beginning",
			    s->path);
		else if (!x->said)
			lost(s, 1, "or more were removed");
	} else if (at->ino != 0 && at->ino != ino && !x->there && !x->said) {
		lost(s, 1, "or more may have been removed");
	}
	at->off = at->head_len = 0;
	at->head[0] = '\0';
	at->ino = ino;
	return 0;
}

static void
close_file(struct logsource *s)
{
	int cut = s->file.pid != 0;

	if (s->file.fd == -1)
		return;
	if (logfile_close(&s->file) == -1 && cut && s->last)
		lost(s, 1, "could not be decompressed");
	s->file.fd = -1;
	buf_free(&s->in);
	s->looked = 0;
	s->skip = 0;
	s->rest = 0;
}

/* 1: one is open, 0: there is none, -1: said */
static int
open_next(struct logsource *s)
{
	struct listing x;
	struct stat st;
	int r = -1;

	if (list(&x, s->path, &s->c.at) == -1)
		return errno == ENOENT || errno == ENOTDIR
		    ? 0
		    : trouble(s, "read it");
	compare(s, &x);
	s->name[0] = '\0';
	s->file.pid = 0;
	if (x.first < x.l.n) {
		file_name(x.l.file[x.first], s->name);
		if (logfile_open(&s->file, x.l.file[x.first]) == -1)
			s->file.fd = -1;
	} else {
		s->file.fd = x.l.current;
		x.l.current = -1;
		errno = ENOENT;
	}
	if (s->file.fd != -1) {
		r = stat(x.first < x.l.n ? x.l.file[x.first] : x.l.current_name,
		    &st);
		if (s->name[0] == '\0')
			r = fstat(s->file.fd, &st);
		/* a file whose ending has just become another one is found
		 * with the next look */
		if (r == 0)
			r = find_place(s, &x, st.st_ino);
		if (r == -1)
			close_file(s);
	}
	r = errno;
	logfolder_close(&x.l);
	errno = r;
	if (s->file.fd == -1)
		return errno == ENOENT ? 0 : trouble(s, "open a file");
	s->troubled = 0;
	s->at_end = s->last = 0;
	return 1;
}

/* has svlogd begun another file? */
static int
is_turned(const struct logsource *s)
{
	struct stat a, b;
	char path[4096];

	if (snprintf(path, sizeof path, "%s/current", s->path) >=
		(int)sizeof path ||
	    fstat(s->file.fd, &a) == -1)
		return 0;
	return stat(path, &b) == -1 ? errno == ENOENT : a.st_ino != b.st_ino;
}

/* does a file begin like the one that has been read? */
static int
begins_alike(const char *path, const struct cursor_at *at)
{
	char sum[CURSOR_SUM_LEN + 1] = "";
	struct logfile f;
	struct buf b = { 0 };

	if (logfile_open(&f, path) == -1)
		return 0;
	while (buf_len(&b) < at->head_len &&
	    fd_read_more(f.fd, &b, LOGSOURCE_READ) > 0)
		;
	if (buf_len(&b) >= at->head_len)
		cursor_sum(buf_data(&b), at->head_len, sum);
	buf_free(&b);
	/* a gzip that is not heard to its end has not failed */
	logfile_close(&f);
	return strcmp(sum, at->head) == 0;
}

/* `current` has been read to its end and has a name now: that, or "" */
static void
name_of_turned(struct logsource *s, const struct listing *x,
    char name[CURSOR_FILE_LEN + 1])
{
	struct stat a, b;
	size_t i;

	name[0] = '\0';
	if (x->first == x->l.n || fstat(s->file.fd, &a) == -1)
		return;
	for (i = 0; i < x->l.n; i++)
		if (stat(x->l.file[i], &b) == 0 && a.st_ino == b.st_ino) {
			if (i >= x->first)
				file_name(x->l.file[i], name);
			return;
		}
	/* a processor has made another file of it, or it is gone, and the first
	 * one that is there is still to be read */
	if (s->c.at.head_len == 0 ||
	    begins_alike(x->l.file[x->first], &s->c.at))
		file_name(x->l.file[x->first], name);
	else
		lost(s, 1, "or more may have been removed");
}

/* a whole file is behind us: 0, or -1 */
static int
finish_file(struct logsource *s)
{
	struct cursor_at *at = &s->c.at;
	struct listing x;

	if (s->name[0] == '\0') {
		if (list(&x, s->path, at) == -1) {
			if (errno != ENOENT)
				return trouble(s, "read it");
			/* the folder is gone: if it comes back, the place is
			 * still there */
			s->last = 0;
			close_file(s);
			s->again = 0;
			return 0;
		}
		name_of_turned(s, &x, s->name);
		logfolder_close(&x.l);
	}
	/* what stands behind the last LF is no line: a crash has cut it */
	if (buf_len(&s->in) > 0)
		s->c.n.other++;
	if (at->pending > 0 && strcmp(s->name, at->newest) <= 0 &&
	    s->name[0] != '\0')
		at->pending--;
	if (s->name[0] != '\0')
		memcpy(at->behind, s->name, sizeof s->name);
	s->last = 1;
	close_file(s);
	at->off = at->ino = at->head_len = 0;
	at->head[0] = '\0';
	if (s->finished != NULL)
		s->finished(s->arg, &s->c);
	return 0;
}

/* the end of what is there: 1, read on; 0, there is nothing now; -1 */
static int
at_end(struct logsource *s)
{
	if (s->name[0] != '\0' || s->last) {
		s->again = 1;
		return finish_file(s) == -1 ? -1 : 1;
	}
	if (s->again && is_turned(s)) {
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
		return open_next(s);
	}
	if (s->at_end)
		return 0;
	got = fd_read_more(s->file.fd, &s->in, LOGSOURCE_READ);
	if (got == -1)
		return trouble(s, "read a file");
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
logsource_to_end(struct logsource *s)
{
	struct listing x;
	struct stat st;
	char last[4096];
	ssize_t n = 0;

	if (list(&x, s->path, &s->c.at) == -1)
		return -1;
	compare(s, &x);
	s->c.at.pending = 0;
	memcpy(s->c.at.behind, s->c.at.newest, sizeof s->c.at.behind);
	if (x.l.current != -1 && fstat(x.l.current, &st) == 0) {
		n = pread(x.l.current, last, CURSOR_HEAD_MAX, 0);
		s->c.at.ino = st.st_ino;
	}
	if (n > 0 && st.st_size > 0) {
		s->c.at.head_len = (unsigned)n;
		cursor_sum(last, (size_t)n, s->c.at.head);
		s->c.at.off = (uint64_t)st.st_size;
		/* a line that is just being written is one to come */
		while (s->c.at.off > 0 &&
		    pread(x.l.current, last, 1, (off_t)s->c.at.off - 1) == 1 &&
		    last[0] != '\n')
			s->c.at.off--;
	}
	if (s->c.at.off == 0)
		s->c.at.head_len = 0;
	if (s->c.at.head_len == 0)
		s->c.at.head[0] = '\0';
	logfolder_close(&x.l);
	return 0;
}

int64_t
logsource_behind(const char *path, const struct cursor_at *at)
{
	struct listing x;
	struct stat st;
	int64_t sum = 0;
	size_t i;

	if (list(&x, path, at) == -1)
		return errno == ENOENT ? 0 : -1;
	for (i = x.first; i < x.l.n; i++)
		if (stat(x.l.file[i], &st) == 0)
			sum += st.st_size;
	if (x.l.current != -1 && fstat(x.l.current, &st) == 0)
		sum += st.st_size;
	logfolder_close(&x.l);
	sum -= (int64_t)at->off;
	return sum < 0 ? 0 : sum;
}

void
logsource_close(struct logsource *s)
{
	s->last = 0;
	close_file(s);
	buf_free(&s->in);
	free(s->path);
}
