#ifndef FORMAT_DSNPARAM_H
#define FORMAT_DSNPARAM_H

#include "base/buf.h"
#include <stddef.h>

/*
 * Values of the DSN parameters, RFC 3461 section 4, wherever they stand: in
 * an SMTP command or in an envelope line.  1 or 0; the length is the
 * caller's matter.
 */

/* printable ASCII but + and =, or +HH; may be empty */
int dsnparam_xtext(const char *p, size_t n);
/*
 * dsnparam_undo_xtext - what xtext stands for
 *
 * out, cap  receives it, with a NUL behind; room for cap bytes in all
 *
 * Returns its length, -1 when s is none, has a NUL, or has no room.
 */
long dsnparam_undo_xtext(const char *s, size_t n, char *out, size_t cap);
/* addr-type;xtext */
int dsnparam_orcpt(const char *p, size_t n);
/* the same with SMTPUTF8: of the type utf-8 also with UTF-8 in it (RFC 6533
 * section 3) */
int dsnparam_orcpt_utf8(const char *p, size_t n);
/*
 * dsnparam_put_orcpt - such a one as it goes where SMTPUTF8 does not
 *
 * What is not ASCII becomes \x{20AC}; all else stays.  0, or -1 with ENOMEM.
 */
int dsnparam_put_orcpt(struct buf *, const char *p, size_t n);
/* NEVER, or a list of SUCCESS, FAILURE, DELAY */
int dsnparam_notify(const char *p, size_t n);
/* FULL or HDRS */
int dsnparam_ret(const char *p, size_t n);

#endif
