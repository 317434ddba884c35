/*
 * log-show - the lines of several logs in the order of their times
 *
 * What is wanted of each log is read into one store, sorted, and written.
 * The last lines are found from the ends of the files; the lines about one
 * message by reading all of them twice, first for what belongs to it.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/lines.h"
#include "base/logfolder.h"
#include "base/opt.h"
#include "base/out.h"
#include "queue/logmerge.h"
#include "queue/name.h"
#include "queue/related.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] = "log-show [-f] [-i ID] [-n COUNT] LOG...";

enum {
	LOG_SHOW_LINE_BYTES = 1 << 20,
	LOG_SHOW_COUNT = 100,
	LOG_SHOW_COUNT_MAX = 1000000000,
	BLOCK = 65536,
	LOG_SHOW_TICK_MS = 200, /* between two looks */
	/* for what another log has of the same time */
	LOG_SHOW_HOLD_US = 500 * 1000,
	LOG_SHOW_NOTHING = 1 /* the status: no line is about the message */
};

static struct logmerge lines = { .latest = INT64_MAX };
static struct related related;
static int status = EXIT_OK;

/* what becomes of a line */

static void
keep(const char *p, size_t n)
{
	needs(logmerge_keep(&lines, p, n));
}

static void
link_line(const char *p, size_t n)
{
	needs(related_line(&related, p, n));
}

static void
keep_followed(const char *p, size_t n)
{
	int r = related_about(&related, p, n);

	needs(r);
	if (r == 1)
		keep(p, n);
}

static void
show(int64_t until, size_t most)
{
	needs(logmerge_write(&lines, until, most, out_flush));
}

/* one file */

static void (*wanted)(const char *, size_t) = keep;

static void
take(void *arg, const char *line, size_t n)
{
	if (line != NULL) {
		wanted(line, n);
		return;
	}
	warn("%s: a line is too long", (const char *)arg);
	status = EXIT_TEMP;
}

static void
trouble(const char *what, const char *name)
{
	warn("%s %s: %m", what, name);
	status = EXIT_TEMP;
}

/* from where the descriptor stands; bytes behind the last whole line */
static size_t
read_lines(int fd, const char *name)
{
	size_t left = 0;

	if (lines_left(fd, LOG_SHOW_LINE_BYTES, take, (char *)(uintptr_t)name,
		&left) == 0)
		return left;
	if (errno == ENOMEM)
		needs(-1);
	trouble("unable to read", name);
	return 0;
}

/*
 * Move to the last `count` lines of a file; how many there are from here on,
 * at most count.  It may grow meanwhile.
 */
static size_t
seek_last(int fd, size_t count)
{
	char block[BLOCK];
	off_t at = lseek(fd, 0, SEEK_END);
	size_t seen = 0, n;
	ssize_t i;

	while (at > 0) {
		n = at < BLOCK ? (size_t)at : BLOCK;
		at -= (off_t)n;
		i = pread(fd, block, n, at);
		if (i <= 0)
			break; /* it is said when it is read */
		while (--i >= 0)
			if (block[i] == '\n' && seen++ == count) {
				lseek(fd, at + i + 1, SEEK_SET);
				return count;
			}
	}
	lseek(fd, 0, SEEK_SET);
	return seen;
}

static size_t n_seen, n_skip;

static void
count_line(const char *p, size_t n)
{
	(void)p;
	(void)n;
	n_seen++;
}

static void
skip_line(const char *p, size_t n)
{
	if (n_skip > 0)
		n_skip--;
	else
		keep(p, n);
}

/* all lines of a file by this function */
static void
read_file(const char *name, void (*by)(const char *, size_t))
{
	void (*before)(const char *, size_t) = wanted;
	struct logfile f;

	if (logfile_open(&f, name) == -1) {
		if (errno != ENOENT) /* svlogd has removed it */
			trouble("unable to open", name);
		return;
	}
	wanted = by;
	read_lines(f.fd, name);
	wanted = before;
	if (logfile_close(&f) == -1)
		trouble("unable to decompress", name);
}

static void
count_file(struct logfile *f, const char *name)
{
	void (*before)(const char *, size_t) = wanted;

	wanted = count_line;
	read_lines(f->fd, name);
	wanted = before;
	logfile_close(f); /* what is wrong is said the second time */
}

/* the last `count` lines of a file; how many there were */
static size_t
read_last(const char *name, size_t count)
{
	struct logfile f;

	if (logfile_open(&f, name) == -1) {
		if (errno != ENOENT)
			trouble("unable to open", name);
		return 0;
	}
	if (f.pid == 0) {
		n_seen = seek_last(f.fd, count);
		read_lines(f.fd, name);
		logfile_close(&f);
		return n_seen;
	}
	/* gzip cannot be asked for the end */
	n_seen = 0;
	count_file(&f, name);
	n_skip = n_seen > count ? n_seen - count : 0;
	read_file(name, skip_line);
	return n_seen - n_skip;
}

/* one log */

struct source {
	const char *name;
	int fd; /* what is followed, or -1 */
	ino_t inode;
	off_t pos;
};

static void
watch(struct source *s, int fd, size_t left)
{
	struct stat st;

	s->fd = fd;
	if (fd == -1 || fstat(fd, &st) == -1)
		return;
	s->inode = st.st_ino;
	s->pos = lseek(fd, 0, SEEK_CUR) - (off_t)left;
}

/* the last lines, the newest file first: each file's stand before those of
 * the one that was read before it */
static void
folder_last(struct source *s, struct logfolder *l, size_t count)
{
	uint64_t age = UINT32_MAX;
	size_t i, n = 0, left;

	lines.order = age << 32;
	if (l->current != -1) {
		lines.carry = 0;
		n = seek_last(l->current, count);
		left = read_lines(l->current, l->current_name);
		watch(s, l->current, left);
	}
	for (i = l->n; i > 0 && n < count; i--) {
		lines.order = --age << 32;
		lines.carry = 0;
		n += read_last(l->file[i - 1], count - n);
	}
}

static void
folder_all(struct source *s, struct logfolder *l)
{
	size_t i, left;

	lines.carry = 0;
	lines.order = 0;
	for (i = 0; i < l->n; i++)
		read_file(l->file[i], wanted);
	if (l->current == -1)
		return;
	left = read_lines(l->current, l->current_name);
	watch(s, l->current, left);
}

/* count: 0 for all lines */
static void
read_log(struct source *s, size_t count)
{
	struct logfolder l;
	struct stat st;

	if (stat(s->name, &st) == 0 && !S_ISDIR(st.st_mode)) {
		lines.carry = 0;
		if (count > 0)
			read_last(s->name, count);
		else
			read_file(s->name, wanted);
		return;
	}
	if (logfolder_open(&l, s->name) == -1) {
		trouble("unable to read", s->name);
		return;
	}
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
	if (count > 0)
		folder_last(s, &l, count);
	else
		folder_all(s, &l);
	if (s->fd != -1)
		l.current = -1; /* it goes on to be read */
	logfolder_close(&l);
}

/* following */

static void
grow(struct source *s)
{
	if (s->fd == -1)
		return;
	lseek(s->fd, s->pos, SEEK_SET);
	watch(s, s->fd, read_lines(s->fd, s->name));
}

/* svlogd has begun another file, or several */
static void
turn(struct source *s)
{
	struct logfolder l;
	struct stat st;
	size_t i, from;

	if (logfolder_open(&l, s->name) == -1)
		return; /* it is looked at again */
	for (from = i = 0; i < l.n; i++)
		if (stat(l.file[i], &st) == 0 && st.st_ino == s->inode)
			from = i + 1;
	if (s->fd == -1 || from == 0)
		from = l.n;
	for (i = from; i < l.n; i++)
		read_file(l.file[i], wanted);
	if (s->fd != -1)
		close(s->fd);
	s->fd = l.current;
	if (l.current != -1)
		watch(s, l.current, read_lines(l.current, s->name));
	l.current = -1;
	logfolder_close(&l);
}

static void
look(struct source *s)
{
	struct buf path = { 0 };
	struct stat st;
	int other;

	needs(buf_printf(&path, "%s/current", s->name));
	needs(buf_putc(&path, '\0'));
	other = stat(buf_data(&path), &st) == 0 &&
	    (s->fd == -1 || st.st_ino != s->inode);
	buf_free(&path);
	grow(s);
	if (other)
		turn(s);
}

/* a line waits a moment for what another log has of an earlier one */
static void
follow(struct source *s, size_t n)
{
	struct pollfd gone = { .fd = 1 };
	size_t i;

	for (;;) {
		lines.latest = clock_wall_us();
		for (i = 0; i < n; i++) {
			lines.carry = lines.latest;
			look(&s[i]);
		}
		show(lines.latest - LOG_SHOW_HOLD_US, SIZE_MAX);
		if (poll(&gone, 1, LOG_SHOW_TICK_MS) == 1)
			die(EXIT_TEMP, "nobody reads what is written");
	}
}

int
main(int argc, char **argv)
{
	uint64_t count = LOG_SHOW_COUNT;
	int c, on = 0, by_message;
	struct source *s;
	size_t n, i;

	prog_init(argv);
	while ((c = getopt(argc, argv, "fi:n:")) != -1) {
		if (c == 'f')
			on = 1;
		else if (c == 'i' && name_check(optarg, strlen(optarg)) == 0)
			needs(related_follow(&related, optarg));
		else if (c == 'n')
			count = opt_num(c, optarg, 1, LOG_SHOW_COUNT_MAX);
		else
			die_usage(usage);
	}
	n = (size_t)(argc - optind);
	if (n == 0)
		die_usage(usage);
	by_message = buf_len(&related.ids) > 0;
	s = need(calloc(n, sizeof *s));
	for (i = 0; i < n; i++)
		s[i] =
		    (struct source){ .name = argv[optind + (int)i], .fd = -1 };
	if (by_message) {
		wanted = link_line;
		for (i = 0; i < n; i++)
			read_log(&s[i], 0);
		needs(related_close(&related));
		wanted = keep_followed;
	}
	for (i = 0; i < n; i++)
		read_log(&s[i], by_message ? 0 : count);
	if (by_message && logmerge_lines(&lines) == 0 && status == EXIT_OK &&
	    !on)
		return LOG_SHOW_NOTHING;
	show(INT64_MAX, by_message ? SIZE_MAX : count);
	if (on)
		follow(s, n);
	return status;
}
