#ifndef MAIL_ADDRLIST_H
#define MAIL_ADDRLIST_H

#include <stddef.h>

/*
 * Addresses out of the value of a To, Cc, Bcc or From field (RFC 5322
 * section 3.4, and the obsolete forms of 4.4): display names, quoted
 * strings, comments, groups, source routes, folding.  What people really
 * write is taken too: a name without a domain, dots and encoded words in
 * display names, semicolons between addresses, empty entries, UTF-8, dots in
 * a row or at an end in local parts, a dot behind the domain, which goes.
 */
enum {
	ADDRLIST_ODD = 1, /* other readers may find something else */
	ADDRLIST_DOTS = 2 /* more dots than RFC 5322 has */
};

enum {
	ADDRLIST_ADDRESS_MAX = 1000, /* bytes of one address */
	ADDRLIST_COMMENTS_MAX = 32   /* comments within comments */
};

/*
 * addrlist_next - the next address
 *
 * *p    where to read, moved behind the address and the comma after it
 * end   one behind the last byte
 * out   receives local@domain, or a name without domain, and a NUL; room
 *       for ADDRLIST_ADDRESS_MAX + 1 bytes.  Blanks and comments within
 *       the address are gone, quotes in it stay
 *
 * Returns its length, 0 when there are no more, -1 when an entry is no
 * address (going on behind it is possible).
 */
long addrlist_next(const char **p, const char *end, char *out);

/*
 * The same, for who must know whether other readers find the same address:
 * *odd is ADDRLIST_ODD where the entry holds what RFC 5322 does not allow
 * there and readers take differently (an @ outside quotes in a display name,
 * words behind the <>, a source route, control characters), ADDRLIST_DOTS, or
 * both.
 */
long addrlist_next_odd(const char **p, const char *end, char *out, int *odd);

#endif
