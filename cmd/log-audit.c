#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/lines.h"
#include "base/logfolder.h"
#include "base/out.h"
#include "format/ltsv.h"
#include "queue/ask.h"
#include "queue/audit.h"
#include "queue/headread.h"
#include "queue/journal.h"
#include "queue/layout.h"
#include "queue/name.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define USAGE "log-audit [-v] QUEUE LOG..."

enum {
	LOG_AUDIT_READ = 65536,
	LOG_AUDIT_LINE_BYTES = 1 << 20,
	LOG_AUDIT_AGAIN_MS = 500, /* between two looks at the log */
	LOG_AUDIT_BAD = 1 /* the status when something is not explained */
};

static struct audit books;
static struct buf out;
static struct buf reaches; /* a line for each log */
static int verbose;
static unsigned unread; /* files, or lines of them */
static unsigned pass;   /* how often the log is read */
static struct buf seen; /* files of the log */

static void
no_memory(void)
{
	die(EXIT_TEMP, "out of memory");
}

struct reading {
	const char *name;
	void (*take)(const char *, size_t);
};

/* what cannot be read is said once */
static void
missing(const char *what, const char *name)
{
	if (pass > 1)
		return;
	unread++;
	warn("%s %s: %m", what, name);
}

static void
take_line(void *arg, const char *line, size_t n)
{
	const struct reading *r = arg;

	if (line != NULL) {
		r->take(line, n);
		return;
	}
	if (pass > 1)
		return;
	unread++;
	warn("%s: a line is too long", r->name);
}

/* hand the whole lines of a file to take(); returns how many bytes stand
 * behind them, in a cut last one */
static size_t
each_line(int fd, const char *name, void (*take)(const char *, size_t))
{
	struct reading r = { name, take };
	size_t left;

	if (lines_left(fd, LOG_AUDIT_LINE_BYTES, take_line, &r, &left) == 0)
		return left;
	if (errno == ENOMEM)
		no_memory();
	missing("unable to read", name);
	return 0;
}

/* the log */

static void
take_event(const char *line, size_t n)
{
	if (audit_event(&books, line, n) == -1)
		no_memory();
}

struct file {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime;
	unsigned pass;
	int whole; /* svlogd went on to another */
};

static struct file *
find(const struct stat *st)
{
	struct file *f = (struct file *)(void *)buf_data(&seen);
	size_t n = buf_len(&seen) / sizeof *f;

	for (; n > 0; n--, f++)
		if (f->dev == st->st_dev && f->ino == st->st_ino)
			return f;
	return NULL;
}

/* has it been read, in this pass or, if nothing was added, before? */
static int
was_read(int fd, const char *name, int whole)
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
	now.pass = pass;
	now.whole = whole;
	f = find(&st);
	if (f == NULL) {
		needs(buf_put(&seen, &now, sizeof now));
		return 0;
	}
	if (f->pass == pass && pass == 1)
		warn("%s: given twice, read once", name);
	if (f->pass == pass ||
	    (f->whole && f->size == now.size &&
		memcmp(&f->mtime, &now.mtime, sizeof now.mtime) == 0))
		return 1;
	*f = now;
	return 0;
}

static enum audit_end
end_of_file(const char *path)
{
	size_t n = strlen(path);

	return strcmp(path + n - 2, ".u") == 0 ? AUDIT_END_BROKEN
					       : AUDIT_END_ROTATED;
}

static void
read_file(const char *path, enum audit_end end)
{
	struct logfile f;
	size_t left;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), had;

	/* what svlogd has removed by now is found by its absence */
	if (fd == -1 && errno == ENOENT)
		return;
	had = fd != -1 && was_read(fd, path, end != AUDIT_END_LAST);
	if (fd != -1)
		close(fd);
	if (had)
		return;
	if (fd == -1 || logfile_open(&f, path) == -1) {
		missing("unable to open", path);
		return;
	}
	left = each_line(f.fd, path, take_event);
	if (logfile_close(&f) == -1)
		missing("unable to decompress", path);
	audit_file_end(&books, end, left);
}

static void
read_folder(const char *dir)
{
	struct logfolder l;
	size_t i;

	if (logfolder_open(&l, dir) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", dir);
	for (i = 0; i < l.n; i++)
		read_file(l.file[i], end_of_file(l.file[i]));
	errno = ENOENT;
	if (l.current == -1)
		missing("unable to open", l.current_name);
	else if (!was_read(l.current, l.current_name, 0))
		audit_file_end(&books, AUDIT_END_LAST,
		    each_line(l.current, l.current_name, take_event));
	logfolder_close(&l);
}

/* root sees there what its owner might see */
static int
enter(const char *dir)
{
	int fd = folder_open(dir);

	if (fd == -1 || folder_enter(fd) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", dir);
	return fd;
}

static void
read_folder_as_owner(const char *dir)
{
	close(enter(dir));
	read_folder(dir);
	folder_leave();
}

static void
read_log(const char *name)
{
	struct stat st;

	audit_log_begin(&books);
	if (strcmp(name, "-") == 0)
		audit_file_end(&books, AUDIT_END_LAST,
		    each_line(0, "standard input", take_event));
	else if (stat(name, &st) == -1)
		die(EXIT_TEMP, "unable to look at %s: %m", name);
	else if (S_ISDIR(st.st_mode))
		read_folder_as_owner(name);
	else
		read_file(name, AUDIT_END_LAST);
}

/* a line that says from when to when a log has events */
static void
reached(const char *name)
{
	static const char form[] = "%Y-%m-%dT%H:%M:%SZ";
	char from[32], to[32];
	time_t s = books.from_s, e = books.to_s;

	strftime(from, sizeof from, form, gmtime(&s));
	strftime(to, sizeof to, form, gmtime(&e));
	if (ltsv_puts(&reaches, "log", name) == -1 ||
	    (s != 0 &&
		(ltsv_puts(&reaches, "from", from) == -1 ||
		    ltsv_puts(&reaches, "to", to) == -1)) ||
	    ltsv_end(&reaches) == -1)
		no_memory();
}

/* the queue */

static void
join(char *path, const char *dir, const char *name)
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		die(EXIT_TEMP, "%s/%s: the name is too long", dir, name);
}

static struct buf head; /* of a message file */

/* its head into h; 0, or -1: it is no whole message file */
static int
whole_head(int fd, struct message_head *h)
{
	struct stat st;

	if (headread(fd, &head, h) == 0)
		return fstat(fd, &st) == 0 &&
			(uint64_t)st.st_size == h->head_len + h->size
		    ? 0
		    : -1;
	if (errno == ENOMEM)
		no_memory();
	return -1;
}

/* a file that is none was never said to be safe; queue-check speaks of it */
static void
read_message(const char *path, const char *id)
{
	struct message_head h;
	struct message_rcpt r;
	unsigned n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd == -1 && errno == ENOENT)
		return; /* came to its end while we looked */
	if (fd == -1) {
		missing("unable to open", path);
		return;
	}
	if (whole_head(fd, &h) == 0) {
		while (message_rcpt(&h, &r) == 1)
			if (audit_file(&books, id, n++, r.state) == -1)
				no_memory();
	} else {
		unread++;
		warn("%s: no whole message", path);
	}
	close(fd);
}

static void
read_messages(const char *queue)
{
	char path[PATH_MAX], name[NAME_PATH_LEN + 1];
	struct dirent *e;
	unsigned i;
	DIR *d;

	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(name, i);
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

static int
is_segment(const struct dirent *d)
{
	return d->d_name[0] >= '0' && d->d_name[0] <= '9';
}

static struct buf held; /* the journal's segments: their descriptors */
static char behind[NAME_MAX + 1]; /* the name of the last of them */

/* more of them, in the order in which they were written */
static void
hold_journal(const char *queue)
{
	char path[PATH_MAX], name[PATH_MAX];
	struct dirent **d;
	int i, n, fd;

	join(path, queue, "done");
	n = scandir(path, &d, is_segment, alphasort);
	if (n == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	for (i = 0; i < n; i++) {
		join(name, path, d[i]->d_name);
		if (strcmp(d[i]->d_name, behind) > 0) {
			snprintf(behind, sizeof behind, "%s", d[i]->d_name);
			fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
			if (fd != -1)
				needs(buf_put(&held, &fd, sizeof fd));
			else if (errno != ENOENT)
				die(EXIT_TEMP, "unable to open %s: %m", name);
		}
		free(d[i]);
	}
	free(d);
}

static void
read_journal(void)
{
	const int *fd = (const void *)buf_data(&held);
	size_t n = buf_len(&held) / sizeof *fd;

	for (; n > 0; n--, fd++) {
		each_line(*fd, "the journal", take_journal);
		close(*fd);
	}
	buf_clear(&held);
}

/* does a queue-run work there, and if not, has it stopped in order */
static enum audit_queue
ask_queue(int queue)
{
	struct stat st;
	struct ask a;

	if (ask_open(&a, queue) == 0) {
		ask_close(&a);
		return AUDIT_QUEUE_LIVE;
	}
	if (!ask_nobody(errno))
		return AUDIT_QUEUE_LIVE;
	if (fstatat(queue, "lock", &st, AT_SYMLINK_NOFOLLOW) == -1)
		return AUDIT_QUEUE_UNKNOWN;
	return st.st_size > 0 ? AUDIT_QUEUE_DEAD : AUDIT_QUEUE_STOPPED;
}

/* the answer */

static void
put(const char *label, uint64_t n)
{
	if (ltsv_putnum(&out, label, n) == -1)
		no_memory();
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
	if (kind != AUDIT_UNANNOUNCED && kind != AUDIT_UNWRITTEN &&
	    kind != AUDIT_AGAIN && kind != AUDIT_ASIDE)
		put("n", n);
	if (text[0] != '\0' && ltsv_puts(&out, "text", text) == -1)
		no_memory();
	if (ltsv_end(&out) == -1)
		no_memory();
	if (buf_len(&out) > LOG_AUDIT_READ)
		out_flush_plain(&out);
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
	out_flush_plain(&out);
}

static void
read_queue(const char *queue, int64_t read_s, int again)
{
	int fd = enter(queue);
	enum audit_queue q = ask_queue(fd);

	close(fd);
	/* what comes later cannot be asked for */
	if (q == AUDIT_QUEUE_LIVE && !again)
		q = AUDIT_QUEUE_DEAD;
	audit_log_end(&books, q, read_s);
	/* A segment goes when the files of all its messages have gone, or say
	 * the same: what we read of those is in what we hold. */
	hold_journal(queue);
	read_messages(queue);
	read_aside(queue);
	hold_journal(queue);
	read_journal();
	folder_leave();
}

static void
read_logs(char *const *name)
{
	pass++;
	for (; *name != NULL; name++) {
		read_log(*name);
		if (pass == 1)
			reached(*name);
	}
}

/*
 * The log, then the queue; and where something is wrong, since mail may have
 * gone while we looked, the log once more.  What the queue had when we looked
 * must be in the log soon after.
 */
static void
read_all(const char *queue, char *const *logs)
{
	int64_t until_ms, read_s = clock_wall_s();
	struct audit_balance sum;
	int i, again = 1;

	for (i = 0; logs[i] != NULL; i++)
		again &= strcmp(logs[i], "-") != 0;
	read_logs(logs);
	read_queue(queue, read_s, again);
	until_ms = clock_mono_ms() + AUDIT_YOUNG_S * 1000;
	audit_balance(&books, &sum, NULL, NULL);
	while (again &&
	    (sum.lost > 0 || sum.unexplained > 0 || sum.young > 0)) {
		audit_again(&books);
		read_logs(logs);
		audit_balance(&books, &sum, NULL, NULL);
		if (sum.young == 0 || clock_mono_ms() >= until_ms)
			return;
		poll(NULL, 0, LOG_AUDIT_AGAIN_MS);
	}
}

/* the status to exit with */
static int
tell(void)
{
	struct audit_balance sum;
	int bad;

	audit_balance(&books, &sum, NULL, NULL);
	if (sum.cut_lines > 0)
		warn("%llu event lines cut by a crash",
		    (unsigned long long)sum.cut_lines);
	if (sum.bad_lines > 0)
		warn("%llu damaged event lines",
		    (unsigned long long)sum.bad_lines);
	if (books.events == 0)
		warn("no event in any log");
	bad = sum.lost > 0 || sum.unexplained > 0 || sum.bad_lines > 0 ||
	    unread > 0 || books.events == 0;
	if ((bad || verbose) &&
	    buf_put(&out, buf_data(&reaches), buf_len(&reaches)) == -1)
		no_memory();
	audit_balance(&books, &sum, found, NULL);
	summary(&sum);
	return bad ? LOG_AUDIT_BAD : EXIT_OK;
}

int
main(int argc, char **argv)
{
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "v")) != -1) {
		if (c != 'v')
			die_usage(USAGE);
		verbose = 1;
	}
	if (argc - optind < 2)
		die_usage(USAGE);
	read_all(argv[optind], argv + optind + 1);
	return tell();
}
