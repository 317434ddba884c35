#ifndef MAIL_RCPTFIELDS_H
#define MAIL_RCPTFIELDS_H

#include <stddef.h>

/*
 * Which fields of a header name the recipients of a message, for who takes
 * them from there: To, Cc and Bcc; where one of their Resent- forms says
 * something, only those (RFC 5322 section 3.6.6).
 */

/* has a header one of the Resent- forms that says something? */
int rcptfields_resent(const char *header, size_t n);
/* does a field of this name, in a header that has, or has not (resent)? */
int rcptfields_is(const char *name, size_t n, int resent);

#endif
