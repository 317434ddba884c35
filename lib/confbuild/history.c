#include "confbuild/history.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "confbuild/textdiff.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char built[] = ".built/", before[] = ".before/";
/* is checked, and no table */
static const char tests[] = "tests";

enum { NAME_ROOM = 16 }; /* a folder, and a dot */

struct text {
	char *p; /* NULL: there is none */
	size_t n;
};

static struct text
text_of(const struct maketables *t, const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct text x = { NULL, 0 };

	maketable_path(path, t->dir, folder, name, "");
	x.p = maketable_text(path, &x.n);
	return x;
}

static int
same(const struct text *a, const struct text *b)
{
	if (a->p == NULL || b->p == NULL)
		return a->p == b->p;
	return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

/* is a file the same in two folders? */
static int
same_in(const struct maketables *t, const char *one, const char *other,
    const char *name)
{
	struct text a = text_of(t, one, name), b = text_of(t, other, name);
	int is = same(&a, &b);

	free(a.p);
	free(b.p);
	return is;
}

/* the names, subjects and then tests; NULL at the end */
static const char *
name_of(const struct maketables *t, size_t i)
{
	return i < t->n ? t->all[i].subject->name : i == t->n ? tests : NULL;
}

/* was it read? */
static int
is_read(const struct maketables *t, size_t i)
{
	return i == t->n || t->all[i].wanted;
}

/* a file whole under another name, as a lock keeps others away; 0, or -1 with
 * errno */
static int
write_text(const char *temp, const struct text *x, mode_t mode)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int bad;

	if (fd == -1)
		return -1;
	bad = fd_write_all(fd, x->p, x->n) == -1 || fchmod(fd, mode) == -1 ||
	    fsync(fd) == -1;
	return close(fd) == -1 || bad ? -1 : 0;
}

/* the text of one folder into the other, or away when there is none; 0, or -1
 * with errno */
static int
copy(const struct maketables *t, const char *from, const char *to,
    const char *name)
{
	char source[PATH_MAX], path[PATH_MAX], temp[PATH_MAX];
	struct text x = text_of(t, from, name);
	char hidden[NAME_ROOM];
	struct stat st;
	int r;

	snprintf(hidden, sizeof hidden, "%s.", to);
	maketable_path(source, t->dir, from, name, "");
	maketable_path(path, t->dir, to, name, "");
	maketable_path(temp, t->dir, hidden, name, ".new");
	if (x.p == NULL)
		return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
	r = write_text(temp, &x,
	    stat(source, &st) == 0 ? st.st_mode & 0777 : 0644);
	free(x.p);
	return r == 0 ? rename(temp, path) : -1;
}

/* what is in force becomes the time before: names of the same files */
static int
link_all(const struct maketables *t)
{
	char from[PATH_MAX], to[PATH_MAX];
	const char *name;
	size_t i;

	for (i = 0; (name = name_of(t, i)) != NULL; i++) {
		maketable_path(from, t->dir, built, name, "");
		maketable_path(to, t->dir, before, name, "");
		if ((unlink(to) == -1 && errno != ENOENT) ||
		    (link(from, to) == -1 && errno != ENOENT))
			return -1;
	}
	return 0;
}

/* 1: it was not there; 0: it was; -1 with errno */
static int
make_folder(const struct maketables *t, const char *folder)
{
	char path[PATH_MAX];

	maketable_path(path, t->dir, folder, "", "");
	if (mkdir(path, 0755) == 0)
		return 1;
	return errno == EEXIST ? 0 : -1;
}

static int
keep(const struct maketables *t)
{
	int changed = 0, fresh = make_folder(t, built);
	const char *name;
	size_t i;

	if (fresh == -1)
		return -1;
	for (i = 0; (name = name_of(t, i)) != NULL; i++)
		changed |= is_read(t, i) && !same_in(t, "", built, name);
	if (!changed)
		return 0;
	if (!fresh && (make_folder(t, before) == -1 || link_all(t) == -1))
		return -1;
	for (i = 0; (name = name_of(t, i)) != NULL; i++)
		if (is_read(t, i) && !same_in(t, "", built, name) &&
		    copy(t, "", built, name) == -1)
			return -1;
	return 0;
}

void
history_keep(const struct maketables *t)
{
	if (keep(t) == -1)
		warn("unable to keep the texts in %s/.built: %m", t->dir);
}

void
history_changes(const struct maketables *t,
    void (*each)(void *arg, const char *name, struct slice was,
	struct slice now),
    void *arg)
{
	struct text was, now;
	const char *name;
	size_t i;

	for (i = 0; (name = name_of(t, i)) != NULL; i++) {
		if (!is_read(t, i))
			continue;
		was = text_of(t, built, name);
		now = text_of(t, "", name);
		if (!same(&was, &now))
			each(arg, name, (struct slice){ was.p, was.n },
			    (struct slice){ now.p, now.n });
		free(was.p);
		free(now.p);
	}
}

struct differences {
	const char *dir;
	struct buf *out;
};

static void
put_difference(void *arg, const char *name, struct slice was, struct slice now)
{
	const struct differences *d = arg;
	char path[PATH_MAX];

	maketable_path(path, d->dir, "", name, "");
	needs(textdiff(d->out, path, was.p, was.n, now.p, now.n));
}

void
history_diff(const struct maketables *t, struct buf *b)
{
	struct differences d = { t->dir, b };

	history_changes(t, put_difference, &d);
}

/* those that the time before has otherwise; 0: there are none */
static unsigned
check_undo(const struct maketables *t)
{
	char path[PATH_MAX];
	unsigned n = 0;
	struct stat st;
	const char *name;
	size_t i;

	maketable_path(path, t->dir, before, "", "");
	if (stat(path, &st) == -1)
		return 0;
	for (i = 0; (name = name_of(t, i)) != NULL; i++) {
		if (!same_in(t, "", built, name))
			die(EXIT_PERM,
			    "%s/%s is not what is in force: compile it, or "
			    "put it elsewhere, first",
			    t->dir, name);
		n += !same_in(t, before, built, name);
	}
	return n;
}

static void
take(const struct maketables *t, const char *from, const char *said)
{
	const char *name;
	size_t i;

	for (i = 0; (name = name_of(t, i)) != NULL; i++) {
		if (same_in(t, from, "", name))
			continue;
		if (copy(t, from, "", name) == -1)
			die(EXIT_TEMP, "unable to write %s/%s: %m", t->dir,
			    name);
		if (said != NULL)
			info("%s/%s: %s", t->dir, name, said);
	}
}

void
history_undo(const struct maketables *t)
{
	if (check_undo(t) == 0)
		die(EXIT_PERM, "%s: no other texts were in force before",
		    t->dir);
	take(t, before, "as it was before");
}

void
history_redo(const struct maketables *t)
{
	take(t, built, NULL);
}
