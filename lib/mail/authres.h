#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Authentication-Results (RFC 8601): the field that says what was found
 * out, and whose.
 */
enum { AUTHRES_ID_MAX = 255 };

/*
 * authres_id - the authserv-id of a field's value (section 2.2)
 *
 * Comments and quotes are taken off, lower case, NUL behind it; out has room
 * for AUTHRES_ID_MAX + 1.  Returns its length, -1 when there is none.
 */
long authres_id(const char *value, size_t n, char *out);

/* remove those fields of a header that claim to be ours (section 5): id in
 * any case; returns how many, -1 with ENOMEM.  Byte-exact elsewhere. */
int authres_remove(struct buf *header, const char *id);

/* the value of a field without its authserv-id and version, folding and
 * all: what ARC-Authentication-Results takes over */
int authres_payload(const char *value, size_t n, const char **p, size_t *len);

/* make one: authres_open(), then for each method one authres_method() and
 * its authres_property()s, then authres_close(), which says "none" when
 * there was no method.  Lines are folded at blanks before 78 bytes where
 * that is possible.  All return 0, or -1 with ENOMEM */
int authres_open(struct buf *, const char *id);
int authres_method(struct buf *, const char *method, const char *result,
    const char *reason);
/* ptype.property=value, quoted when need be; control bytes become '?' */
int authres_property(struct buf *, const char *name, const char *value,
    size_t n);
int authres_close(struct buf *);

#endif
