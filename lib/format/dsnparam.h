#ifndef FORMAT_DSNPARAM_H
#define FORMAT_DSNPARAM_H

#include <stddef.h>

/*
 * Values of the DSN parameters, RFC 3461 section 4, wherever they stand: in
 * an SMTP command or in an envelope line.  1 or 0; the length is the
 * caller's matter.
 */

/* printable ASCII but + and =, or +HH; may be empty */
int dsnparam_xtext(const char *p, size_t n);
/* addr-type;xtext */
int dsnparam_orcpt(const char *p, size_t n);
/* NEVER, or a list of SUCCESS, FAILURE, DELAY */
int dsnparam_notify(const char *p, size_t n);
/* FULL or HDRS */
int dsnparam_ret(const char *p, size_t n);

#endif
