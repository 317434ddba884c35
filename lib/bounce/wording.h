#ifndef BOUNCE_WORDING_H
#define BOUNCE_WORDING_H

#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The words of delivery reports, conf-bounces(5): texts by the domain of
 * whoever a report goes to, who gets a copy, what becomes of reports to forged
 * senders.  A text is lines "KEY VALUE\n".
 */
enum {
	WORDING_TEXTS_MAX = 100,   /* in a file */
	WORDING_BYTES_MAX = 32768, /* of one text */
	WORDING_COPIES_MAX = 32    /* lines that name who gets a copy */
};

/* all zero: the built-in English */
struct wording {
	struct slice text, base; /* base: for what the text lacks */
};

/* what is there without a line; n 0: there is none of this name */
struct slice wording_builtin(struct slice name);

/*
 * wording_find - the words for who has this address
 *
 * The slices point into the table.  Returns 0, or -1: the table is damaged.
 */
int wording_find(struct wording *, const struct lookup *, const char *address);
/* line i of a key, from 0: 1, or 0 when there are no more */
int wording_line(const struct wording *, const char *key, unsigned i,
    struct slice *value);

/* kinds of reports of which there may be copies, a bit each */
enum { WORDING_FAILED = 1, WORDING_DELAYED = 2, WORDING_DOUBLE = 4 };
/*
 * wording_copies - who gets a copy of a report of this kind
 *
 * has  does a recipient's failure have this class, conf-classes(5)?  NULL: none
 *      is known, and lines that name some do not hold
 *
 * Appends addresses as parcels have them, an LF behind each, each once; a user
 * without a domain is one of me.  0, or -1: the table is damaged; 1: no memory.
 */
int wording_copies(const struct lookup *, unsigned kind,
    int (*has)(void *arg, struct slice class), void *arg, const char *me,
    struct buf *out);
/* do failures of mail with a forged sender go to who gets double bounces?
 * 1, 0, or -1: the table is damaged */
int wording_forged(const struct lookup *);

extern const struct conffile conffile_bounces;

#endif
