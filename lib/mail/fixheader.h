#ifndef MAIL_FIXHEADER_H
#define MAIL_FIXHEADER_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Changes to the header of a message with LF line ends: fields as they came
 * and perhaps lines among them that are no fields.  What is added stands
 * above the first of those; where it is the first of all, the message has no
 * header yet, and an empty line is put between.  Fields that are not named,
 * and lines that are none, stay byte for byte.
 *
 * All return 1 when something was changed, 0 when not, -1 with ENOMEM and
 * then nothing was changed.
 */
enum {
	FIXHEADER_NAME_MAX = 100,   /* bytes of a name to write */
	FIXHEADER_VALUE_MAX = 8192, /* of a value; the rest is cut */
	FIXHEADER_FOLD = 78,        /* RFC 5322 section 2.1.1 */
	FIXHEADER_LINE_MAX = 998
};

/* may a field be called so? */
int fixheader_name(const char *, size_t n);

/*
 * fixheader_put - append one field, folded
 *
 * Control bytes and runs of blanks become one blank; lines break at blanks
 * before FIXHEADER_FOLD where they can, and within a word at
 * FIXHEADER_LINE_MAX.  0, or -1 with ENOMEM.
 */
int fixheader_put(struct buf *, const char *name, size_t name_len,
    const char *value, size_t n);

/* one more field, behind the others */
int fixheader_add(struct buf *header, const char *name, size_t name_len,
    const char *value, size_t n);
/* in the place of the first of that name, and no others; else as add */
int fixheader_set(struct buf *header, const char *name, size_t name_len,
    const char *value, size_t n);
/* all fields of that name, or with a * at its end that begin so */
int fixheader_remove(struct buf *header, const char *pattern, size_t n);

/* those of that name that say nothing */
int fixheader_remove_empty(struct buf *header, const char *name, size_t n);

/* is there such a field?  any value; pattern as in fixheader_remove() */
int fixheader_has(const char *header, size_t n, const char *pattern,
    size_t pattern_len);

#endif
