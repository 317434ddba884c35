#include "ship/batch.h"
#include "base/num.h"
#include <string.h>

enum {
	/* of a receipt: above it texts are left out, and the numbers of as many
	 * events as a batch may have still have room */
	TEXTS_END = SHIP_RECEIPT_BYTES_MAX / 2
};

long
shipbatch_split(const char *p, size_t n, struct ship_event *ev, size_t max)
{
	const char *end = p + n, *lf;
	size_t count = 0;

	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (lf == NULL || lf == p || count == max)
			return -1;
		ev[count].line = p;
		ev[count++].len = (size_t)(lf - p);
	}
	return count == 0 ? -1 : (long)count;
}

/* a blank and the text, harmless, and the LF */
static int
end_line(struct buf *out, const char *text)
{
	size_t i, n = text == NULL ? 0 : strnlen(text, SHIP_TEXT_MAX);
	char line[SHIP_TEXT_MAX + 2];

	line[0] = ' ';
	for (i = 0; i < n; i++)
		line[i + 1] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	if (n > 0)
		n++;
	line[n] = '\n';
	return buf_put(out, line, n + 1);
}

/* what has no memory leaves nothing behind */
static int
undo(struct buf *out, size_t len)
{
	out->end = out->off + len;
	return -1;
}

int
shipreceipt_put(struct buf *out, char kind, long seconds, const char *text)
{
	size_t before = buf_len(out);

	if (seconds > SHIP_SECONDS_MAX)
		seconds = SHIP_SECONDS_MAX;
	if (buf_putc(out, kind) == 0 &&
	    (kind != 'Z' || seconds < 0 ||
		buf_putnum(out, (uint64_t)seconds) == 0) &&
	    end_line(out, text) == 0)
		return 0;
	return undo(out, before);
}

int
shipreceipt_event(struct buf *out, char kind, size_t i, const char *text)
{
	size_t before = buf_len(out);

	if (before >= TEXTS_END)
		text = NULL;
	if (buf_putc(out, kind) == 0 && buf_putnum(out, i) == 0 &&
	    end_line(out, text) == 0)
		return 0;
	return undo(out, before);
}

/* the next line of the rest; 0 when none is left, -1: no LF, or what may not
 * stand in one */
static int
next_line(struct shipreceipt *r, const char **p, size_t *n)
{
	const char *lf;
	size_t i;

	if (r->rest_len == 0)
		return 0;
	lf = memchr(r->rest, '\n', r->rest_len);
	if (lf == NULL || lf == r->rest)
		return -1;
	*p = r->rest;
	*n = (size_t)(lf - r->rest);
	r->rest += *n + 1;
	r->rest_len -= *n + 1;
	for (i = 0; i < *n; i++)
		if ((*p)[i] < ' ' || (*p)[i] > '~')
			return -1;
	return 1;
}

/* LETTER[NUMBER][ TEXT]: 0 with *number -1 where none stands; -1 */
static int
cut_line(const char *p, size_t n, uint64_t max, int64_t *number,
    const char **text, size_t *text_len)
{
	const char *blank = memchr(p, ' ', n);
	size_t digits = (blank == NULL ? n : (size_t)(blank - p)) - 1;
	uint64_t v;

	if (blank == p)
		return -1;
	*number = -1;
	if (digits > 0) {
		if (num_scan(p + 1, digits, 0, max, &v) == -1)
			return -1;
		*number = (int64_t)v;
	}
	*text = blank == NULL ? p + n : blank + 1;
	*text_len = (size_t)(p + n - *text);
	return *text_len > SHIP_TEXT_MAX ? -1 : 0;
}

static int
read_one(struct shipreceipt *r, size_t n_events, struct shipreceipt_one *one)
{
	const char *p;
	int64_t i;
	size_t n;
	int got = next_line(r, &p, &n);

	if (got != 1)
		return got;
	if ((p[0] != 'D' && p[0] != 'Z') || n_events == 0 ||
	    cut_line(p, n, n_events - 1, &i, &one->text, &one->text_len) ==
		-1 ||
	    i == -1)
		return -1;
	one->kind = p[0];
	one->i = (size_t)i;
	return 1;
}

int
shipreceipt_read(struct shipreceipt *r, const char *p, size_t n,
    size_t n_events)
{
	struct shipreceipt_one one;
	struct shipreceipt rest;
	int64_t seconds;
	int got;

	memset(r, 0, sizeof *r);
	r->rest = p;
	r->rest_len = n;
	if (next_line(r, &p, &n) != 1 || memchr("KZSD", p[0], 4) == NULL ||
	    cut_line(p, n, SHIP_SECONDS_MAX, &seconds, &r->text,
		&r->text_len) == -1)
		return -1;
	r->kind = p[0];
	r->seconds = (long)seconds;
	if ((seconds != -1 && r->kind != 'Z') ||
	    (r->rest_len > 0 && r->kind != 'K'))
		return -1;
	rest = *r;
	while ((got = read_one(&rest, n_events, &one)) == 1)
		;
	return got;
}

int
shipreceipt_next(struct shipreceipt *r, struct shipreceipt_one *one)
{
	return read_one(r, SHIP_EVENTS_MAX, one) == 1;
}
