#ifndef SIGN_DKIMNAMES_H
#define SIGN_DKIMNAMES_H

#include <stddef.h>

/* Which fields a DKIM signature is over: the names of its h=, in their order. */

/* how often a name stands there beyond the fields that are in the header */
enum dkimnames_mode {
	DKIMNAMES_PLAIN,
	DKIMNAMES_IF_PRESENT, /* once more when there is one: no second can be
				 added */
	DKIMNAMES_ALWAYS      /* once more: none can be added */
};

/* name, n bytes, in lower case; 0: no more are wanted */
typedef int dkimnames_each_name(void *arg, const char *name, size_t n,
    enum dkimnames_mode);
/*
 * dkimnames_each - each name, once
 *
 * headers   names in lower case with colons between; NULL: ours, RFC 6376
 *           section 5.4.1
 * oversign  those of them, and others, to which none can be added; NULL: as we
 *           have it for each of ours, and for no other
 */
void dkimnames_each(const char *headers, const char *oversign,
    dkimnames_each_name *, void *arg);

#endif
