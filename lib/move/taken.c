#include "move/taken.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/num.h"
#include "move/queuefile.h"
#include "queue/ranges.h"
#include "queue/message.h"
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const char file[] = "imported";

static uint32_t
hash_of(const char *old)
{
	uint64_t h = hash_bytes(0, old, NAME_LEN);

	return (uint32_t)(h ^ h >> 32);
}

static uint32_t
hash_one(const void *owner, uint32_t i)
{
	return hash_of(taken_get(owner, i)->old);
}

static int
remember(struct taken *t, const char *old, const char *new, const char *numbers,
    size_t n)
{
	struct taken_one one = { .numbers_at = (uint32_t)buf_len(&t->text),
		.numbers_len = (uint32_t)n };
	uint32_t i = (uint32_t)(buf_len(&t->all) / sizeof one);
	struct hashindex_array a = {
		.stride = sizeof one, .hash = hash_one, .owner = t
	};

	memcpy(one.old, old, NAME_LEN);
	memcpy(one.new, new, NAME_LEN);
	if (buf_put(&t->text, numbers, n) == -1 ||
	    buf_put(&t->all, &one, sizeof one) == -1)
		return -1;
	a.link = (uint32_t *)(void *)(buf_data(&t->all) +
	    offsetof(struct taken_one, link));
	return hashindex_add(&t->by_old, &a, i);
}

/* a line of the file; 1, 0: it is none, or too old, -1 with ENOMEM */
static int
read_line(struct taken *t, const char *p, const char *end, int64_t oldest_s)
{
	enum { SECONDS_AT = 2 * (NAME_LEN + 1) };
	const char *s = p + SECONDS_AT, *e;
	uint64_t at;

	if (end - p < SECONDS_AT + 6 || p[NAME_LEN] != ' ' || s[-1] != ' ' ||
	    name_check(p, NAME_LEN) == -1 ||
	    name_check(p + NAME_LEN + 1, NAME_LEN) == -1 || end[-1] != '.' ||
	    end[-2] != ' ' || (e = memchr(s, ' ', end - s)) == NULL ||
	    e >= end - 2 || num_scan(s, e - s, 0, INT64_MAX, &at) == -1 ||
	    ranges_count(e + 1, end - 2 - (e + 1), MESSAGE_RCPTS_MAX - 1) == 0)
		return 0;
	if ((int64_t)at < oldest_s)
		return 0;
	return remember(t, p, p + NAME_LEN + 1, e + 1, end - 2 - (e + 1)) == -1
	    ? -1
	    : 1;
}

/* the good lines of the file, into kept */
static int
read_lines(struct taken *t, const char *p, size_t n, int64_t oldest_s,
    struct buf *kept)
{
	const char *end = n == 0 ? p : p + n, *e;
	int k;

	for (; p < end && (e = memchr(p, '\n', end - p)) != NULL; p = e + 1) {
		k = read_line(t, p, e, oldest_s);
		if (k == 1)
			k = buf_put(kept, p, e + 1 - p);
		if (k == -1)
			return -1;
	}
	return 0;
}

int
taken_open(struct taken *t, int64_t now_s)
{
	struct buf b = { 0 }, kept = { 0 };
	int k;

	t->fd = -1;
	k = queuefile_read(t->root, file, &b);
	if (k == 0)
		k = read_lines(t, buf_data(&b), buf_len(&b),
		    now_s - TAKEN_KEEP_S, &kept);
	if (k == 0 && buf_len(&kept) != buf_len(&b))
		k = queuefile_put(t->root, file, &kept);
	buf_free(&b);
	buf_free(&kept);
	return k;
}

static uint32_t
find(const struct taken *t, uint32_t i, const char *old)
{
	while (i != HASHINDEX_NONE &&
	    memcmp(taken_get(t, i)->old, old, NAME_LEN) != 0)
		i = taken_get(t, i)->link;
	return i;
}

uint32_t
taken_first(const struct taken *t, const char *old)
{
	return find(t, hashindex_first(&t->by_old, hash_of(old)), old);
}

uint32_t
taken_next(const struct taken *t, uint32_t i, const char *old)
{
	return find(t, taken_get(t, i)->link, old);
}

int
taken_add(struct taken *t, const char *old, const char *new, int64_t now_s,
    const char *numbers, size_t n)
{
	if (remember(t, old, new, numbers, n) == -1)
		return -1;
	return buf_printf(&t->lines, "%.20s %.20s %lld %.*s .\n", old, new,
	    (long long)now_s, (int)n, numbers);
}

/* the file's name is new at first, and made durable with the folder */
static int
open_file(struct taken *t)
{
	t->fd = openat(t->root, file,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
	return t->fd == -1 ? -1 : fsync(t->root);
}

int
taken_sync(struct taken *t)
{
	if (buf_len(&t->lines) == 0)
		return 0;
	if (t->fd == -1 && open_file(t) == -1)
		return -1;
	if (fd_write_all(t->fd, buf_data(&t->lines), buf_len(&t->lines)) ==
		-1 ||
	    fdatasync(t->fd) == -1)
		return -1;
	buf_clear(&t->lines);
	return 0;
}
