#include "base/logfolder.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/spawn.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
is_rotated(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] == '@' && n > 2 && d->d_name[n - 2] == '.' &&
	    (d->d_name[n - 1] == 's' || d->d_name[n - 1] == 'u');
}

static char *
join(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) == -1 ? NULL : path;
}

/* a file that its processor has just finished: .u is there besides .s */
static int
same_time(const char *a, const char *b)
{
	size_t n = strlen(a);

	return strlen(b) == n && memcmp(a, b, n - 1) == 0;
}

static int
take_names(struct logfolder *l, const char *dir, struct dirent **d, int n,
    ino_t not )
{
	struct stat st;
	int i;

	l->file = calloc(n + 1, sizeof *l->file);
	for (i = 0; i < n && l->file != NULL; i++) {
		if (i > 0 && same_time(d[i - 1]->d_name, d[i]->d_name))
			continue;
		l->file[l->n] = join(dir, d[i]->d_name);
		if (l->file[l->n] == NULL)
			return -1;
		l->n++;
		if (l->current == -1)
			continue;
		if (stat(l->file[l->n - 1], &st) == -1) {
			if (errno != ENOENT)
				return -1;
		} else if (st.st_ino == not ) {
			free(l->file[--l->n]);
		}
	}
	return l->file == NULL ? -1 : 0;
}

int
logfolder_open(struct logfolder *l, const char *dir)
{
	struct stat st = { 0 };
	struct dirent **d;
	int i, n, r;

	memset(l, 0, sizeof *l);
	l->current = -1;
	l->current_name = join(dir, "current");
	if (l->current_name == NULL)
		return -1;
	l->current = open(l->current_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	n = -1;
	if ((l->current != -1 && fstat(l->current, &st) == 0) ||
	    (l->current == -1 && errno == ENOENT))
		n = scandir(dir, &d, is_rotated, alphasort);
	if (n == -1) {
		i = errno;
		logfolder_close(l);
		errno = i;
		return -1;
	}
	r = take_names(l, dir, d, n, st.st_ino);
	for (i = 0; i < n; i++)
		free(d[i]);
	free(d);
	if (r == -1)
		logfolder_close(l);
	return r;
}

void
logfolder_close(struct logfolder *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->file[i]);
	free(l->file);
	free(l->current_name);
	if (l->current != -1)
		close(l->current);
}

/* with the file as its descriptor 0 */
static int
unzip(struct logfile *f)
{
	static char *const argv[] = { "gzip", "-dc", NULL };
	/* a gzip that is missing is no file that is missing: that is told
	 * when the file is closed */
	struct spawn s = { .argv = argv, .fd = { f->fd, -1, 2 }, .unheard = 1 };
	int p[2];

	if (fd_pipe(p) == -1)
		return -1;
	s.fd[1] = p[1];
	f->pid = spawn_start(&s);
	close(p[1]);
	close(f->fd);
	f->fd = p[0];
	return f->pid == -1 ? -1 : 0;
}

int
logfile_open(struct logfile *f, const char *path)
{
	static const unsigned char magic[] = { 0x1f, 0x8b };
	char start[sizeof magic];
	ssize_t n;

	f->pid = 0;
	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f->fd == -1)
		return -1;
	n = pread(f->fd, start, sizeof start, 0);
	/* what is compressed is not to be taken for lines; of a folder who
	 * reads it says what is wrong */
	if (n == -1 && errno != EISDIR)
		return fd_fail(f->fd);
	if (n != sizeof start || memcmp(start, magic, sizeof magic) != 0)
		return 0;
	if (unzip(f) == 0)
		return 0;
	return fd_fail(f->fd);
}

int
logfile_close(struct logfile *f)
{
	int st = 0;

	close(f->fd);
	if (f->pid != 0)
		spawn_wait(f->pid, &st);
	errno = EIO;
	return st == 0 ? 0 : -1;
}
