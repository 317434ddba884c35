#include "queue/auditqueue.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/lines.h"
#include "queue/ask.h"
#include "queue/journal.h"
#include "queue/name.h"
#include "queue/queuereader.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEGMENT_NAME = sizeof((struct auditqueue *)0)->last };

enum audit_queue
auditqueue_state(int queue)
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

static void
list(struct auditqueue *q, int root, const char *dir,
    int (*each)(void *, const char *, const char *))
{
	struct queuereader r = { root };

	if (queuereader_names(&r, dir, each, q) == -1)
		die(EXIT_TEMP, "unable to read %s/%s: %m", q->name, dir);
}

/* messages */

/* a file that is none was never said to be safe; queue-check speaks of it */
static void
unreadable(struct auditqueue *q, const char *path)
{
	if (errno == ENOENT)
		return; /* came to its end while we looked */
	if (errno == ENOMEM)
		needs(-1);
	q->unread++;
	if (errno == EINVAL)
		warn("%s/%s: no whole message", q->name, path);
	else
		warn("unable to open %s/%s: %m", q->name, path);
}

static void
read_message(struct auditqueue *q, int root, const char *id)
{
	char path[NAME_PATH_LEN + 1];
	struct queuereader at = { root };
	struct message_head h;
	struct message_rcpt r;
	struct stat st;
	unsigned n = 0;
	int fd, k;

	name_path(path, id);
	fd = queuereader_load(&at, path, &q->head, &h, &st);
	if (fd == -1) {
		unreadable(q, path);
		return;
	}
	while ((k = message_rcpt(&h, &r)) == 1)
		needs(audit_file(q->books, id, n++, r.state));
	close(fd);
	if (k == -1) {
		errno = EINVAL;
		unreadable(q, path);
	}
}

static int
add_id(void *arg, const char *path, const char *name)
{
	struct auditqueue *q = arg;

	(void)path;
	if (name_check(name, strlen(name)) == 0)
		needs(buf_put(&q->held, name, NAME_LEN));
	return 0;
}

static void
read_messages(struct auditqueue *q, int root)
{
	char folder[NAME_FOLDER_LEN + 1], id[NAME_LEN + 1] = "";
	size_t at;
	unsigned i;

	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(folder, i);
		list(q, root, folder, add_id);
		for (at = 0; at < buf_len(&q->held); at += NAME_LEN) {
			memcpy(id, buf_data(&q->held) + at, NAME_LEN);
			read_message(q, root, id);
		}
		buf_clear(&q->held);
	}
}

static int
take_aside(void *arg, const char *path, const char *name)
{
	struct auditqueue *q = arg;

	(void)path;
	if (name_check(name, strlen(name)) == 0)
		needs(audit_aside(q->books, name));
	return 0;
}

/* what queue-run has set aside is not lost, but somebody must look at it */
static void
read_aside(struct auditqueue *q, int root)
{
	struct stat st;

	if (fstatat(root, "aside", &st, 0) == -1 && errno == ENOENT)
		return;
	list(q, root, "aside", take_aside);
}

/* the journal */

static int
add_segment(void *arg, const char *path, const char *name)
{
	struct auditqueue *q = arg;
	char s[SEGMENT_NAME] = "";

	(void)path;
	if (name[0] < '0' || name[0] > '9' || strcmp(name, q->last) <= 0 ||
	    strlen(name) >= sizeof s)
		return 0;
	memcpy(s, name, strlen(name));
	needs(buf_put(&q->held, s, sizeof s));
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
open_segment(const struct auditqueue *q, int root, const char *name)
{
	char path[sizeof "done/" + SEGMENT_NAME];
	int fd;

	snprintf(path, sizeof path, "done/%s", name);
	fd = openat(root, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 && errno != ENOENT)
		die(EXIT_TEMP, "unable to open %s/%s: %m", q->name, path);
	return fd;
}

/* more of its segments, in the order in which they were written */
static void
hold_journal(struct auditqueue *q, int root, struct buf *fds)
{
	char *s;
	size_t n, i;
	int fd;

	list(q, root, "done", add_segment);
	s = buf_data(&q->held);
	n = buf_len(&q->held) / SEGMENT_NAME;
	if (n > 0)
		qsort(s, n, SEGMENT_NAME, by_name);
	for (i = 0; i < n; i++, s += SEGMENT_NAME) {
		memcpy(q->last, s, SEGMENT_NAME);
		fd = open_segment(q, root, s);
		if (fd != -1)
			needs(buf_put(fds, &fd, sizeof fd));
	}
	buf_clear(&q->held);
}

static void
take_line(void *arg, const char *line, size_t n)
{
	struct auditqueue *q = arg;
	struct journal_line l;

	if (line == NULL) {
		q->unread++;
		warn("%s: a line is too long", "the journal");
		return;
	}
	/* the LF stands behind it */
	if (journal_get(line, n + 1, &l) > 0)
		needs(audit_journal(q->books, l.id, l.n, l.state));
}

static void
read_segment(struct auditqueue *q, int fd)
{
	if (lines_each(fd, AUDIT_LINE_BYTES, take_line, q) == -1) {
		if (errno == ENOMEM)
			needs(-1);
		q->unread++;
		warn("unable to read %s: %m", "the journal");
	}
	close(fd);
}

void
auditqueue_read(struct auditqueue *q, int queue)
{
	struct buf fds = { 0 };
	const int *fd;
	size_t n;

	/* A segment goes when the files of all its messages have gone, or say
	 * the same: what we read of those is in what we hold. */
	hold_journal(q, queue, &fds);
	read_messages(q, queue);
	read_aside(q, queue);
	hold_journal(q, queue, &fds);
	fd = (const void *)buf_data(&fds);
	for (n = buf_len(&fds) / sizeof *fd; n > 0; n--)
		read_segment(q, *fd++);
	buf_free(&fds);
}

void
auditqueue_free(struct auditqueue *q)
{
	buf_free(&q->held);
	buf_free(&q->head);
}
