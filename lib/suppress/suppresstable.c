#include "suppress/suppresstable.h"
#include "base/fd.h"
#include "base/num.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char journal_key[] = SUPPRESSTABLE_JOURNAL;
enum { JOURNAL_KEY = sizeof journal_key - 1 };

void
suppresstable_close(struct suppresstable *o)
{
	if (o->map != NULL)
		munmap(o->map, o->n);
	o->map = NULL;
}

int
suppresstable_open(struct suppresstable *o, int dir)
{
	int fd = openat(dir, SUPPRESSTABLE_NAME, O_RDONLY | O_CLOEXEC);
	struct stat st;

	memset(o, 0, sizeof *o);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if (fstat(fd, &st) == -1)
		return fd_fail(fd);
	o->n = (size_t)st.st_size;
	o->map = mmap(NULL, o->n, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (o->map == MAP_FAILED) {
		o->map = NULL;
		return -1;
	}
	if (cdbscan_begin(&o->scan, o->map, o->n) == 0)
		return 1;
	suppresstable_close(o);
	errno = EIO;
	return -1;
}

/* what has been read may go from memory */
static void
drop(struct suppresstable *o)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t at = o->scan.at / page * page;

	if (at - o->dropped < SUPPRESSTABLE_SCAN)
		return;
	madvise((char *)o->map + o->dropped, at - o->dropped, MADV_DONTNEED);
	o->dropped = at;
}

int
suppresstable_next(struct suppresstable *o, const char **key, const char **line,
    size_t *n)
{
	size_t len;
	int r;

	do {
		drop(o);
		r = cdbscan_next(&o->scan, key, &len, line, n);
		if (r == 1 && len == JOURNAL_KEY &&
		    memcmp(*key, journal_key, len) == 0)
			snprintf(o->at, sizeof o->at, "%.*s", (int)*n, *line);
	} while (r == 1 && len != SUPPRESSLINE_KEY);
	if (r == -1 || (r == 1 && *n >= SUPPRESSLINE_MAX)) {
		errno = EIO;
		return -1;
	}
	return r;
}

/* a number in a line that is known to be one; 0 where it does not stand */
static int64_t
number(const char *p, size_t n, const char *label)
{
	const char *at = memmem(p, n, label, strlen(label)), *end;
	uint64_t u = 0;

	if (at == NULL)
		return 0;
	at += strlen(label);
	end = memchr(at, '\t', (size_t)(p + n - at));
	num_scan(at, (size_t)((end == NULL ? p + n : end) - at), 0, INT64_MAX,
	    &u);
	return (int64_t)u;
}

int
suppresstable_holds(const char *p, size_t n, int64_t now_s,
    struct suppresstable_sums *sums)
{
	int64_t since = number(p, n, "\tsince:"), until;

	/* act:add, act:remove, act:soft */
	switch (n > 4 ? p[4] : '\0') {
	case 'a':
		until = number(p, n, "\tuntil:");
		if (until > 0 && until <= now_s)
			break;
		sums->entries++;
		return 1;
	case 'r':
		if (since + SUPPRESSTABLE_REMOVED_S <= now_s)
			break;
		sums->removed++;
		return 1;
	case 's':
		if (since + SUPPRESSTABLE_SOFT_S <= now_s)
			break;
		sums->soft++;
		return 1;
	}
	sums->over++;
	return 0;
}

int
suppresstable_each(const char *dir, int64_t now_s,
    int (*take)(void *arg, const struct suppressline *), void *arg)
{
	struct suppresstable_sums sums;
	struct suppressline l;
	const char *key, *line;
	struct suppresstable old;
	size_t n;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd == -1)
		return -1;
	r = suppresstable_open(&old, fd);
	close(fd);
	if (r == 0)
		errno = ENOENT;
	if (r != 1)
		return -1;
	while ((r = suppresstable_next(&old, &key, &line, &n)) == 1) {
		if (!suppresstable_holds(line, n, now_s, &sums))
			continue;
		if (suppressline_read(&l, line, n) == -1) {
			errno = EIO;
			r = -1;
			break;
		}
		r = take(arg, &l);
		if (r != 0)
			break;
	}
	suppresstable_close(&old);
	return r;
}
