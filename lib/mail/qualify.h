#ifndef MAIL_QUALIFY_H
#define MAIL_QUALIFY_H

#include "base/buf.h"
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

#endif
