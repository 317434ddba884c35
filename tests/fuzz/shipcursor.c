#include "ship/cursor.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * A file in which the place of a destination is kept, as log-ship reads it after a
 * new start.  What was read can be written, and that is the same; and its list of
 * files stays a list of files, whatever is seen in the folder: that of the line
 * before.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct logfiles *f)
{
	unsigned i;

	assert(f->n_read <= LOGFILES_READ_MAX);
	assert(f->n_waiting <= LOGFILES_WAITING_MAX);
	for (i = 0; i < f->n_read; i++) {
		assert(logfiles_name(f->read[i].first, LOGFILES_NAME_LEN));
		assert(logfiles_name(f->read[i].last, LOGFILES_NAME_LEN));
		assert(strcmp(f->read[i].first, f->read[i].last) <= 0);
	}
	for (i = 0; i < f->n_waiting; i++)
		assert(logfiles_name(f->waiting[i].name, LOGFILES_NAME_LEN));
}

/* what is written is read as the same; of an old form, as the new one */
static void
again(const struct cursor *c)
{
	struct cursor same = *c, read;
	struct buf b = { 0 };
	const char *p;

	memset(same.at.newest, 0, sizeof same.at.newest);
	same.at.pending = 0;
	assert(cursor_put(&b, c) == 0 && cursor_end(&b) == 0);
	p = buf_data(&b);
	assert(cursor_next(&p, p + buf_len(&b), &read) == 1);
	assert(memcmp(&same, &read, sizeof same) == 0);
	assert(cursor_next(&p, buf_data(&b) + buf_len(&b), &read) == 0);
	buf_free(&b);
}

static int
by_name(const void *a, const void *b)
{
	const struct logfiles_one *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
gone(void *arg, const struct logfiles_one *one)
{
	unsigned *n = arg;

	assert(logfiles_name(one->name, LOGFILES_NAME_LEN));
	++*n;
}

/* the files of a folder, each once, in their order */
static size_t
folder(struct logfiles_one *there, const struct logfiles *of)
{
	size_t i, n = 0;

	memcpy(there, of->waiting, of->n_waiting * sizeof *there);
	qsort(there, of->n_waiting, sizeof *there, by_name);
	for (i = 0; i < of->n_waiting; i++)
		if (n == 0 || strcmp(there[n - 1].name, there[i].name) != 0)
			there[n++] = there[i];
	return n;
}

/* these files are there */
static void
seen(struct logfiles *f, const struct logfiles *of)
{
	static struct logfiles_one there[LOGFILES_WAITING_MAX];
	size_t n = folder(there, of), i;
	unsigned before = f->n_waiting, is_new, lost = 0, k;

	logfiles_seen(f, there, n, gone, &lost, &is_new);
	check(f);
	assert(lost <= before && f->n_waiting == before - lost + is_new);
	for (i = 0; i < n; i++)
		assert(logfiles_is_read(f, there[i].name) ||
		    logfiles_find(f, there[i].name) != -1 ||
		    f->n_waiting == LOGFILES_WAITING_MAX);
	for (k = 0; k < f->n_waiting; k++)
		assert(bsearch(f->waiting + k, there, n, sizeof *there,
			   by_name) != NULL);
}

/* put into some order none is lost */
static void
ordered(struct logfiles *f, int64_t us)
{
	static struct logfiles_one was[LOGFILES_WAITING_MAX],
	    is[LOGFILES_WAITING_MAX];
	int64_t begin_us[LOGFILES_WAITING_MAX];
	size_t all = f->n_waiting * sizeof *was;
	unsigned i;

	memcpy(was, f->waiting, all);
	for (i = 0; i < f->n_waiting; i++)
		begin_us[i] =
		    was[i].bytes % 5 == 0 ? -1 : (int64_t)was[i].bytes;
	logfiles_order(f, 0, begin_us, us);
	memcpy(is, f->waiting, all);
	qsort(was, f->n_waiting, sizeof *was, by_name);
	qsort(is, f->n_waiting, sizeof *is, by_name);
	for (i = 0; i < f->n_waiting; i++)
		assert(strcmp(was[i].name, is[i].name) == 0);
}

/* all that wait are read */
static void
read_all(struct logfiles *f)
{
	char name[LOGFILES_NAME_LEN + 1];
	unsigned left;

	while ((left = f->n_waiting) > 0) {
		strcpy(name, f->waiting[left / 2].name);
		logfiles_first(f, left / 2);
		assert(strcmp(f->waiting[0].name, name) == 0);
		logfiles_done(f, name);
		assert(f->n_waiting == left - 1 && logfiles_is_read(f, name));
		check(f);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cursor c, was, last;
	char *copy = malloc(size == 0 ? 1 : size);
	const char *p = copy, *end = copy + size;

	if (size > 0)
		memcpy(copy, data, size);
	memset(&last, 0, sizeof last);
	while (cursor_next(&p, end, &c) == 1) {
		assert(p > copy && p <= end);
		was = c;
		check(&c.at.files);
		again(&c);
		ordered(&c.at.files, c.n.last_us);
		seen(&c.at.files, &last.at.files);
		logfiles_learn(&c.at.files, &last.at.files);
		check(&c.at.files);
		read_all(&c.at.files);
		last = was;
	}
	free(copy);
	return 0;
}
