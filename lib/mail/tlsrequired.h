#ifndef MAIL_TLSREQUIRED_H
#define MAIL_TLSREQUIRED_H

#include <stddef.h>

/*
 * tlsrequired_no - does a header say TLS-Required: No?
 *
 * header, n  fields, LF lines; an empty line ends it
 *
 * As RFC 8689 section 3 has it: one such field, and nothing else in it; letter
 * case does not count.
 */
int tlsrequired_no(const char *header, size_t n);

#endif
