#include "ship/lognote.h"
#include "base/die.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* how far lines are there: behind this some are missing */
static const char *
when(const struct logsource *s, char out[32])
{
	time_t t = s->c.n.last_us / 1000000;
	struct tm tm;

	if (t <= 0 || gmtime_r(&t, &tm) == NULL ||
	    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return "the beginning";
	return out;
}

void
lognote_lost(struct logsource *s, uint64_t files, const char *what)
{
	char text[32];

	s->c.n.lost += files;
	warn("%s: LOST: %llu files %s before they were read; behind %s lines "
	     "are missing",
	    s->path, (unsigned long long)files, what, when(s, text));
}

/* a file that waited is not there */
static void
gone(void *arg, const struct logfiles_one *one)
{
	struct logsource *s = arg;
	char text[32];

	/* what is open is read, with a name or without */
	if (s->file.fd != -1 && strcmp(s->name, one->name) == 0)
		return;
	s->c.n.lost++;
	warn("%s: LOST: %s, %llu bytes, was removed before it was read; behind "
	     "%s lines are missing",
	    s->path, one->name, (unsigned long long)one->bytes, when(s, text));
	if (strcmp(s->c.at.name, one->name) == 0)
		cursor_no_place(&s->c.at);
	if (s->gone != NULL)
		s->gone(s->arg, s, one);
}

/* the inode of the file of the place, 0: not known */
static uint64_t
place_ino(const struct logsource *s)
{
	struct stat st;

	if (s->file.fd != -1 && s->file.pid == 0 && fstat(s->file.fd, &st) == 0)
		return st.st_ino;
	return s->c.at.ino;
}

enum { NONE = -1, UNREAD = -2 };

/* is that the file of the place?  An inode is that of another file once nobody
 * has it open.  1, 0, -1: it cannot be read now */
static int
is_it(const struct logsource *s, const struct loglist *x, unsigned i,
    int by_ino)
{
	const struct cursor_at *at = &s->c.at;
	const char *path = loglist_path(x, at->files.waiting[i].name);

	if (path == NULL)
		return 0;
	if (at->head_len > 0)
		return loglist_alike(path, at);
	return by_ino && s->file.fd != -1;
}

/* of the files that wait the one that was `current` when it was read, or NONE;
 * UNREAD: one that cannot be read now, with errno, may be it */
static int
named(const struct logsource *s, const struct loglist *x)
{
	const struct logfiles *f = &s->c.at.files;
	uint64_t ino = place_ino(s);
	int r, unread = 0;
	unsigned i;

	for (i = 0; i < f->n_waiting; i++) {
		if (ino == 0 || f->waiting[i].ino != ino)
			continue;
		r = is_it(s, x, i, 1);
		if (r == 1)
			return (int)i;
		if (r == -1)
			unread = errno;
	}
	/* a processor has made another file of it */
	for (i = 0; i < f->n_waiting && x->ino != ino; i++) {
		r = is_it(s, x, i, 0);
		if (r == 1)
			return (int)i;
		if (r == -1)
			unread = errno;
	}
	errno = unread;
	return unread != 0 ? UNREAD : NONE;
}

/* the file of the place has got a name; 1: it is among those that wait, 0; -1
 * with errno: it may be one that cannot be read now */
static int
find_name(struct logsource *s, const struct loglist *x)
{
	struct cursor_at *at = &s->c.at;
	int i;

	if (at->name[0] != '\0' || (at->ino == 0 && at->head_len == 0))
		return 0;
	i = named(s, x);
	if (i < 0)
		return i == UNREAD ? -1 : 0;
	logfiles_first(&at->files, (unsigned)i);
	memcpy(at->name, at->files.waiting[0].name, sizeof at->name);
	if (s->file.fd != -1) {
		/* what came before it was turned is still to be read */
		memcpy(s->name, at->name, sizeof s->name);
		s->at_end = 0;
	}
	return 1;
}

/* files that were seen together, for the first time, are put into order; -1, with
 * errno: one cannot be read now, and they are seen for the first time again */
static int
put_in_order(struct logsource *s, const struct loglist *x, unsigned from)
{
	int64_t begin_us[LOGFILES_WAITING_MAX], us = INT64_MIN;
	struct logfiles *f = &s->c.at.files;
	unsigned i;

	for (i = from; i < f->n_waiting; i++) {
		begin_us[i - from] =
		    loglist_first_us(loglist_path(x, f->waiting[i].name));
		if (begin_us[i - from] == LOGLIST_UNREAD) {
			f->n_waiting = from;
			return -1;
		}
	}
	if (from > 0)
		us = logfiles_time_us(f->waiting[from - 1].name);
	else if (s->c.at.behind[0] != '\0')
		us = logfiles_time_us(s->c.at.behind);
	logfiles_order(f, from, begin_us, us);
	return 0;
}

/* `current` was another one with the last look, which nobody has read, and which
 * has no name: it has come and gone */
static void
unseen(struct logsource *s, const struct loglist *x, unsigned is_new)
{
	uint64_t ino = s->current_ino;
	const struct logfiles_one one = { .ino = ino };
	size_t i;

	s->current_ino = x->ino;
	if (ino == 0 || x->ino == ino || is_new > 0 ||
	    (s->file.fd != -1 && place_ino(s) == ino))
		return;
	for (i = 0; i < x->n; i++)
		if (x->file[i].ino == ino)
			return;
	lognote_lost(s, 1, "or more were removed");
	if (s->c.at.name[0] == '\0' && s->c.at.ino == ino)
		cursor_no_place(&s->c.at);
	if (s->gone != NULL)
		s->gone(s->arg, s, &one);
}

/* of a place as it was kept before: what was known to be there, and is not */
static void
compare_old(struct logsource *s, const struct loglist *x)
{
	struct cursor_at *at = &s->c.at;
	uint64_t known = 0;
	size_t i;

	for (i = 0; i < x->n; i++)
		known += strcmp(x->file[i].name, at->behind) > 0 &&
		    strcmp(x->file[i].name, at->newest) <= 0;
	if (known < at->pending)
		lognote_lost(s, at->pending - known, "were removed");
	at->pending = 0;
	at->newest[0] = '\0';
}

int
lognote(struct logsource *s, const struct loglist *x)
{
	struct logfiles *f = &s->c.at.files;
	uint64_t lost_before = s->c.n.lost;
	unsigned is_new, all_new, first;
	int changed, found;

	if (s->c.at.pending > 0)
		compare_old(s, x);
	changed = logfiles_seen(f, x->file, x->n, gone, s, &is_new);
	first = f->n_waiting - is_new;
	all_new = is_new;
	found = find_name(s, x);
	if (found == -1) {
		f->n_waiting = first; /* they are new with the next look, too */
		return -1;
	}
	if (found && is_new > 0) {
		first++;
		is_new--;
	}
	if (is_new > 1 && put_in_order(s, x, first) == -1)
		return -1;
	unseen(s, x, all_new);
	changed |= s->c.n.lost != lost_before;
	if (changed && s->noted != NULL)
		s->noted(s->arg, s);
	return changed;
}
