#include "ship/shipjson.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <string.h>

/* the names, and room for what stands around values */
enum { AROUND = 16, TIMESTAMP = 32 };

/* labels of event(5) whose values count or measure something */
static const char *const numbers[] = { "n", "v", "ms", "bad", "end", "gid",
	"pid", "try", "uid", "bits", "code", "conn", "exit", "good", "held",
	"next", "prio", "room", "size", "wait", "begin", "birth", "count",
	"delay", "doubt", "later", "rcpts", "score", "closed", "expire",
	"lines", "replay", "status", "dead-at", "max-age", "expires",
	"incidents", "in-flight", "hold-until", "unanswered", "mx-secure",
	"lag", "dead", "lost", "sent", "behind", "fields", "retries", "trusted",
	"filtered", "source-port" };

/* labels of what queue-list, queue-stat and queue-ctl print: queue-stat has one
 * for each column besides */
static const char *const counts[] = { "ok", "all", "out", "age", "hold", "held",
	"sent", "bytes", "order", "owed", "ready", "since", "tries", "before",
	"failed", "oldest", "queued", "window", "bounced", "deleted", "expired",
	"matched", "overdue", "unknown", "waiting", "deferred", "messages",
	"removing", "stalled", "scanning", "interval", "lifetime", "site-next",
	"recipients", "suspended-until" };

static int
among(const char *const *names, size_t count, const struct ltsv_field *f)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (names[i][0] == f->label[0] &&
		    strlen(names[i]) == f->label_len &&
		    memcmp(names[i], f->label, f->label_len) == 0)
			return 1;
	return 0;
}

/* of a label of such a name, or of one that says its unit */
static int
is_number(const struct ltsv_field *f)
{
	return (f->label_len > 3 &&
		   (memcmp(f->label, "ms-", 3) == 0 ||
		       memcmp(f->label + f->label_len - 3, "-ms", 3) == 0)) ||
	    among(numbers, sizeof numbers / sizeof numbers[0], f);
}

static int
is_count(const struct ltsv_field *f)
{
	return (f->label_len > 4 && memcmp(f->label, "age-", 4) == 0) ||
	    (f->label_len > 6 && memcmp(f->label, "tries-", 6) == 0) ||
	    among(counts, sizeof counts / sizeof counts[0], f);
}

/* how many bytes at the front are a number of JSON (RFC 8259 section 6),
 * without an exponent, that every reader keeps; 0: none */
static size_t
number_len(const char *p, size_t n)
{
	size_t i = 0, from, digits;

	if (i < n && p[i] == '-')
		i++;
	for (from = i; i < n && ascii_digit(p[i]);)
		i++;
	digits = i - from;
	if (digits == 0 || (digits > 1 && p[from] == '0'))
		return 0;
	if (i < n && p[i] == '.') {
		for (from = ++i; i < n && ascii_digit(p[i]);)
			i++;
		if (i == from)
			return 0;
		digits += i - from;
	}
	return digits > SHIPJSON_DIGITS_MAX ? 0 : i;
}

/* is it one, or several with commas between?  How many; 0: something else */
static unsigned
count_numbers(const char *p, size_t n)
{
	unsigned count = 0;
	size_t len;

	for (;;) {
		len = number_len(p, n);
		if (len == 0)
			return 0;
		count++;
		if (len == n)
			return count;
		if (p[len] != ',')
			return 0;
		p += len + 1;
		n -= len + 1;
	}
}

int
shipjson_number(const struct ltsv_field *f)
{
	if (!is_number(f))
		return -1;
	return count_numbers(f->value, f->value_len) == 1;
}

/* where it is written, with room for all of it */
struct writer {
	char *p;
	const struct ltsv *l;
	uint8_t done[LTSV_FIELDS_MAX]; /* told with one of the same name */
	unsigned flags;
};

static void
put(struct writer *w, const char *p, size_t n)
{
	memcpy(w->p, p, n);
	w->p += n;
}

/* its escapes undone first: a character may be in two of them */
static void
put_escaped(struct writer *w, const struct ltsv_field *f)
{
	char value[LTSV_LINE_MAX];
	long n = ltsv_value(f, value, sizeof value);

	w->p = jsontext_put(w->p, value, n > 0 ? (size_t)n : 0);
}

static void
put_bytes(struct writer *w, const struct ltsv_field *f)
{
	if (memchr(f->value, '\\', f->value_len) != NULL)
		put_escaped(w, f);
	else
		w->p = jsontext_put(w->p, f->value, f->value_len);
}

static void
put_text(struct writer *w, const struct ltsv_field *f)
{
	*w->p++ = '"';
	put_bytes(w, f);
	*w->p++ = '"';
}

static void
put_value(struct writer *w, const struct ltsv_field *f)
{
	unsigned count = 0;

	if (!(w->flags & SHIPJSON_STRINGS) && f->value_len > 0 &&
	    (ascii_digit(f->value[0]) || f->value[0] == '-') &&
	    (is_number(f) || (w->flags & SHIPJSON_COUNTS && is_count(f))))
		count = count_numbers(f->value, f->value_len);
	if (count == 0 || (count > 1 && w->flags & SHIPJSON_FLAT)) {
		put_text(w, f);
		return;
	}
	if (count > 1)
		*w->p++ = '[';
	put(w, f->value, f->value_len);
	if (count > 1)
		*w->p++ = ']';
}

static int
same(const struct ltsv_field *a, const struct ltsv_field *b)
{
	return a->label_len == b->label_len &&
	    memcmp(a->label, b->label, a->label_len) == 0;
}

/* the next one from i on that has the name of f and is not told; l->n: none */
static unsigned
again(const struct writer *w, const struct ltsv_field *f, unsigned i)
{
	while (i < w->l->n && (w->done[i] || !same(f, &w->l->f[i])))
		i++;
	return i;
}

/* the same as one string */
static void
put_joined(struct writer *w, const struct ltsv_field *f, unsigned i)
{
	*w->p++ = '"';
	put_bytes(w, f);
	for (; i < w->l->n; i = again(w, f, i + 1)) {
		*w->p++ = ' ';
		put_bytes(w, &w->l->f[i]);
		w->done[i] = 1;
	}
	*w->p++ = '"';
}

/* a label that stands several times, from the second on */
static void
put_list(struct writer *w, const struct ltsv_field *f, unsigned i)
{
	if (w->flags & SHIPJSON_FLAT) {
		put_joined(w, f, i);
		return;
	}
	*w->p++ = '[';
	put_value(w, f);
	for (; i < w->l->n; i = again(w, f, i + 1)) {
		*w->p++ = ',';
		put_value(w, &w->l->f[i]);
		w->done[i] = 1;
	}
	*w->p++ = ']';
}

static void
put_field(struct writer *w, const struct ltsv_field *f, unsigned i)
{
	*w->p++ = '"';
	/* GELF keeps "_id" for itself */
	if (w->flags & SHIPJSON_FLAT && f->label_len == 2 &&
	    memcmp(f->label, "id", 2) == 0)
		put(w, "_queue-", 7);
	else if (w->flags & SHIPJSON_FLAT)
		*w->p++ = '_';
	put(w, f->label, f->label_len);
	put(w, "\":", 2);
	i = again(w, f, i + 1);
	if (i < w->l->n)
		put_list(w, f, i);
	else
		put_value(w, f);
}

/* tags */

static int
is_tag(const struct ltsv_field *f)
{
	return (f->label_len == 3 || f->label_len == 4) &&
	    memcmp(f->label, "tags", f->label_len) == 0;
}

/* may it be a name?  Two that differ here would be one in JSON if bytes that
 * are no text were allowed */
static int
is_name(const char *p, size_t n)
{
	return n > 0 && memchr(p, '\\', n) == NULL && utf8_printable(p, n);
}

/* "NAME=VALUE" as two fields, the name compared by what stands there */
static void
cut_tag(const struct ltsv_field *f, struct ltsv_field *name,
    struct ltsv_field *value)
{
	const char *is = memchr(f->value, '=', f->value_len);
	unsigned n = is == NULL ? f->value_len : (unsigned)(is - f->value);

	*name = *value = *f;
	if (!is_name(f->value, n)) {
		name->value = "other";
		name->value_len = 5;
	} else {
		name->value = f->value;
		name->value_len = n;
		value->value = f->value + n + (is != NULL);
		value->value_len = f->value_len - n - (is != NULL);
	}
	name->label = name->value;
	name->label_len = name->value_len;
}

/* the next value of the same name, from i on */
static unsigned
next_value(const struct writer *w, const struct ltsv_field *name, unsigned i,
    struct ltsv_field *value)
{
	struct ltsv_field other;

	for (; i < w->l->n; i++) {
		if (w->done[i] || !is_tag(&w->l->f[i]))
			continue;
		cut_tag(&w->l->f[i], &other, value);
		if (same(name, &other))
			break;
	}
	return i;
}

static void
put_tag(struct writer *w, unsigned i)
{
	struct ltsv_field name, value, other;
	unsigned k;

	cut_tag(&w->l->f[i], &name, &value);
	put_text(w, &name);
	*w->p++ = ':';
	k = next_value(w, &name, i + 1, &other);
	if (k < w->l->n)
		*w->p++ = '[';
	put_text(w, &value);
	if (k == w->l->n)
		return;
	for (; k < w->l->n; k = next_value(w, &name, k + 1, &other)) {
		*w->p++ = ',';
		put_text(w, &other);
		w->done[k] = 1;
	}
	*w->p++ = ']';
}

static void
put_tags(struct writer *w, unsigned i)
{
	unsigned first = i;

	put(w, "\"tags\":{", 8);
	for (; i < w->l->n; i++) {
		if (w->done[i] || !is_tag(&w->l->f[i]))
			continue;
		if (i > first)
			*w->p++ = ',';
		put_tag(w, i);
		w->done[i] = 1;
	}
	*w->p++ = '}';
}

/* all of it */

static void
put_timestamp(struct writer *w)
{
	const struct ltsv_field *ts;

	if (!(w->flags & SHIPJSON_TIMESTAMP) ||
	    (ts = ltsv_find(w->l, "ts")) == NULL)
		return;
	put(w, "\"@timestamp\":", 13);
	put_text(w, ts);
	*w->p++ = ',';
}

static void
put_object(struct writer *w)
{
	unsigned i;

	*w->p++ = '{';
	put_timestamp(w);
	for (i = 0; i < w->l->n; i++) {
		if (w->done[i])
			continue;
		if (is_tag(&w->l->f[i]) && !(w->flags & SHIPJSON_FLAT))
			put_tags(w, i);
		else
			put_field(w, &w->l->f[i], i);
		*w->p++ = ',';
	}
	if (w->p[-1] == ',')
		w->p--;
	*w->p++ = '}';
}

static int
put_foreign(struct buf *out, const char *line, size_t n, unsigned flags)
{
	size_t before = buf_len(out);

	if (buf_puts(out,
		flags & SHIPJSON_FLAT ? "{\"_line\":" : "{\"line\":") == 0 &&
	    jsontext_string(out, line, n) == 0 && buf_putc(out, '}') == 0)
		return 0;
	out->end = out->off + before;
	return -1;
}

int
shipjson_event(struct buf *out, const char *line, size_t n, unsigned flags)
{
	struct ltsv l;
	struct writer w = { .l = &l, .flags = flags };

	if (n > 0 && line[n - 1] == '\n')
		n--;
	if (ltsv_parse(line, n, &l) == -1)
		return put_foreign(out, line, n, flags);
	/* the value of ts may stand twice */
	if (buf_reserve(out,
		2 * JSONTEXT_GROWTH * n + l.n * AROUND + TIMESTAMP) == -1)
		return -1;
	w.p = buf_tail(out);
	put_object(&w);
	buf_added(out, w.p - buf_tail(out));
	return 0;
}
