#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Authentication-Results (RFC 8601): the field that says what was found
 * out, and whose.
 */
enum {
	AUTHRES_ID_MAX = 255,
	AUTHRES_COMMENTS_MAX = 16, /* comments within comments: no field */
	AUTHRES_VALUE_MAX = 400    /* bytes of one value; the rest is cut */
};

/* reading */

/*
 * authres_id - the authserv-id of a field's value (section 2.2)
 *
 * Comments and quotes are taken off, a dot at the end, too; lower case, NUL
 * behind it; out has room for AUTHRES_ID_MAX + 1.  Returns its length, -1
 * when there is none.
 */
long authres_id(const char *value, size_t n, char *out);

/*
 * authres_claims - does this field pretend to be ours (section 5)?
 *
 * id in any case.  A value whose beginning cannot be read is taken for ours
 * when our name stands anywhere in it: others may read it in other ways.
 */
int authres_claims(const char *value, size_t n, const char *id);

/*
 * authres_remove - take out the fields of a header that claim to be ours
 *
 * Lines of the header that are no fields are stepped over.  Byte-exact
 * elsewhere.  Returns how many were taken out.
 */
int authres_remove(struct buf *header, const char *id);

/*
 * authres_payload - the value without its authserv-id and version
 *
 * Folding and all: what ARC-Authentication-Results takes over.  Length 0
 * when there are no results; "none" is what it says.  Returns 0, or -1 when
 * this is no such field: no id, another version than 1, a quote or comment
 * that is not closed (what stands behind it would be part of it).
 */
int authres_payload(const char *value, size_t n, const char **p, size_t *len);

/* writing */

/*
 * One field: authres_open(), then for each method authres_method(), which
 * may be followed by one comment, one reason and properties in this order,
 * then authres_close(), which says "none" when there was no method, and
 * returns 0, or -1 with ENOMEM for all of them.  Each method begins a line;
 * lines are folded at blanks before 78 bytes where that is possible.  What
 * comes from outside is cut to AUTHRES_VALUE_MAX bytes; control bytes and
 * what is no UTF-8 become '?'.
 */
struct authres {
	struct buf *out;
	size_t column;
	unsigned methods;
	int failed;
};

void authres_open(struct authres *, struct buf *, const char *id);
void authres_method(struct authres *, const char *method, const char *result);
/* (text), without parentheses in it */
void authres_comment(struct authres *, const char *text);
/* reason="text"; an empty one is left out */
void authres_reason(struct authres *, const char *text);
/* ptype.property=value, quoted when need be */
void authres_property(struct authres *, const char *name, const char *value,
    size_t n);
int authres_close(struct authres *);

#endif
