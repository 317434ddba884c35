#ifndef ROUTE_HEADERNOTE_H
#define ROUTE_HEADERNOTE_H

#include "base/buf.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * What rules of `routes` ask of the header, header: in conf(5).  No program of
 * the delivering chain reads a message; so what is asked is noted when it comes
 * in, as a tag header=FIELD or header=FIELD=PATTERN, all in lower case, and for
 * the rule it is one.  Which are asked stands in the table: key "=headers", data
 * FIELD or FIELD=PATTERN, an LF behind each.
 */
enum {
	HEADERNOTE_MAX = 16,       /* different ones in a file */
	HEADERNOTE_VALUE_MAX = 200 /* bytes of FIELD=PATTERN */
};

#define HEADERNOTE_TAG "header="

/* the value of header: into out, in lower case; NULL, or what is wrong */
const char *headernote_read(struct slice value,
    char out[HEADERNOTE_VALUE_MAX + 1]);

/* one more to the list that becomes the record, unless it stands there; NULL, or
 * what is wrong */
const char *headernote_list(struct buf *list, const char *note);

/*
 * headernote_find - each of them that a header has
 *
 * routes  the table
 * found   called with each, up to HEADERNOTE_MAX; -1 ends it
 *
 * A pattern is that of ascii_like(), for one field's value as a reader sees it,
 * RFC 2047 decoded.  0, or -1: the table is missing or damaged, or found() has
 * said so.
 */
int headernote_find(const struct lookup *routes, struct slice header,
    int (*found)(void *arg, struct slice note), void *arg);
/* is any asked for?  1, 0, -1 as headernote_find() */
int headernote_any(const struct lookup *routes);

#endif
