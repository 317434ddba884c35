#ifndef FORMAT_LTSV_H
#define FORMAT_LTSV_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Labeled tab-separated values, the one text form of jobs, results and
 * events: "label:value" fields with a TAB between, LF at the end
 * (ltsv.org).  Labels are [a-z0-9_.-].  In a value TAB, LF, CR, NUL and
 * backslash stand as \t \n \r \0 \\, and any byte may as \xHH (lower case),
 * which in what people look at is the form of all that base/plain.h hides.
 */
enum {
	LTSV_FIELDS_MAX = 96,
	LTSV_LINE_MAX = 65536, /* with the LF */
	LTSV_LABEL_MAX = 64
};

struct ltsv_field {
	const char *label;
	const char *value; /* as it stands in the line: not unescaped */
	unsigned label_len;
	unsigned value_len;
};

struct ltsv {
	struct ltsv_field f[LTSV_FIELDS_MAX];
	unsigned n;
};

/*
 * ltsv_parse - split a line
 *
 * line, n  one line, with or without its LF; the slices in *out point
 *          into it
 * Returns 0, or -1 when it is no LTSV: a field without colon, an empty or
 * foreign label, a bad escape, a raw CR or NUL, too many fields.  An empty
 * line has no fields and is good.
 */
int ltsv_parse(const char *line, size_t n, struct ltsv *out);

/* the field of that name, or NULL; the first if there are several */
const struct ltsv_field *ltsv_find(const struct ltsv *, const char *label);
/* its value as it stands there, escapes and all; empty when there is none */
struct slice ltsv_slice(const struct ltsv *, const char *label);
/* is the value, unescaped form, equal to s?  (s without special bytes) */
int ltsv_is(const struct ltsv_field *, const char *s);
/* a number in a field: 0 if found and within bounds, else -1 */
int ltsv_num(const struct ltsv *, const char *label, uint64_t min, uint64_t max,
    uint64_t *out);
/*
 * the value with its escapes undone, into out of size cap, NUL behind it
 * (a value may hold NUL itself); returns its length, -1 if it has no room
 */
long ltsv_value(const struct ltsv_field *, char *out, size_t cap);
/* the same for a label, -1 also if there is none */
long ltsv_get(const struct ltsv *, const char *label, char *out, size_t cap);

/*
 * Writing: ltsv_put adds "label:value", with a TAB before it unless it is
 * the first of the line; ltsv_end adds the LF.  0, or -1 with ENOMEM.
 */
int ltsv_put(struct buf *, const char *label, const char *value, size_t n);
int ltsv_puts(struct buf *, const char *label, const char *value);
int ltsv_putnum(struct buf *, const char *label, uint64_t);
/* a field as another line has it, escapes untouched */
int ltsv_copy(struct buf *, const struct ltsv_field *);
int ltsv_end(struct buf *);
/* how many bytes of an escaped value go into max with no escape cut in two;
 * none from a bad escape on */
size_t ltsv_cut(const char *value, size_t n, size_t max);
/* append bytes escaped, without label */
int ltsv_escape(struct buf *, const char *, size_t n);
/*
 * The same four for what people look at, the log and what tools print: no
 * control character stands as it is, but comes back when it is read.
 */
int ltsv_show(struct buf *, const char *label, const char *value, size_t n);
int ltsv_shows(struct buf *, const char *label, const char *value);
int ltsv_show_field(struct buf *, const struct ltsv_field *);
int ltsv_plain(struct buf *, const char *, size_t n);

#endif
