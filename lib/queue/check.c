#include "queue/check.h"
#include "base/clock.h"
#include "base/fd.h"
#include "queue/idemcheck.h"
#include "queue/imported.h"
#include "queue/sumcheck.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = { "waiting", "done", "making", "incomplete",
	"leftover", "cut", "missing", "foreign", "misplaced", "linked",
	"damaged", "aside" };

const char *
check_state_name(enum check_state s)
{
	return names[s];
}

static void
find(struct check *c, const char *path, enum check_state s, const char *text,
    int repaired)
{
	c->count[s]++;
	c->repaired += repaired;
	c->found(c->arg, path, s, text, repaired);
}

static void
count_rcpt(struct check *c, enum message_state s)
{
	static const char order[] = "QHSBXK";
	const char *p = strchr(order,
	    message_sent(s)                 ? MESSAGE_SENT
		: s == MESSAGE_BOUNCED_SAID ? MESSAGE_BOUNCED
		: s == MESSAGE_EXPIRED_SAID ? MESSAGE_EXPIRED
					    : s);

	c->rcpts[p - order]++;
}

/* all recipients of a whole message */
static void
check_recipients(struct check *c, const char *path, const char *id,
    struct message_head *h)
{
	enum message_state s;
	struct message_rcpt r;
	unsigned n, final = 0;
	int k;

	for (n = 0; (k = message_rcpt(h, &r)) == 1; n++) {
		s = journaled_state(&c->outcomes, id, n, &r);
		count_rcpt(c, s);
		final += message_final(s);
	}
	if (k == -1)
		find(c, path, CHECK_DAMAGED, "its head cannot be read", 0);
	else if (journaled_highest(&c->outcomes, id) >= (long)h->n_rcpt)
		find(c, path, CHECK_DAMAGED,
		    "the journal names recipients that it has not", 0);
	else
		c->count[final == n ? CHECK_DONE : CHECK_WAITING]++;
}

/*
 * A message file that queuereader_load() does not take.  Before the sync of its
 * batch any part of it may be missing on the disk, and then nobody was
 * told that it is safe: its end, or blocks, which then read as zeros.
 */
static void
check_broken(struct check *c, const char *path, const struct stat *st)
{
	struct message_head h;
	int young = c->now_s - clock_file_s(st->st_mtime) < CHECK_YOUNG_S, gone;
	const char *p = buf_data(&c->head);
	size_t n = buf_len(&c->head);

	if (!message_cut(p, n) && p[0] != '\0' &&
	    (message_sizes(p, n, &h) == -1 ||
		(uint64_t)st->st_size >= h.head_len + h.size)) {
		find(c, path, CHECK_DAMAGED, "no message file", 0);
		return;
	}
	if (young) {
		find(c, path, CHECK_MAKING, "not whole yet", 0);
		return;
	}
	gone = c->repair && unlinkat(c->store->root, path, 0) == 0;
	find(c, path, CHECK_INCOMPLETE, "was never acknowledged", gone);
}

/* where it belongs, unless something is there */
static int
move_home(struct check *c, const char *path, const char *id)
{
	char home[NAME_PATH_LEN + 1];

	name_path(home, id);
	return fd_rename(c->store->root, path, home) == 0;
}

/* a file that has two names without knowing it, as a damaged file system may
 * have it before it was repaired */
struct inode {
	uint64_t ino;
	char id[NAME_LEN + 1];
};

static int
note_inode(struct check *c, const char *id, const struct stat *st)
{
	struct inode i = { .ino = st->st_ino };

	if (st->st_nlink != 1)
		return 0;
	memcpy(i.id, id, NAME_LEN);
	return buf_put(&c->inodes, &i, sizeof i);
}

static int
by_inode(const void *x, const void *y)
{
	const struct inode *a = x, *b = y;

	return a->ino < b->ino ? -1 : a->ino > b->ino;
}

/* after all names: those whose inode came before.  Beside a living queue an
 * inode may have been used again meanwhile: it is looked at once more */
static void
check_inodes(struct check *c)
{
	struct inode *i = (struct inode *)(void *)buf_data(&c->inodes);
	size_t n = buf_len(&c->inodes) / sizeof *i, k;
	char path[NAME_PATH_LEN + 1];
	struct stat a, b;

	if (n > 0)
		qsort(i, n, sizeof *i, by_inode);
	for (k = 1; k < n; k++) {
		if (i[k].ino != i[k - 1].ino)
			continue;
		name_path(path, i[k - 1].id);
		if (fstatat(c->store->root, path, &a, 0) == -1)
			continue;
		name_path(path, i[k].id);
		if (fstatat(c->store->root, path, &b, 0) == 0 &&
		    a.st_ino == b.st_ino)
			find(c, path, CHECK_LINKED, i[k - 1].id, 0);
	}
}

/* is what it holds what was written under this name */
static int
sum_right(int fd, const struct message_head *h, const char *id)
{
	struct sumcheck c;
	int k = sumcheck_begin(&c, fd, h, id);

	while (k == 1)
		k = sumcheck_more(&c, SIZE_MAX);
	return k == 0 ? 1 : errno == EBADMSG ? 0 : -1;
}

/* h: of its head, NULL when it could not be read; right: its checksum is */
static void
judge(struct check *c, const char *path, const char *id, const struct stat *st,
    struct message_head *h, int right)
{
	c->bytes += st->st_size;
	if (!right)
		find(c, path, CHECK_DAMAGED,
		    st->st_nlink == 1
			? "its checksum is wrong"
			: "its checksum is wrong: another message's file",
		    0);
	else if (st->st_nlink != 1)
		find(c, path, CHECK_LINKED, "has more than one name", 0);
	else if (h == NULL)
		check_broken(c, path, st);
	else
		check_recipients(c, path, id, h);
}

/* a file in its own place */
static int
check_file(struct check *c, const char *path, const char *id, struct stat *st)
{
	struct message_head h;
	int fd, saved, right = 1;

	fd = queuereader_load(c->store, path, &c->head, &h, st);
	if (fd != -1)
		right = sum_right(fd, &h, id);
	saved = errno;
	if (fd != -1)
		close(fd);
	if (fd == -1 && saved == ENOENT)
		return 0;
	errno = saved;
	if ((fd == -1 && saved != EINVAL) || right == -1 ||
	    note_inode(c, id, st) == -1)
		return -1;
	judge(c, path, id, st, fd == -1 ? NULL : &h, right);
	return 0;
}

static int
check_message(void *arg, const char *path, const char *id)
{
	struct check *c = arg;
	char home[NAME_PATH_LEN + 1];
	struct stat st;

	if (fstatat(c->store->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	if (name_check(id, strlen(id)) == -1 || !S_ISREG(st.st_mode)) {
		find(c, path, CHECK_FOREIGN, "no message's name", 0);
		return 0;
	}
	name_path(home, id);
	if (strcmp(path, home) == 0)
		return check_file(c, path, id, &st);
	find(c, path, CHECK_MISPLACED, home,
	    c->repair && move_home(c, path, id));
	return 0;
}

static int
check_tmp(void *arg, const char *path, const char *name)
{
	struct check *c = arg;
	struct stat st;
	int gone, taken;

	if (fstatat(c->store->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	if (name_check(name, strlen(name)) == -1 || !S_ISREG(st.st_mode)) {
		find(c, path, CHECK_FOREIGN, "no message's name", 0);
		return 0;
	}
	if (c->now_s - clock_file_s(st.st_mtime) < CHECK_TMP_S) {
		find(c, path, CHECK_MAKING, "not whole yet", 0);
		return 0;
	}
	taken = imported_has(c->store->root, name, &c->imported);
	if (taken != 0) {
		find(c, path, CHECK_MAKING,
		    "its queue-import has to be repeated", 0);
		return taken == -1 ? -1 : 0;
	}
	gone = c->repair && unlinkat(c->store->root, path, 0) == 0;
	find(c, path, CHECK_LEFTOVER, "was never acknowledged", gone);
	return 0;
}

/* people's, until they have looked */
static int
check_aside(void *arg, const char *path, const char *name)
{
	(void)name;
	find(arg, path, CHECK_ASIDE, "set aside: its checksum is wrong", 0);
	return 0;
}

static int
check_done(void *arg, const char *path, const char *name)
{
	struct check *c = arg;
	struct stat st;

	if (fstatat(c->store->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	if (strncmp(name, "results.", 8) == 0)
		name += 8;
	if (strlen(name) != 10 || strspn(name, "0123456789") != 10 ||
	    !S_ISREG(st.st_mode))
		find(c, path, CHECK_FOREIGN, "no segment's name", 0);
	return 0;
}

static int
check_keys(void *arg, const char *path, const char *name)
{
	struct check *c = arg;
	unsigned bad, cut;

	if (strcmp(name, "lock") == 0)
		return 0;
	if (strlen(name) != 10 || strspn(name, "0123456789") != 10) {
		find(c, path, CHECK_FOREIGN, "no segment's name", 0);
		return 0;
	}
	if (idemcheck(c->store->root, path, &bad, &cut) == -1)
		return errno == ENOENT ? 0 : -1;
	for (; cut > 0; cut--)
		find(c, path, CHECK_CUT, "a line cut by a crash", 0);
	for (; bad > 0; bad--)
		find(c, path, CHECK_DAMAGED, "a line that is none", 0);
	return 0;
}

/* a folder that is made when there is something in it */
static int
check_perhaps(struct check *c, const char *folder,
    int (*each)(void *, const char *, const char *))
{
	return queuereader_names(c->store, folder, each, c) == -1 &&
		errno != ENOENT
	    ? -1
	    : 0;
}

static int
check_journal(struct check *c)
{
	size_t i;

	if (journaled_load(&c->outcomes, c->store) == -1)
		return -1;
	for (i = 0; i < c->outcomes.cut; i++)
		find(c, "done", CHECK_CUT, "a line cut by a crash", 0);
	for (i = 0; i < c->outcomes.bad; i++)
		find(c, "done", CHECK_DAMAGED, "a line that is none", 0);
	return queuereader_names(c->store, "done", check_done, c);
}

/* mess/ has its directories and nothing else */
static int
check_mess(void *arg, const char *path, const char *name)
{
	char want[NAME_FOLDER_LEN + 1];
	struct check *c = arg;
	struct stat st;
	unsigned i;

	(void)name;
	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(want, i);
		if (strcmp(path, want) == 0)
			break;
	}
	if (fstatat(c->store->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	if (i < NAME_DIRS && S_ISDIR(st.st_mode))
		return queuereader_names(c->store, path, check_message, c);
	find(c, path, CHECK_FOREIGN, "not of a queue", 0);
	return 0;
}

/* what stands in the queue's directory itself */
static const struct part {
	const char *name;
	mode_t type;
	int must;
} parts[] = { { "mess", S_IFDIR, 1 }, { "done", S_IFDIR, 1 },
	{ "tmp", S_IFDIR, 1 }, { "trigger", S_IFIFO, 1 },
	{ "lock", S_IFREG, 1 }, { "ctl", S_IFSOCK, 0 }, { "held", S_IFREG, 0 },
	{ "clock", S_IFREG, 0 }, { "orders", S_IFREG, 0 },
	{ "orders.new", S_IFREG, 0 }, { "suspended", S_IFREG, 0 },
	{ "suspended.new", S_IFREG, 0 }, { "aside", S_IFDIR, 0 },
	{ "moving", S_IFREG, 0 }, { "moving.new", S_IFREG, 0 },
	{ "imported", S_IFREG, 0 }, { "imported.new", S_IFREG, 0 },
	{ "keys", S_IFDIR, 0 }, { NULL, 0, 0 } };

static int
check_root(void *arg, const char *path, const char *name)
{
	struct check *c = arg;
	const struct part *p;
	struct stat st;

	(void)path;
	if (fstatat(c->store->root, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	for (p = parts; p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			break;
	if (p->name == NULL || (st.st_mode & S_IFMT) != p->type)
		find(c, name, CHECK_FOREIGN, "not of a queue", 0);
	return 0;
}

static int
is_missing(struct check *c, const char *path)
{
	struct stat st;

	if (fstatat(c->store->root, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	if (errno != ENOENT)
		return -1;
	find(c, path, CHECK_MISSING, "make it with -i", 0);
	return 1;
}

static int
check_parts(struct check *c)
{
	char path[NAME_FOLDER_LEN + 1];
	const struct part *p;
	unsigned i;
	int k, missing[3] = { 0 };

	for (p = parts; p->name != NULL; p++) {
		k = p->must ? is_missing(c, p->name) : 0;
		if (k == -1)
			return -1;
		if (p - parts < 3)
			missing[p - parts] = k;
	}
	for (i = 0; !missing[0] && i < NAME_DIRS; i++) {
		name_folder(path, i);
		if (is_missing(c, path) == -1)
			return -1;
	}
	if (queuereader_names(c->store, ".", check_root, c) == -1)
		return -1;
	if ((!missing[1] && check_journal(c) == -1) ||
	    (!missing[0] &&
		queuereader_names(c->store, "mess", check_mess, c) == -1))
		return -1;
	if (check_perhaps(c, "aside", check_aside) == -1 ||
	    check_perhaps(c, "keys", check_keys) == -1)
		return -1;
	return missing[2] ? 0
			  : queuereader_names(c->store, "tmp", check_tmp, c);
}

int
check_run(struct check *c, struct queuereader *s)
{
	int r;

	c->store = s;
	r = check_parts(c);
	if (r == 0)
		check_inodes(c);
	buf_free(&c->inodes);
	buf_free(&c->imported);
	journaled_free(&c->outcomes);
	buf_free(&c->head);
	return r;
}
