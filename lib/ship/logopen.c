#include "ship/logopen.h"
#include "base/die.h"
#include "base/fd.h"
#include "ship/lognote.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
logopen_trouble(struct logsource *s, const char *what)
{
	if (s->troubled != errno)
		warn("%s: unable to %s: %m", s->path, what);
	s->troubled = errno;
	return -1;
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

/* is the file before the place still there?  Then nothing before it is gone, as
 * long as names go on with the clock */
static int
is_there(const struct logsource *s, const struct loglist *x)
{
	return loglist_path(x, s->c.at.behind) != NULL;
}

/* the file that has been opened is read from its beginning, unless it is that
 * of the place.  said: that files are missing.  0, -1 with errno */
static int
find_place(struct logsource *s, const struct loglist *x, uint64_t ino, int said)
{
	struct cursor_at *at = &s->c.at;
	int same;

	if (at->head_len > 0) {
		same = same_head(s);
		if (same == -1)
			return -1;
		if (same) {
			at->ino = ino;
			memcpy(at->name, s->name, sizeof at->name);
			return go_to(s);
		}
		if (at->name[0] != '\0' || (at->ino == ino && is_there(s, x)))
			warn("%s: a file has become another one: read from its "
			     "beginning",
			    s->path);
		else if (!said)
			lognote_lost(s, 1, "or more were removed");
	} else if (at->name[0] == '\0' && at->ino != 0 && at->ino != ino &&
	    !is_there(s, x) && !said) {
		lognote_lost(s, 1, "or more may have been removed");
	}
	cursor_no_place(at);
	at->ino = ino;
	memcpy(at->name, s->name, sizeof at->name);
	return 0;
}

void
logopen_close(struct logsource *s)
{
	int cut = s->file.pid != 0;

	if (s->file.fd == -1)
		return;
	if (logfile_close(&s->file) == -1 && cut && s->last)
		lognote_lost(s, 1, "could not be decompressed");
	s->file.fd = -1;
	buf_free(&s->in);
	s->looked = 0;
	s->skip = 0;
	s->rest = 0;
}

/* the file of the place, or the next one, is opened: 0, -1 with errno */
static int
open_file(struct logsource *s, struct loglist *x)
{
	struct logfiles *f = &s->c.at.files;
	const char *path = NULL;
	int at;

	s->name[0] = '\0';
	s->file.pid = 0;
	at = s->c.at.name[0] == '\0' ? -1 : logfiles_find(f, s->c.at.name);
	if (at > 0)
		logfiles_first(f, (unsigned)at);
	if (f->n_waiting > 0)
		path = loglist_path(x, f->waiting[0].name);
	if (path != NULL) {
		memcpy(s->name, f->waiting[0].name, sizeof s->name);
		if (logfile_open(&s->file, path) == -1)
			s->file.fd = -1;
	} else {
		s->file.fd = x->l.current;
		x->l.current = -1;
		errno = ENOENT;
	}
	return s->file.fd == -1 ? -1 : 0;
}

int
logopen_next(struct logsource *s)
{
	uint64_t lost_before = s->c.n.lost;
	struct loglist x;
	int r, e;

	if (loglist_open(&x, s->path) == -1)
		return errno == ENOENT || errno == ENOTDIR
		    ? 0
		    : logopen_trouble(s, "read it");
	r = lognote(s, &x) == -1 ? -1 : open_file(s, &x);
	/* a file whose ending has just become another one is found with the
	 * next look */
	if (r == 0)
		r = find_place(s, &x,
		    s->name[0] == '\0' ? x.ino : s->c.at.files.waiting[0].ino,
		    s->c.n.lost != lost_before);
	e = errno;
	if (r == -1)
		logopen_close(s);
	loglist_close(&x);
	errno = e;
	if (r == -1)
		return errno == ENOENT ? 0 : logopen_trouble(s, "open a file");
	s->troubled = 0;
	s->at_end = s->last = 0;
	return 1;
}

int
logopen_turned(const struct logsource *s)
{
	struct stat a, b;
	char path[4096];

	if (snprintf(path, sizeof path, "%s/current", s->path) >=
		(int)sizeof path ||
	    fstat(s->file.fd, &a) == -1)
		return 0;
	return stat(path, &b) == -1 ? errno == ENOENT : a.st_ino != b.st_ino;
}

/* `current` has been read to its end and has a name now: which?  0, or -1 */
static int
name_of_turned(struct logsource *s)
{
	uint64_t lost_before = s->c.n.lost;
	struct loglist x;
	int r, e;

	if (loglist_open(&x, s->path) == -1)
		return -1;
	r = lognote(s, &x);
	e = errno;
	loglist_close(&x);
	errno = e;
	if (r == -1)
		return -1;
	/* it is gone, and there are others that are still to be read */
	if (s->name[0] == '\0' && s->c.at.files.n_waiting > 0 &&
	    s->c.n.lost == lost_before)
		lognote_lost(s, 1, "or more may have been removed");
	return 0;
}

int
logopen_finish(struct logsource *s)
{
	struct cursor_at *at = &s->c.at;

	if (s->name[0] == '\0' && name_of_turned(s) == -1) {
		if (errno != ENOENT)
			return logopen_trouble(s, "read it");
		/* the folder is gone: if it comes back, the place is still
		 * there */
		s->last = 0;
		logopen_close(s);
		s->again = 0;
		return 0;
	}
	/* what stands behind the last LF is no line: a crash has cut it */
	if (buf_len(&s->in) > 0)
		s->c.n.other++;
	if (s->name[0] != '\0') {
		logfiles_done(&at->files, s->name);
		memcpy(at->behind, s->name, sizeof s->name);
	}
	s->last = 1;
	logopen_close(s);
	cursor_no_place(at);
	if (s->finished != NULL)
		s->finished(s->arg, &s->c);
	return 0;
}
