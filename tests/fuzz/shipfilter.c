#include "ship/eventline.h"
#include "ship/deadfile.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* a filter, a table of labels and a line of a log, with empty lines between the
 * three: what is put is an event of a batch, whatever they are */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct eventline l;

/* the piece up to an empty line, and on behind it */
static const char *
piece(const char **p, const char *end, size_t *n)
{
	const char *from = *p,
		   *at = memmem(from, (size_t)(end - from), "\n\n", 2);

	*n = (size_t)((at == NULL ? end : at) - from);
	*p = at == NULL ? end : at + 2;
	return from;
}

static void
table(const char *p, size_t n)
{
	const char *end = p + n, *lf;
	int good = 1;

	for (; p < end && good; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL)
			lf = end;
		good = lf == p ||
		    relabel_line(&l.labels, p, (size_t)(lf - p)) == NULL;
	}
	l.relabeled = good && relabel_end(&l.labels) == NULL;
	memset(l.labels.key, 'k', RELABEL_KEY_MIN);
	l.labels.key_len = RELABEL_KEY_MIN;
}

static void
check(const struct buf *b)
{
	const char *p = buf_data(b);
	size_t n = buf_len(b);
	struct ltsv e;

	assert(n > 0 && n <= EVENTLINE_MAX && p[n - 1] == '\n');
	assert(memchr(p, '\n', n - 1) == NULL && memcmp(p, "eid:", 4) == 0);
	/* some labels more than an event may have */
	if (ltsv_parse(p, n, &e) == 0)
		assert(ltsv_is(ltsv_find(&e, "src"), "log"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size == 0 ? 1 : size);
	const char *p = copy, *end = copy + size, *text, *dead, *lf;
	struct buf b = { 0 };
	size_t n, at;

	if (size > 0)
		memcpy(copy, data, size);
	eventline_begin(&l);
	text = piece(&p, end, &n);
	l.all = n > 0 && text[0] == ' ';
	if (filter_parse(&l.filter, text, n, &at) != NULL) {
		assert(at <= n);
		eventline_begin(&l);
	}
	text = piece(&p, end, &n);
	table(text, n);
	n = (size_t)(end - p);
	/* one line, with its LF or without */
	lf = memchr(p, '\n', n);
	if (lf != NULL)
		n = (size_t)(lf - p) + 1;
	if (eventline_put(&l, "log", p, n, &b) == EVENTLINE_PUT)
		check(&b);
	else
		assert(buf_len(&b) == 0);
	buf_clear(&b);
	if (eventline_dead("log", p, n, "now", "why", &b) == 0) {
		n = buf_len(&b) - 1;
		assert(memchr(buf_data(&b), '\n', n) == NULL);
		dead = deadfile_event(buf_data(&b), &n);
		assert(dead != NULL && memcmp(dead, "eid:", 4) == 0);
	}
	buf_free(&b);
	free(copy);
	return 0;
}
