#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "base/ascii.h"
#include "base/buf.h"
#include "conf/word.h"

/*
 * The configuration of another mail system on its way into files of ours,
 * conf(5): the lines that were made of it, each behind a comment that says
 * where it comes from, and what was left out.  Each line goes through the
 * parser by which conf-build reads it: one that is refused there is left out,
 * and told with that reason, and so no file is made that conf-build refuses.
 */
enum import_name {
	IMPORT_LOCAL,
	IMPORT_ALIASES,
	IMPORT_ROUTES,
	IMPORT_POOLS,
	IMPORT_PROVIDERS,
	IMPORT_THROTTLE,
	IMPORT_RETRY,
	IMPORT_CLASSES,
	IMPORT_REPLIES,
	IMPORT_PROHIBITED,
	IMPORT_NAMES
};

enum {
	IMPORT_SHOWN_MAX = 200,  /* bytes of what was left out, in a message */
	IMPORT_LEFT_MAX = 100000 /* that are told; the others are counted */
};

/* where something stands in what is read; the name lives as long as the
 * import */
struct import_at {
	const char *file;
	unsigned line;
};

/* one file; all zero: nothing yet */
struct import_out {
	struct buf text;
	void *state;    /* of its parser */
	unsigned lines; /* of the text */
	unsigned said;  /* that are no comments */
};

/* all zero, but for subject, told and its arg, before the first line */
struct import {
	/* the parser of each file, importfile_subjects */
	const struct conffile *const *subject;
	struct import_out out[IMPORT_NAMES];
	/* something was left out, or is not quite what it was: one line without
	 * LF, of any bytes, valid during the call */
	void (*told)(void *arg, const struct import_at *, const char *text,
	    size_t n);
	void *arg;
	unsigned long left;     /* how often that was so */
	unsigned broken : 1;    /* what is read is no such file */
	unsigned no_memory : 1; /* it ran out: nothing of it is to be used */
};

/* so much is left out that nobody wants to know more */
static inline int
import_enough(const struct import *m)
{
	return m->left > IMPORT_LEFT_MAX || m->no_memory;
}

/* a line for this file: 1, or 0: it was left out, and told */
int import_say(struct import *, enum import_name, const struct import_at *,
    const char *line, size_t n);
int import_sayf(struct import *, enum import_name, const struct import_at *,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * import_left - this cannot be said, or not quite: told, and a comment in the
 * file where it would stand
 *
 * what  as it stands where it comes from, any bytes; shown up to
 *       IMPORT_SHOWN_MAX of them
 * why   text for people
 */
void import_left(struct import *, enum import_name, const struct import_at *,
    struct slice what, const char *why);
/* the same, of a string */
void import_lefts(struct import *, enum import_name, const struct import_at *,
    const char *what, const char *why);

/* what is read is no such file: told, and nothing of it is to be used */
void import_broken(struct import *, const struct import_at *, struct slice what,
    const char *why);

/* all is said: checks across lines.  0, or -1 with ENOMEM */
int import_finish(struct import *);
void import_free(struct import *);

/* LABEL VALUE as a word of a line: in double quotes where it has to be */
void import_word(struct import *, struct buf *, const char *label,
    struct slice value);
/* to a buffer; what fails for want of memory is noted */
void import_put(struct import *, struct buf *, const char *, size_t n);
void import_puts(struct import *, struct buf *, const char *);

/* is it this word, or another's value, whatever the case? */
static inline int
import_is(struct slice s, const char *z)
{
	return ascii_is(s.p, s.n, z);
}
static inline int
import_same(struct slice a, struct slice b)
{
	return ascii_same(a.p, a.n, b.p, b.n);
}

static inline struct slice
import_slice(const struct buf *b)
{
	return (struct slice){ buf_data(b), buf_len(b) };
}

#endif
