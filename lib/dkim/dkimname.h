#ifndef DKIM_DKIMNAME_H
#define DKIM_DKIMNAME_H

#include <stddef.h>

/*
 * Names in signatures: d=, s=, i=.
 */

/* is it a domain of at least `labels` labels: A-labels or U-labels (RFC 8616
 * section 4), and underscores, which selectors are seen to have? */
int dkimname_ok(const char *, size_t n, unsigned labels);

/* is a within b, whether written in U-labels or in A-labels?  0 no, 1 it is
 * the same, 2 it is below */
int dkimname_within(const char *a, size_t a_len, const char *b, size_t b_len);

/*
 * dkimname_unquote - undo dkim-quoted-printable (RFC 6376 section 2.11)
 *
 * Returns the length, or -1 when it is more than cap.
 */
long dkimname_unquote(const char *p, const char *end, char *out, size_t cap);

#endif
