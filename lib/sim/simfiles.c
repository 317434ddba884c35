#include "sim/simfiles.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/lines.h"
#include "base/logfolder.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void
bad(struct simfiles *f, const char *why)
{
	if (f->bad++ < SIMFILES_SAY_MAX)
		warn("%s:%llu: %s", f->name, (unsigned long long)f->line, why);
}

static void
take(void *arg, const char *p, size_t n)
{
	struct simfiles *f = arg;
	const char *why = "the line is too long";
	int r = 1;

	f->lines++;
	f->line++;
	if (p != NULL)
		r = simevent_line(f->events, p, n, &why);
	needs(r);
	if (r == 1)
		bad(f, why);
}

static void
read_fd(struct simfiles *f, int fd, const char *name)
{
	size_t left = 0;

	f->name = name;
	f->line = 0;
	if (lines_left(fd, SIMEVENT_LINE_MAX, take, f, &left) == -1) {
		needs(errno == ENOMEM ? -1 : 0);
		die(EXIT_TEMP, "unable to read %s: %m", name);
	}
	f->line++;
	if (left > 0)
		bad(f, "the last line has no end");
}

static void
read_file(struct simfiles *f, const char *path)
{
	struct logfile file;

	if (logfile_open(&file, path) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", path);
	read_fd(f, file.fd, path);
	if (logfile_close(&file) == -1)
		die(EXIT_TEMP, "unable to decompress %s", path);
}

static void
read_folder(struct simfiles *f, const char *dir)
{
	struct logfolder d;
	size_t i;

	if (logfolder_open(&d, dir) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", dir);
	for (i = 0; i < d.n; i++)
		read_file(f, d.file[i]);
	if (d.current != -1)
		read_fd(f, d.current, d.current_name);
	logfolder_close(&d);
}

void
simfiles_read(struct simfiles *f, const char *name)
{
	struct stat st;

	if (strcmp(name, "-") == 0)
		read_fd(f, 0, "standard input");
	else if (stat(name, &st) == -1)
		die(EXIT_TEMP, "unable to look at %s: %m", name);
	else if (S_ISDIR(st.st_mode))
		read_folder(f, name);
	else
		read_file(f, name);
}
