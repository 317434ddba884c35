#include "sign/keycache.h"
#include "base/clock.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct keycache_entry {
	struct hash_node node;                /* first */
	struct keycache_entry *older, *newer; /* by their last use */
	struct privkey *key;
	struct stat st;
	int64_t checked_ms;
	char name[];
};

/* one file */

static const char *
because(int err)
{
	static char text[200];

	snprintf(text, sizeof text, "unable to read the key: %s",
	    strerror(err));
	return text;
}

/* is a try at another time worth it, as long as nobody changes the file? */
static int
passes(int err)
{
	return err != ENOENT && err != ENOTDIR && err != ELOOP &&
	    err != ENAMETOOLONG && err != EISDIR;
}

static const char *
fault_of(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "key is not a regular file";
	if (st->st_mode & (S_IRWXO | S_IWGRP | S_IXGRP))
		return "key may be read or written by others: chmod it to "
		       "0600 or 0640";
	return NULL;
}

static struct privkey *
read_text(int fd, const char **reason, int *temporary)
{
	struct buf text = { 0 };
	struct privkey *k;
	ssize_t n;

	*temporary = 1;
	if (buf_reserve(&text, PRIVKEY_TEXT_MAX + 1) == -1) {
		*reason = because(errno);
		return NULL;
	}
	n = fd_read_all(fd, buf_tail(&text), PRIVKEY_TEXT_MAX + 1);
	if (n == -1) {
		*reason = because(errno);
		buf_free(&text);
		return NULL;
	}
	buf_added(&text, n);
	k = privkey_parse(buf_data(&text), n, reason);
	*temporary = k == NULL && strcmp(*reason, "out of memory") == 0;
	privkey_wipe(&text);
	return k;
}

static struct privkey *
load(int dir, const char *name, struct stat *st, const char **reason,
    int *temporary)
{
	struct privkey *k = NULL;
	/* not to hang in a FIFO */
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1 || fstat(fd, st) == -1) {
		*temporary = passes(errno);
		*reason = errno == ENOENT ? "no such key" : because(errno);
	} else {
		*temporary = 0;
		*reason = fault_of(st);
		if (*reason == NULL)
			k = read_text(fd, reason, temporary);
	}
	if (fd != -1)
		close(fd);
	return k;
}

struct privkey *
keycache_read(int dir, const char *name, const char **reason, int *temporary)
{
	struct stat st;

	return load(dir, name, &st, reason, temporary);
}

/* those in memory */

static void
unlink_entry(struct keycache *c, struct keycache_entry *e)
{
	*(e->older != NULL ? &e->older->newer : &c->oldest) = e->newer;
	*(e->newer != NULL ? &e->newer->older : &c->newest) = e->older;
}

static void
link_entry(struct keycache *c, struct keycache_entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest != NULL ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void
drop(struct keycache *c, struct keycache_entry *e)
{
	unlink_entry(c, e);
	hash_remove(&c->entries, &e->node);
	privkey_free(e->key);
	free(e);
}

static struct keycache_entry *
find(const struct keycache *c, const char *name, uint64_t h)
{
	struct hash_node *n;

	for (n = hash_first(&c->entries, h); n != NULL; n = hash_again(n))
		if (strcmp(((struct keycache_entry *)n)->name, name) == 0)
			return (struct keycache_entry *)n;
	return NULL;
}

/* the time of the last change of the inode: content, owner or mode */
static int
same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	    a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static int
still_good(const struct keycache *c, struct keycache_entry *e)
{
	int64_t now = clock_mono_ms();
	struct stat st;

	if (now - e->checked_ms < KEYCACHE_CHECK_MS)
		return 1;
	e->checked_ms = now;
	return fstatat(c->dir, e->name, &st, 0) == 0 && same(&st, &e->st);
}

static struct keycache_entry *
add(struct keycache *c, const char *name, uint64_t h, const char **reason,
    int *temporary)
{
	size_t n = strlen(name);
	struct keycache_entry *e = calloc(1, sizeof *e + n + 1);

	*reason = "out of memory";
	*temporary = 1;
	if (e == NULL)
		return NULL;
	memcpy(e->name, name, n + 1);
	e->node.hash = h;
	e->checked_ms = clock_mono_ms();
	e->key = load(c->dir, name, &e->st, reason, temporary);
	if (e->key == NULL || hash_add(&c->entries, &e->node) == -1) {
		privkey_free(e->key);
		free(e);
		return NULL;
	}
	link_entry(c, e);
	return e;
}

struct privkey *
keycache_get(struct keycache *c, const char *name, const char **reason,
    int *temporary)
{
	uint64_t h = hash_bytes(0, name, strlen(name));
	struct keycache_entry *e = find(c, name, h);

	if (e != NULL && !still_good(c, e)) {
		drop(c, e);
		e = NULL;
	}
	if (e != NULL) {
		unlink_entry(c, e);
		link_entry(c, e);
		return e->key;
	}
	if (c->entries.n >= KEYCACHE_MAX)
		drop(c, c->oldest);
	e = add(c, name, h, reason, temporary);
	return e == NULL ? NULL : e->key;
}

void
keycache_clear(struct keycache *c)
{
	while (c->oldest != NULL)
		drop(c, c->oldest);
	hash_free(&c->entries);
}
