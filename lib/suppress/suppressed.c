#include "suppress/suppressed.h"
#include "base/clock.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* a line of the tail, the last one of its key */
struct suppressed_line {
	char key[SUPPRESSLINE_KEY];
	uint64_t at;
	uint32_t len, link;
};

static struct suppressed_line *
lines(const struct suppressed *s)
{
	return (struct suppressed_line *)(void *)buf_data(&s->tail);
}

static uint32_t
hash_at(const void *owner, uint32_t i)
{
	return suppressline_key_hash(lines(owner)[i].key);
}

static struct suppressed_line *
find_line(const struct suppressed *s, const char *key)
{
	struct suppressed_line *l = lines(s);
	uint32_t i = hashindex_first(&s->index, suppressline_key_hash(key));

	for (; i != HASHINDEX_NONE; i = l[i].link)
		if (memcmp(l[i].key, key, SUPPRESSLINE_KEY) == 0)
			return &l[i];
	return NULL;
}

static int
add_line(struct suppressed *s, const struct suppressline *from, uint64_t at,
    size_t len)
{
	struct suppressed_line l = { .at = at, .len = (uint32_t)len }, *old;
	struct hashindex_array a;
	uint32_t n = (uint32_t)(buf_len(&s->tail) / sizeof l);

	suppressline_own_key(l.key, from);
	old = find_line(s, l.key);
	if (old != NULL) {
		old->at = l.at;
		old->len = l.len;
		return 0;
	}
	if (buf_put(&s->tail, &l, sizeof l) == -1)
		return -1;
	a = (struct hashindex_array){ .link = &lines(s)->link,
		.stride = sizeof l,
		.hash = hash_at,
		.owner = s };
	if (hashindex_add(&s->index, &a, n) == 0)
		return 0;
	s->tail.end -= sizeof l;
	return -1;
}

/* the whole lines of what stands at s->at; how many bytes they are, -1 */
static long
take_lines(struct suppressed *s, const char *p, size_t n)
{
	struct suppressline l;
	const char *lf;
	size_t used = 0;

	while ((lf = memchr(p + used, '\n', n - used)) != NULL) {
		size_t len = (size_t)(lf - p) - used;

		/* an empty one ends what a crash has cut */
		if (len > 0 && suppressline_read(&l, p + used, len) == -1)
			s->damaged++;
		else if (len > 0 && add_line(s, &l, s->at + used, len) == -1)
			return -1;
		used += len + 1;
	}
	/* no line is so long */
	if (used == 0 && n == SUPPRESSED_READ)
		used = n;
	return (long)used;
}

/* what was appended up to size */
static int
read_on(struct suppressed *s, uint64_t size)
{
	char b[SUPPRESSED_READ];
	ssize_t n;
	long used;

	while (s->at < size) {
		s->behind = s->at - s->from > SUPPRESSED_TAIL_MAX;
		if (s->behind)
			return 0;
		n = pread(s->fd, b, sizeof b, (off_t)s->at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		used = take_lines(s, b, (size_t)n);
		if (used == -1)
			return -1;
		if (used == 0)
			return 0;
		s->at += (uint64_t)used;
	}
	return 0;
}

/* where the tail begins: what the table says of this journal */
static uint64_t
compiled(struct suppressed *s, const struct suppresshead *h)
{
	const char *p = NULL;
	size_t n = 0;

	if (!s->table.open || table_ref(&s->table, "=journal", 8, &p, &n) != 1)
		n = 0;
	return suppresshead_start(h, p, n, INT64_MAX);
}

static void
forget(struct suppressed *s)
{
	buf_clear(&s->tail);
	hashindex_free(&s->index);
	memset(&s->index, 0, sizeof s->index);
	s->from = s->at = SUPPRESSLINE_HEAD;
	s->behind = 0;
}

/* look at the table now, though it was looked at a moment ago */
static void
look_again(struct suppressed *s)
{
	s->table.checked_ms = INT64_MIN / 2;
	table_check(&s->table);
}

/* of an open journal */
static int
begin(struct suppressed *s)
{
	char head[SUPPRESSHEAD_MAX];
	struct suppresshead h;
	struct stat st;
	ssize_t n;

	if (fstat(s->fd, &st) == -1)
		return -1;
	n = pread(s->fd, head, sizeof head, 0);
	if (n == -1)
		return -1;
	if (suppresshead_read(&h, head, (size_t)n) == -1) {
		errno = EINVAL;
		return -1;
	}
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	/* a journal that was written anew has a table that is as new */
	if (h.from[0] != '\0')
		look_again(s);
	s->generation = s->table.generation;
	s->from = s->at = compiled(s, &h);
	return 0;
}

/* the journal that has the name now, from the table's end on.  It stays open, so
 * that no other gets its inode */
static int
reopen(struct suppressed *s)
{
	int saved;

	fd_drop(&s->fd);
	forget(s);
	s->fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (s->fd == -1 || begin(s) == 0)
		return s->fd == -1 ? -1 : 0;
	saved = errno;
	fd_drop(&s->fd);
	errno = saved;
	return -1;
}

/* is a table there that cannot be opened?  One that has just been made can */
static int
table_hidden(struct suppressed *s)
{
	if (s->table.open ||
	    (access(s->table_path, F_OK) == -1 && errno == ENOENT))
		return 0;
	look_again(s);
	return !s->table.open;
}

static int
check(struct suppressed *s)
{
	struct stat st;

	table_check(&s->table);
	if (table_hidden(s)) {
		errno = EACCES;
		return -1;
	}
	if (stat(s->path, &st) == -1) {
		if (errno != ENOENT)
			return -1;
		/* nothing was ever suppressed, or the table has it all */
		fd_drop(&s->fd);
		forget(s);
		return 0;
	}
	if ((s->fd == -1 || st.st_ino != s->ino || st.st_dev != s->dev ||
		s->generation != s->table.generation ||
		(uint64_t)st.st_size < s->at) &&
	    reopen(s) == -1)
		return -1;
	return read_on(s, (uint64_t)st.st_size);
}

int
suppressed_check(struct suppressed *s)
{
	s->checked_ms = clock_mono_ms();
	s->state = check(s) == -1 ? errno : 0;
	errno = s->state;
	return s->state == 0 ? 0 : -1;
}

int
suppressed_open(struct suppressed *s, const char *dir)
{
	memset(s, 0, sizeof *s);
	s->fd = -1;
	if (asprintf(&s->table_path, "%s/table.cdb", dir) == -1 ||
	    asprintf(&s->path, "%s/journal", dir) == -1) {
		s->state = errno = ENOMEM;
		return -1;
	}
	table_open(&s->table, s->table_path);
	return suppressed_check(s);
}

void
suppressed_close(struct suppressed *s)
{
	table_close(&s->table);
	fd_drop(&s->fd);
	buf_free(&s->tail);
	hashindex_free(&s->index);
	free(s->table_path);
	free(s->path);
}

/* looked up */

/* a line of the tail from the journal */
static int
read_line(struct suppressed *s, const struct suppressed_line *x,
    struct suppressline *l)
{
	char b[SUPPRESSLINE_MAX];
	ssize_t n = pread(s->fd, b, x->len, (off_t)x->at);

	if (n == -1)
		return -1;
	if (n == (ssize_t)x->len && suppressline_read(l, b, x->len) == 0)
		return 1;
	errno = EIO;
	return -1;
}

int
suppressed_find(struct suppressed *s, const char key[SUPPRESSLINE_KEY],
    struct suppressline *l)
{
	const struct suppressed_line *x = find_line(s, key);
	const char *p;
	size_t n;
	int r;

	if (x != NULL)
		return read_line(s, x, l);
	if (!s->table.open)
		return 0;
	r = table_ref(&s->table, key, SUPPRESSLINE_KEY, &p, &n);
	if (r != 1) {
		errno = EIO;
		return r;
	}
	if (suppressline_read(l, p, n) == 0)
		return 1;
	errno = EIO;
	return -1;
}

/* of one tenant and stream */
static int
look(struct suppressed *s, const struct suppressline *who, const char *tenant,
    const char *stream, int64_t now_s, struct suppressline *l)
{
	char key[SUPPRESSLINE_KEY];
	int r;

	suppressline_key(key, who->hash, 0, tenant, stream);
	r = suppressed_find(s, key, l);
	if (r != 1)
		return r;
	return l->act == SUPPRESSLINE_ADD &&
	    (l->until_s == 0 || l->until_s > now_s) &&
	    strcmp(l->tenant, tenant) == 0 && strcmp(l->stream, stream) == 0 &&
	    memcmp(l->hash, who->hash, sizeof l->hash) == 0;
}

static int
is_empty(const struct suppressed *s)
{
	return s->index.n == 0 && (!s->table.open || suppressed_table(s) == 0);
}

int
suppressed_look_whose(struct suppressed *s, struct slice tenant,
    struct slice stream, const struct suppressline *who, int64_t now_s,
    struct suppressline *l)
{
	char t[SUPPRESSLINE_NAME_MAX + 1], u[SUPPRESSLINE_NAME_MAX + 1];
	const char *const tries[SUPPRESSED_TRIES][2] = { { t, u }, { t, "*" },
		{ "*", u }, { "*", "*" } };
	unsigned i;
	int r = 0;

	/* what no list can have is on none of its own */
	if (suppressline_name(t, tenant.p, tenant.n) == -1)
		t[0] = '\0';
	if (suppressline_name(u, stream.p, stream.n) == -1)
		u[0] = '\0';
	for (i = 0; i < SUPPRESSED_TRIES && r == 0; i++)
		if (tries[i][1][0] != '\0')
			r = look(s, who, tries[i][0], tries[i][1], now_s, l);
	return r;
}

int
suppressed_look(struct suppressed *s, struct slice tenant, struct slice stream,
    struct slice address, int64_t now_s, struct suppressline *l)
{
	struct suppressline who;

	if (clock_mono_ms() - s->checked_ms >= SUPPRESSED_CHECK_MS)
		suppressed_check(s);
	if (s->state != 0) {
		errno = s->state;
		return -1;
	}
	if (is_empty(s) ||
	    suppressline_address(&who, address.p, address.n) == -1)
		return 0;
	return suppressed_look_whose(s, tenant, stream, &who, now_s, l);
}

const char *
suppressed_tail_key(const struct suppressed *s, uint32_t i)
{
	return i < buf_len(&s->tail) / sizeof *lines(s) ? lines(s)[i].key
							: NULL;
}

uint64_t
suppressed_tail(const struct suppressed *s)
{
	return s->at - s->from;
}

uint64_t
suppressed_table(const struct suppressed *s)
{
	return s->table.open ? s->table.cdb.size : 0;
}
