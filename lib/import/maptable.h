#ifndef IMPORT_MAPTABLE_H
#define IMPORT_MAPTABLE_H

#include "import/import.h"

/*
 * A lookup table of Postfix as text, as its manual pages postmap,
 * regexp_table and aliases have it: its lines, and what stands in each.  A line that begins with a
 * blank goes on with the one before; empty lines and comments count nowhere.
 * Keys are in small letters as postmap makes them, and of several lines with
 * the same key only the first counts, as it does there.
 */
enum { MAPTABLE_LINE_MAX = 65536 }; /* bytes of a line with those behind it */

enum maptable_kind {
	MAPTABLE_EXACT,  /* hash, btree, cdb and the like: "KEY VALUE" */
	MAPTABLE_REGEX,  /* regexp, pcre: "/RE/FLAGS VALUE" */
	MAPTABLE_ALIASES /* "NAME: VALUE" */
};

struct maptable_line {
	size_t key_at, key_len, value_at, value_len; /* internal: in bytes */
	struct import_at at;
	enum maptable_kind kind;
	unsigned of; /* which file it was read from, from 0 on */
};

/* lines of one file after the other; all zero: none */
struct maptable {
	struct buf bytes, list; /* internal */
	struct wordset keys;    /* internal */
	unsigned files;
};

/*
 * maptable_read - add a file
 *
 * file, text, n  its name, which has to live on, and its bytes
 * where          the file of ours in which lines that are none are noted
 */
void maptable_read(struct maptable *, struct import *, enum import_name where,
    enum maptable_kind, const char *file, const char *text, size_t n);
void maptable_free(struct maptable *);

static inline size_t
maptable_lines(const struct maptable *t)
{
	return buf_len(&t->list) / sizeof(struct maptable_line);
}

static inline const struct maptable_line *
maptable_line(const struct maptable *t, size_t i)
{
	return (const struct maptable_line *)(const void *)buf_data(&t->list) +
	    i;
}

/* valid until the next file is read; of MAPTABLE_REGEX the key is what stands
 * between the slashes with a slash and the flags behind it */
static inline struct slice
maptable_key(const struct maptable *t, const struct maptable_line *l)
{
	return (struct slice){ buf_data(&t->bytes) + l->key_at, l->key_len };
}

static inline struct slice
maptable_value(const struct maptable *t, const struct maptable_line *l)
{
	return (struct slice){ buf_data(&t->bytes) + l->value_at,
		l->value_len };
}

#endif
