#ifndef DKIM_TAGLIST_H
#define DKIM_TAGLIST_H

#include <stddef.h>

/*
 * Tag lists, "name=value; name=value": DKIM signatures and keys (RFC 6376
 * section 3.2), ARC (RFC 8617), DMARC (RFC 9989 section 4.7).  Slices of
 * what was parsed; nothing is copied.
 */
enum { TAGLIST_MAX = 64 }; /* tags in one list */

struct tag {
	const char *name, *value; /* value: without blanks around it */
	size_t name_len, value_len;
};

struct taglist {
	struct tag tag[TAGLIST_MAX];
	unsigned n;
};

/*
 * taglist_parse - all of p[0..n), folding and all
 *
 * A tag that is there twice, a name that is none, a missing '=', or more
 * than TAGLIST_MAX tags is an error: -1, else 0.  An empty list is good.
 * Control bytes in a value are an error, too; bytes above 127 are not, for
 * RFC 8616 allows UTF-8.
 */
int taglist_parse(struct taglist *, const char *p, size_t n);

/*
 * taglist_each - the next tag, for readers that forgive (DMARC): *p moves on
 *
 * Returns 1, 0 at the end, -1 for a piece that is no tag (go on behind it).
 */
int taglist_each(const char **p, const char *end, struct tag *);

/* letter case counts in names (RFC 6376 section 3.2); NULL: not there */
const struct tag *taglist_find(const struct taglist *, const char *name);

/* is the value this word?  letter case does not count */
int tag_is(const struct tag *, const char *word);

/*
 * tag_item - the next item of a value that is a list with colons between,
 * blanks around items taken off.  *p begins at value, end is behind it.
 * Returns 1, 0 at the end; *p is then NULL.  An empty value has one item,
 * which is empty.
 */
int tag_item(const char **p, const char *end, const char **item, size_t *n);

#endif
