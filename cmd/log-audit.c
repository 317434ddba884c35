#include "base/buf.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/lines.h"
#include "proto/ltsv.h"
#include "queue/audit.h"
#include "queue/journal.h"
#include "queue/layout.h"
#include "queue/name.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USAGE "log-audit [-v] QUEUE LOG..."

enum { LOG_AUDIT_READ = 65536, LOG_AUDIT_LINE_BYTES = 1 << 20 };

static struct audit books;
static struct buf out;
static int verbose;

static void
no_memory(void)
{
	die(EXIT_TEMP, "out of memory");
}

struct reading {
	const char *name;
	void (*take)(const char *, size_t);
};

static void
take_line(void *arg, const char *line, size_t n)
{
	const struct reading *r = arg;

	if (line == NULL)
		die(EXIT_TEMP, "%s: a line is too long", r->name);
	r->take(line, n);
}

/* hand the whole lines of a file to take(); a cut last one is none */
static void
each_line(int fd, const char *name, void (*take)(const char *, size_t))
{
	struct reading r = { name, take };

	if (lines_each(fd, LOG_AUDIT_LINE_BYTES, take_line, &r) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", name);
}

/* the log */

static void
take_event(const char *line, size_t n)
{
	if (audit_event(&books, line, n) == -1)
		no_memory();
}

static void
read_file(const char *path, int may_be_gone)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT && may_be_gone)
		return;
	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", path);
	each_line(fd, path, take_event);
	close(fd);
}

static int
is_rotated(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] == '@' && n > 2 && d->d_name[n - 2] == '.' &&
	    (d->d_name[n - 1] == 's' || d->d_name[n - 1] == 'u');
}

static void
join(char *path, const char *dir, const char *name)
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		die(EXIT_TEMP, "%s/%s: the name is too long", dir, name);
}

/*
 * svlogd's: oldest first, the names are times, then current.  That is
 * opened before the names are read, so that none is missed, and perhaps
 * it has a name among them by then.
 */
static void
read_folder(const char *dir)
{
	char path[PATH_MAX], current[PATH_MAX];
	struct stat last = { 0 }, st;
	struct dirent **d;
	int i, n, fd;

	join(current, dir, "current");
	fd = open(current, O_RDONLY | O_CLOEXEC);
	if ((fd == -1 && errno != ENOENT) ||
	    (fd != -1 && fstat(fd, &last) == -1))
		die(EXIT_TEMP, "unable to open %s: %m", current);
	n = scandir(dir, &d, is_rotated, alphasort);
	if (n == -1)
		die(EXIT_TEMP, "unable to read %s: %m", dir);
	for (i = 0; i < n; i++) {
		join(path, dir, d[i]->d_name);
		if (stat(path, &st) == 0 &&
		    (st.st_ino != last.st_ino || fd == -1))
			read_file(path, 1);
		free(d[i]);
	}
	free(d);
	if (fd != -1) {
		each_line(fd, current, take_event);
		close(fd);
	}
}

static void
read_log(const char *name)
{
	struct stat st;

	if (strcmp(name, "-") == 0)
		each_line(0, "standard input", take_event);
	else if (stat(name, &st) == -1)
		die(EXIT_TEMP, "unable to look at %s: %m", name);
	else if (S_ISDIR(st.st_mode))
		read_folder(name);
	else
		read_file(name, 0);
}

/* the queue */

/* a file that is none was never said to be safe; queue-check speaks of it */
static void
read_message(const char *path, const char *id)
{
	static struct buf b;
	struct message_head h;
	struct message_rcpt r;
	struct stat st;
	unsigned n = 0;
	ssize_t got;
	size_t want;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return; /* came to its end while we looked */
	if (fd == -1 || fstat(fd, &st) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", path);
	buf_clear(&b);
	if (buf_reserve(&b, MESSAGE_FIRST_LONG) == -1)
		no_memory();
	got = fd_read_all(fd, buf_tail(&b), MESSAGE_FIRST_LONG);
	if (got == -1)
		goto damaged;
	buf_added(&b, got);
	if (message_sizes(buf_data(&b), got, &h) == -1 ||
	    (uint64_t)st.st_size != h.head_len + h.size)
		goto damaged;
	if (h.head_len > buf_len(&b)) {
		want = h.head_len - buf_len(&b);
		if (buf_reserve(&b, want) == -1)
			no_memory();
		if (fd_read_all(fd, buf_tail(&b), want) != (ssize_t)want)
			goto damaged;
		buf_added(&b, want);
	}
	if (message_open(buf_data(&b), buf_len(&b), &h) == -1)
		goto damaged;
	while (message_rcpt(&h, &r) == 1)
		if (audit_file(&books, id, n++, r.state) == -1)
			no_memory();
	close(fd);
	return;
damaged:
	close(fd);
	warn("%s: no whole message", path);
}

static void
read_messages(const char *queue)
{
	char path[PATH_MAX], name[NAME_PATH_LEN + 1];
	struct dirent *e;
	unsigned i;
	DIR *d;

	for (i = 0; i < NAME_DIRS; i++) {
		static const char digits[] = "0123456789abcdefghijklmnopqrstuv";

		snprintf(name, sizeof name, "mess/%c%c", digits[i / 32],
		    digits[i % 32]);
		join(path, queue, name);
		d = opendir(path);
		if (d == NULL)
			die(EXIT_TEMP, "unable to read %s: %m", path);
		while ((e = readdir(d)) != NULL) {
			if (name_check(e->d_name, strlen(e->d_name)) == -1)
				continue;
			name_path(name, e->d_name);
			join(path, queue, name);
			read_message(path, e->d_name);
		}
		closedir(d);
	}
}

/* what queue-run has set aside is not lost, but somebody must look at it */
static void
read_aside(const char *queue)
{
	char dir[PATH_MAX];
	struct dirent *e;
	DIR *d;

	join(dir, queue, "aside");
	d = opendir(dir);
	if (d == NULL && errno == ENOENT)
		return;
	if (d == NULL)
		die(EXIT_TEMP, "unable to read %s: %m", dir);
	while ((e = readdir(d)) != NULL) {
		if (name_check(e->d_name, strlen(e->d_name)) == 0 &&
		    audit_aside(&books, e->d_name) == -1)
			no_memory();
	}
	closedir(d);
}

static void
take_journal(const char *line, size_t n)
{
	enum message_state state;
	const char *id;
	unsigned rcpt;

	/* the LF stands behind it */
	if (journal_get(line, n + 1, &id, &rcpt, &state) > 0 &&
	    audit_journal(&books, id, rcpt, state) == -1)
		no_memory();
}

static void
read_journal(const char *queue)
{
	char path[PATH_MAX], name[PATH_MAX];
	struct dirent *e;
	DIR *d;
	int fd;

	join(path, queue, "done");
	d = opendir(path);
	if (d == NULL)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		join(name, path, e->d_name);
		fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd == -1 && errno == ENOENT)
			continue;
		if (fd == -1)
			die(EXIT_TEMP, "unable to open %s: %m", name);
		each_line(fd, name, take_journal);
		close(fd);
	}
	closedir(d);
}

/* the answer */

static void
put(const char *label, uint64_t n)
{
	if (ltsv_putnum(&out, label, n) == -1)
		no_memory();
}

static void
flush(void)
{
	if (fd_write_all(1, buf_data(&out), buf_len(&out)) == -1)
		die(EXIT_TEMP, "unable to write: %m");
	buf_clear(&out);
}

static void
found(void *arg, enum audit_kind kind, const char *id, unsigned n,
    const char *text)
{
	(void)arg;
	if (kind > AUDIT_ASIDE && !verbose)
		return;
	if (ltsv_puts(&out, "audit", audit_names[kind]) == -1 ||
	    ltsv_puts(&out, "id", id) == -1)
		no_memory();
	if (kind != AUDIT_UNANNOUNCED && kind != AUDIT_AGAIN &&
	    kind != AUDIT_ASIDE)
		put("n", n);
	if (text[0] != '\0' && ltsv_puts(&out, "text", text) == -1)
		no_memory();
	if (ltsv_end(&out) == -1)
		no_memory();
	if (buf_len(&out) > LOG_AUDIT_READ)
		flush();
}

static void
summary(const struct audit_balance *s)
{
	put("accepted", s->accepted);
	put("queued", s->queued);
	put("sent", s->sent);
	put("bounced", s->bounced);
	put("expired", s->expired);
	put("deleted", s->deleted);
	put("lost", s->lost);
	put("double", s->doubles);
	put("unannounced", s->unannounced);
	put("doubt", s->doubt);
	put("unlogged", s->unlogged);
	put("unexplained", s->unexplained);
	if (ltsv_end(&out) == -1)
		no_memory();
	flush();
}

int
main(int argc, char **argv)
{
	struct audit_balance sum;
	int i, c, stdin_used = 0;

	prog_init(argv);
	while ((c = getopt(argc, argv, "v")) != -1) {
		if (c != 'v')
			die_usage(USAGE);
		verbose = 1;
	}
	if (argc - optind < 2)
		die_usage(USAGE);
	for (i = optind + 1; i < argc; i++) {
		stdin_used |= strcmp(argv[i], "-") == 0;
		read_log(argv[i]);
	}
	audit_log_end(&books);
	read_messages(argv[optind]);
	read_aside(argv[optind]);
	read_journal(argv[optind]);
	audit_balance(&books, &sum, NULL, NULL);
	if (sum.lost > 0 && !stdin_used) {
		/* mail may have gone while we looked */
		audit_again(&books);
		for (i = optind + 1; i < argc; i++)
			read_log(argv[i]);
	}
	audit_balance(&books, &sum, found, NULL);
	summary(&sum);
	if (books.cut_lines > 0)
		warn("%llu event lines cut by a crash",
		    (unsigned long long)books.cut_lines);
	if (books.bad_lines > 0)
		warn("%llu damaged event lines",
		    (unsigned long long)books.bad_lines);
	return sum.lost > 0 || sum.unexplained > 0 ? EXIT_PERM : EXIT_OK;
}
