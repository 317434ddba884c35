#ifndef TLS_CERTNAME_H
#define TLS_CERTNAME_H

#include <stddef.h>

/*
 * certname_fits - does a dNSName of a certificate fit a host's name?
 *
 * p, n  the dNSName
 * want  an A-label form without a dot at its end; ".x" is any name below x
 *
 * Equal without regard to case; or "*." and what stands behind the first label
 * of want: a whole label, and the leftmost one (RFC 9525 section 6.3), with two
 * labels behind it at least.  Nothing else fits: no byte that a host's name has
 * not, and no address.  Returns 1 or 0.
 */
int certname_fits(const unsigned char *p, size_t n, const char *want);

/* the same for an iPAddress, n bytes: want is "192.0.2.1", "2001:db8::1" or
 * either as SMTP has it, in brackets */
int certname_fits_ip(const unsigned char *p, size_t n, const char *want);

#endif
