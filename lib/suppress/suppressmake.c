#include "suppress/suppressmake.h"
#include "base/cdbstream.h"
#include "base/cdbwrite.h"
#include "base/fd.h"
#include "base/hashindex.h"
#include "suppress/suppresslog.h"
#include "suppress/suppressparts.h"
#include "suppress/suppresstable.h"
#include "suppress/suppresstidy.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char journal_key[] = SUPPRESSTABLE_JOURNAL,
		  name_new[] = "table.new";
enum { JOURNAL_KEY = sizeof journal_key - 1, READ = 1 << 18 };

struct make {
	int dir, journal;
	int64_t now_s;
	struct suppressparts parts;
	struct suppressmake_sums *sums;
	char id[SUPPRESSLINE_ID + 1];
	uint64_t end; /* of the journal, behind its last whole line */
};

/* into parts: a length, the key, the line */

static int
add(struct make *m, const char *key, const char *line, size_t n)
{
	char b[4 + SUPPRESSLINE_KEY + SUPPRESSLINE_MAX];
	uint32_t len = (uint32_t)n;

	memcpy(b, &len, 4);
	memcpy(b + 4, key, SUPPRESSLINE_KEY);
	memcpy(b + 4 + SUPPRESSLINE_KEY, line, n);
	return suppressparts_add(&m->parts,
	    cdbwrite_hash(key, SUPPRESSLINE_KEY) & 255, b,
	    4 + SUPPRESSLINE_KEY + n);
}

static int
add_old(struct make *m, struct suppresstable *o)
{
	const char *key, *line;
	size_t n;
	int r;

	while ((r = suppresstable_next(o, &key, &line, &n)) == 1)
		if (add(m, key, line, n) == -1)
			return -1;
	return r;
}

static int
add_line(struct make *m, const char *p, size_t n)
{
	struct suppressline l;
	char key[SUPPRESSLINE_KEY];

	if (n == 0)
		return 0;
	if (suppressline_read(&l, p, n) == -1) {
		m->sums->damaged++;
		return 0;
	}
	suppressline_own_key(key, &l);
	return add(m, key, p, n);
}

/* the whole lines of a buffer; what is left is the beginning of one */
static int
add_lines(struct make *m, struct buf *b)
{
	const char *p = buf_data(b), *lf;
	size_t n = buf_len(b), used = 0;

	while (n > used && (lf = memchr(p + used, '\n', n - used)) != NULL) {
		size_t len = (size_t)(lf - p) - used;

		if (add_line(m, p + used, len) == -1)
			return -1;
		used += len + 1;
	}
	/* no line is so long: its rest will be none */
	if (used == 0 && n > SUPPRESSLINE_MAX)
		used = n;
	m->end += used;
	buf_consume(b, used);
	return 0;
}

/* from m->end on, what is there now */
static int
add_journal(struct make *m)
{
	struct buf b = { 0 };
	ssize_t n;
	int r = 0;

	if (lseek(m->journal, (off_t)m->end, SEEK_SET) == -1)
		return -1;
	while (r == 0 && (n = fd_read_more(m->journal, &b, READ)) != 0)
		r = n == -1 ? -1 : add_lines(m, &b);
	buf_free(&b);
	return r;
}

/* where the journal goes on behind the old table: all of it where that knows
 * another journal */
static int
find_end(struct make *m, const struct suppresstable *o)
{
	char head[SUPPRESSHEAD_MAX];
	ssize_t n = pread(m->journal, head, sizeof head, 0);
	struct suppresshead h;
	struct stat st;

	if (n == -1 || fstat(m->journal, &st) == -1)
		return -1;
	if (suppresshead_read(&h, head, (size_t)n) == -1) {
		errno = EINVAL;
		return -1;
	}
	memcpy(m->id, h.id, sizeof m->id);
	m->end =
	    suppresshead_start(&h, o->at, strlen(o->at), (uint64_t)st.st_size);
	return 0;
}

/* out of parts */

struct record {
	uint32_t at, link; /* its length, in the part */
};

struct part {
	struct buf bytes, list; /* the records, struct record */
	struct hashindex index;
};

static struct record *
records(const struct part *p)
{
	return (struct record *)(void *)buf_data(&p->list);
}

static const char *
key_of(const struct part *p, uint32_t i)
{
	return buf_data(&p->bytes) + records(p)[i].at + 4;
}

/* keys of one part agree in the hash that chose it */
static uint32_t
hash_at(const void *owner, uint32_t i)
{
	return suppressline_key_hash(key_of(owner, i));
}

/* the record at a place, in the stead of an earlier one with its key */
static int
keep_last(struct part *p, uint32_t at, struct suppressmake_sums *sums)
{
	const char *key = buf_data(&p->bytes) + at + 4;
	struct record new = { .at = at };
	struct hashindex_array a;
	uint32_t n = (uint32_t)(buf_len(&p->list) / sizeof new), i;

	for (i = hashindex_first(&p->index, suppressline_key_hash(key));
	     i != HASHINDEX_NONE; i = records(p)[i].link)
		if (memcmp(key_of(p, i), key, SUPPRESSLINE_KEY) == 0) {
			records(p)[i].at = at;
			sums->replaced++;
			return 0;
		}
	if (buf_put(&p->list, &new, sizeof new) == -1)
		return -1;
	a = (struct hashindex_array){ .link = &records(p)->link,
		.stride = sizeof new,
		.hash = hash_at,
		.owner = p };
	return hashindex_add(&p->index, &a, n);
}

static uint32_t
len_at(const struct part *p, uint32_t at)
{
	uint32_t n;

	memcpy(&n, buf_data(&p->bytes) + at, sizeof n);
	return n;
}

static int
write_part(struct make *m, struct cdbstream *c, struct part *p)
{
	uint32_t at = 0, i, n;

	while (at < buf_len(&p->bytes)) {
		if (keep_last(p, at, m->sums) == -1)
			return -1;
		at += 4 + SUPPRESSLINE_KEY + len_at(p, at);
	}
	n = (uint32_t)(buf_len(&p->list) / sizeof(struct record));
	for (i = 0; i < n; i++) {
		const char *key = key_of(p, i), *line = key + SUPPRESSLINE_KEY;
		size_t len = len_at(p, records(p)[i].at);

		if (!suppresstable_holds(line, len, m->now_s, &m->sums->held))
			continue;
		if (cdbstream_add(c, key, SUPPRESSLINE_KEY, line, len) == -1)
			return -1;
		m->sums->bytes += len + 1;
	}
	return 0;
}

static int
write_parts(struct make *m, struct cdbstream *c)
{
	unsigned of_journal = cdbwrite_hash(journal_key, JOURNAL_KEY) & 255, i;
	char at[SUPPRESSLINE_ID + 32];
	struct part p;
	int r = 0;

	snprintf(at, sizeof at, "%s %llu", m->id, (unsigned long long)m->end);
	for (i = 0; i < SUPPRESSPARTS_N && r == 0; i++) {
		memset(&p, 0, sizeof p);
		r = suppressparts_read(&m->parts, i, &p.bytes);
		if (r == 0)
			r = write_part(m, c, &p);
		if (r == 0 && i == of_journal)
			r = cdbstream_add(c, journal_key, JOURNAL_KEY, at,
			    strlen(at));
		buf_free(&p.bytes);
		buf_free(&p.list);
		hashindex_free(&p.index);
	}
	return r == 0 ? cdbstream_finish(c) : -1;
}

/* the new table, whole and safe, in the place of the old one */
static int
put(struct make *m, const char *dir)
{
	struct cdbstream c;
	int fd = openat(m->dir, name_new,
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	int r;

	if (fd == -1)
		return -1;
	r = cdbstream_begin(&c, fd, dir);
	if (r == 0)
		r = write_parts(m, &c);
	cdbstream_free(&c);
	if (r == 0)
		r = fsync(fd);
	if (r == -1)
		fd_fail(fd);
	else
		r = close(fd);
	if (r == 0)
		r = renameat(m->dir, name_new, m->dir, SUPPRESSTABLE_NAME);
	if (r == -1) {
		r = errno;
		unlinkat(m->dir, name_new, 0);
		errno = r;
		return -1;
	}
	return fsync(m->dir);
}

static int
make(struct make *m, const char *dir)
{
	struct suppresstable old;
	int r;

	suppresstidy_clean(m->dir);
	r = suppresstable_open(&old, m->dir);
	if (r == 1)
		r = add_old(m, &old);
	suppresstable_close(&old);
	if (r == 0)
		r = find_end(m, &old);
	if (r == 0)
		r = add_journal(m);
	if (r == 0)
		r = put(m, dir);
	/* the table is good without it, too */
	if (r == 0 && suppresstidy_due(m->end, m->sums->bytes) &&
	    suppresstidy(m->dir, m->journal, m->id, m->end) == -1)
		m->sums->untidy = errno;
	return r;
}

/* one after the other */
static int
lock(int dir, int wait)
{
	int fd =
	    openat(dir, "compile.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd == -1)
		return -1;
	while (flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) == -1)
		if (errno != EINTR)
			return fd_fail(fd);
	return fd;
}

int
suppressmake(const char *dir, int64_t now_s, int wait,
    struct suppressmake_sums *sums)
{
	struct make *m = calloc(1, sizeof *m);
	int held = -1, r = -1, saved;

	memset(sums, 0, sizeof *sums);
	if (m == NULL)
		return -1;
	m->now_s = now_s;
	m->sums = sums;
	m->journal = m->parts.fd = -1;
	m->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->dir != -1)
		held = lock(m->dir, wait);
	if (held != -1)
		m->journal = openat(m->dir, "journal", O_RDONLY | O_CLOEXEC);
	if (m->journal != -1 && suppressparts_open(&m->parts, dir) == 0)
		r = make(m, dir);
	saved = errno;
	suppressparts_close(&m->parts);
	fd_drop(&m->journal);
	fd_drop(&held);
	fd_drop(&m->dir);
	free(m);
	errno = saved;
	return r;
}
