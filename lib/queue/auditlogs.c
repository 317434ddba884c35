#include "queue/auditlogs.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/lines.h"
#include "base/logfolder.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* a file that has been read */
struct file {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime;
	unsigned pass;
	int whole; /* svlogd went on to another */
};

struct reading {
	struct auditlogs *logs;
	const char *name;
};

void
auditlogs_begin(struct auditlogs *l)
{
	l->pass++;
}

/* what cannot be read is said once; 1 when it is said now */
static int
missed(struct auditlogs *l)
{
	if (l->pass > 1)
		return 0;
	l->unread++;
	return 1;
}

static void
missing(struct auditlogs *l, const char *what, const char *name)
{
	if (missed(l))
		warn("%s %s: %m", what, name);
}

static void
take_line(void *arg, const char *line, size_t n)
{
	const struct reading *r = arg;

	if (line != NULL)
		needs(audit_event(r->logs->books, line, n));
	else if (missed(r->logs))
		warn("%s: a line is too long", r->name);
}

/* the whole lines of a file; how many bytes stand behind them, in a cut last
 * one */
static size_t
each_line(struct auditlogs *l, int fd, const char *name)
{
	struct reading r = { l, name };
	size_t left;

	if (lines_left(fd, AUDIT_LINE_BYTES, take_line, &r, &left) == 0)
		return left;
	if (errno == ENOMEM)
		needs(-1);
	missing(l, "unable to read", name);
	return 0;
}

static struct file *
find(const struct auditlogs *l, const struct stat *st)
{
	struct file *f = (struct file *)(void *)buf_data(&l->seen);
	size_t n = buf_len(&l->seen) / sizeof *f;

	for (; n > 0; n--, f++)
		if (f->dev == st->st_dev && f->ino == st->st_ino)
			return f;
	return NULL;
}

/* has it been read, in this pass or, if nothing was added, before? */
static int
was_read(struct auditlogs *l, int fd, const char *name, int whole)
{
	struct file now, *f;
	struct stat st;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	memset(&now, 0, sizeof now);
	now.dev = st.st_dev;
	now.ino = st.st_ino;
	now.size = st.st_size;
	now.mtime = st.st_mtim;
	now.pass = l->pass;
	now.whole = whole;
	f = find(l, &st);
	if (f == NULL) {
		needs(buf_put(&l->seen, &now, sizeof now));
		return 0;
	}
	if (f->pass == l->pass && l->pass == 1)
		warn("%s: given twice, read once", name);
	if (f->pass == l->pass ||
	    (f->whole && f->size == now.size &&
		memcmp(&f->mtime, &now.mtime, sizeof now.mtime) == 0))
		return 1;
	*f = now;
	return 0;
}

static void
read_file(struct auditlogs *l, const char *path, enum audit_end end)
{
	struct logfile f;
	size_t left;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), had;

	/* what svlogd has removed by now is found by its absence */
	if (fd == -1 && errno == ENOENT)
		return;
	had = fd != -1 && was_read(l, fd, path, end != AUDIT_END_LAST);
	if (fd != -1)
		close(fd);
	if (had)
		return;
	if (fd == -1 || logfile_open(&f, path) == -1) {
		missing(l, "unable to open", path);
		return;
	}
	left = each_line(l, f.fd, path);
	if (logfile_close(&f) == -1)
		missing(l, "unable to decompress", path);
	audit_file_end(l->books, end, left);
}

/* how a file of svlogd's ended, by its name */
static enum audit_end
end_of_file(const char *path)
{
	size_t n = strlen(path);

	return strcmp(path + n - 2, ".u") == 0 ? AUDIT_END_BROKEN
					       : AUDIT_END_ROTATED;
}

static void
read_folder(struct auditlogs *l, const char *dir)
{
	struct logfolder d;
	size_t i;

	if (logfolder_open(&d, dir) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", dir);
	for (i = 0; i < d.n; i++)
		read_file(l, d.file[i], end_of_file(d.file[i]));
	errno = ENOENT;
	if (d.current == -1)
		missing(l, "unable to open", d.current_name);
	else if (!was_read(l, d.current, d.current_name, 0))
		audit_file_end(l->books, AUDIT_END_LAST,
		    each_line(l, d.current, d.current_name));
	logfolder_close(&d);
}

/* root sees there what its owner might see */
static void
read_folder_as_owner(struct auditlogs *l, const char *dir)
{
	int fd = folder_open(dir);

	if (fd == -1 || folder_enter(fd) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", dir);
	close(fd);
	read_folder(l, dir);
	folder_leave();
}

void
auditlogs_read(struct auditlogs *l, const char *name)
{
	struct stat st;

	audit_log_begin(l->books);
	if (strcmp(name, "-") == 0)
		audit_file_end(l->books, AUDIT_END_LAST,
		    each_line(l, 0, "standard input"));
	else if (stat(name, &st) == -1)
		die(EXIT_TEMP, "unable to look at %s: %m", name);
	else if (S_ISDIR(st.st_mode))
		read_folder_as_owner(l, name);
	else
		read_file(l, name, AUDIT_END_LAST);
}

void
auditlogs_free(struct auditlogs *l)
{
	buf_free(&l->seen);
	memset(l, 0, sizeof *l);
}
