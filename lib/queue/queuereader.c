#include "queue/queuereader.h"
#include "base/fd.h"
#include "queue/headread.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEGMENT_MAX = 1 << 30 };

int
queuereader_open(struct queuereader *s, const char *queue)
{
	s->root = open(queue, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->root == -1 ? -1 : 0;
}

int
queuereader_age(struct queuereader *s, struct age *a, int64_t now_ms)
{
	char text[AGE_TEXT_MAX];
	int fd = openat(s->root, "clock",
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n;

	*a = (struct age){ .start_ms = now_ms, .max_ms = now_ms };
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	n = fd_read_all(fd, text, sizeof text);
	fd_fail(fd);
	if (n == -1)
		return -1;
	age_read(a, text, n);
	return 0;
}

int
queuereader_names(struct queuereader *s, const char *dir,
    int (*each)(void *, const char *, const char *), void *arg)
{
	char path[QUEUEREADER_PATH_MAX];
	struct dirent *e;
	DIR *d;
	int fd, r = 0;

	fd = openat(s->root, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	d = fdopendir(fd);
	if (d == NULL) {
		close(fd);
		return -1;
	}
	while (r == 0 && (errno = 0, e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		r = each(arg, path, e->d_name);
	}
	if (r == 0 && errno != 0)
		r = -1;
	fd = errno;
	closedir(d);
	errno = fd;
	return r;
}

static int
add_id(void *arg, const char *path, const char *name)
{
	char want[NAME_PATH_LEN + 1];

	if (name_check(name, strlen(name)) == -1)
		return 0;
	name_path(want, name);
	return strcmp(path, want) == 0 ? buf_put(arg, name, NAME_LEN) : 0;
}

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, NAME_LEN);
}

int
queuereader_ids(struct queuereader *s, struct buf *out)
{
	char path[NAME_FOLDER_LEN + 1];
	unsigned i;

	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(path, i);
		if (queuereader_names(s, path, add_id, out) == -1)
			return -1;
	}
	if (buf_len(out) > 0)
		qsort(buf_data(out), buf_len(out) / NAME_LEN, NAME_LEN,
		    compare_ids);
	return 0;
}

static int
read_head(int fd, struct buf *head, struct message_head *h, struct stat *st)
{
	buf_clear(head);
	if (fstat(fd, st) == -1)
		return -1;
	if (S_ISREG(st->st_mode) && headread(fd, head, h) == -1)
		return -1;
	errno = EINVAL;
	return S_ISREG(st->st_mode) &&
		(uint64_t)st->st_size == h->head_len + h->size
	    ? 0
	    : -1;
}

int
queuereader_load(struct queuereader *s, const char *path, struct buf *head,
    struct message_head *h, struct stat *st)
{
	int fd, saved;

	fd = openat(s->root, path,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return -1;
	if (read_head(fd, head, h, st) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
add_outcome(struct journaled_list *o, const char *id, unsigned n,
    enum message_state state)
{
	struct journaled *p;
	size_t cap;

	if (o->n == o->cap) {
		cap = o->cap == 0 ? 1024 : 2 * o->cap;
		p = realloc(o->o, cap * sizeof *p);
		if (p == NULL)
			return -1;
		o->o = p;
		o->cap = cap;
	}
	p = &o->o[o->n];
	memcpy(p->id, id, NAME_LEN);
	p->n = n;
	p->state = state;
	p->order = o->n++;
	return 0;
}

/* all of its bytes may stand in a line, or none was written at all */
static int
is_cut(const char *p, size_t n)
{
	static const char bytes[] =
	    "0123456789abcdefghijklmnopqrstuv -QHSBXKRDEx";
	size_t i, zeros = 0;

	for (i = 0; i < n; i++)
		if (p[i] == '\0')
			zeros++;
		else if (strchr(bytes, p[i]) == NULL)
			return 0;
	return zeros == n || (zeros == 0 && n < JOURNAL_LINE_MAX);
}

static int
add_segment(struct journaled_list *o, const char *p, size_t n)
{
	const char *end = p + n;
	enum journal_kind kind;
	struct journal_line l;
	size_t used;

	while ((kind = journal_next(p, end - p, &l, &used)) != JOURNAL_MORE) {
		if (kind == JOURNAL_LINE) {
			if (add_outcome(o, l.id, l.n, l.state) == -1)
				return -1;
		} else if (kind == JOURNAL_OTHER) {
			if (is_cut(p, used - (p[used - 1] == '\n')))
				o->cut++;
			else
				o->bad++;
		}
		p += used;
	}
	if (p < end)
		o->cut++;
	return 0;
}

struct segments {
	struct journaled_list *o;
	struct queuereader *s;
	struct buf names;
};

enum { SEGMENT_NAME_LEN = 10 };

static int
add_name(void *arg, const char *path, const char *name)
{
	struct segments *g = arg;

	(void)path;
	if (strlen(name) != SEGMENT_NAME_LEN ||
	    strspn(name, "0123456789") != SEGMENT_NAME_LEN)
		return 0;
	return buf_put(&g->names, name, SEGMENT_NAME_LEN + 1);
}

static int
compare_names(const void *a, const void *b)
{
	return memcmp(a, b, SEGMENT_NAME_LEN);
}

static int
compare_outcomes(const void *a, const void *b)
{
	const struct journaled *x = a, *y = b;
	int k = memcmp(x->id, y->id, NAME_LEN);

	if (k != 0)
		return k;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	/* what still owed its report may be carried over behind its end */
	k = message_final(x->state) - message_final(y->state);
	if (k != 0)
		return k;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int
read_segment(struct segments *g, const char *name)
{
	char path[64], *p;
	size_t n;
	int k;

	snprintf(path, sizeof path, "/proc/self/fd/%d/done/%s", g->s->root,
	    name);
	if (fd_slurp(path, SEGMENT_MAX, &p, &n) == -1)
		return errno == ENOENT ? 0 : -1; /* removed meanwhile */
	k = add_segment(g->o, p, n);
	free(p);
	return k;
}

int
journaled_load(struct journaled_list *o, struct queuereader *s)
{
	struct segments g = { o, s, { 0 } };
	size_t i, n;
	int r;

	memset(o, 0, sizeof *o);
	r = queuereader_names(s, "done", add_name, &g);
	n = buf_len(&g.names) / (SEGMENT_NAME_LEN + 1);
	if (n > 0)
		qsort(buf_data(&g.names), n, SEGMENT_NAME_LEN + 1,
		    compare_names);
	for (i = 0; r == 0 && i < n; i++)
		r = read_segment(&g,
		    buf_data(&g.names) + i * (SEGMENT_NAME_LEN + 1));
	buf_free(&g.names);
	if (o->n > 0)
		qsort(o->o, o->n, sizeof *o->o, compare_outcomes);
	return r;
}

/* the last one that stands not behind recipient n of this id, or NULL */
static const struct journaled *
find_last(const struct journaled_list *o, const char *id, unsigned n)
{
	struct journaled want = {
		.n = n, .order = UINT32_MAX, .state = MESSAGE_SENT
	};
	size_t lo = 0, hi = o->n, mid;

	memcpy(want.id, id, NAME_LEN);
	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (compare_outcomes(&o->o[mid], &want) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0 || memcmp(o->o[lo - 1].id, id, NAME_LEN) != 0)
		return NULL;
	return &o->o[lo - 1];
}

enum message_state
journaled_state(const struct journaled_list *o, const char *id, unsigned n,
    const struct message_rcpt *r)
{
	const struct journaled *p = find_last(o, id, n);

	return p != NULL && p->n == n ? p->state : r->state;
}

long
journaled_highest(const struct journaled_list *o, const char *id)
{
	const struct journaled *p = find_last(o, id, UINT32_MAX);

	return p == NULL ? -1 : (long)p->n;
}

void
journaled_free(struct journaled_list *o)
{
	free(o->o);
	memset(o, 0, sizeof *o);
}

const char *
store_state_name(enum message_state s)
{
	switch (s) {
	case MESSAGE_HELD: return "held";
	case MESSAGE_SENT:
	case MESSAGE_RELAYED:
	case MESSAGE_DELIVERED:
	case MESSAGE_EXPANDED:
	case MESSAGE_SENT_SAID: return "sent";
	case MESSAGE_BOUNCED:
	case MESSAGE_BOUNCED_SAID: return "bounced";
	case MESSAGE_EXPIRED:
	case MESSAGE_EXPIRED_SAID: return "expired";
	case MESSAGE_DELETED: return "deleted";
	default: return "queued";
	}
}
