#ifndef MAIL_QUALIFY_H
#define MAIL_QUALIFY_H

#include "base/buf.h"
#include "mail/header.h"
#include <stddef.h>

/*
 * Addresses without a domain, as programs of this host write them, made
 * into such as others understand (RFC 6409 section 8.5).
 */

/* has this address, as addrlist_next() gave it, no domain? */
int qualify_bare(const char *address, size_t n);

/*
 * qualify_put - append the value of a From, To, ... field with domains
 *
 * p, n  the value, folding and all
 * me    the domain
 *
 * "@me" is put behind each address that has no domain, and a dot behind a
 * domain goes; everything else stays byte for byte, also what is no address.
 * 0, or -1 with ENOMEM.
 */
int qualify_put(struct buf *, const char *p, size_t n, const char *me);

/* is it a field whose value is addresses? */
int qualify_field(const char *name, size_t n);
/* is it one, and would qualify_put() change it? */
int qualify_needed(const struct header_field *);

/*
 * qualify_header - the same for all such fields of a header
 *
 * One that somebody has signed (DKIM-Signature) stays as it is, and so does
 * one that would be longer than HEADER_MAX.  1 when it was changed, 0 when
 * not, -1 with ENOMEM.
 */
int qualify_header(struct buf *header, const char *me);

#endif
