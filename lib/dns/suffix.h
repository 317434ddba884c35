#ifndef DNS_SUFFIX_H
#define DNS_SUFFIX_H

#include <stddef.h>

/*
 * The public suffix list, by libpsl: the only file that includes it.
 */
/*
 * suffix_organization - the part of a name that was registered below a
 * public suffix
 *
 * name  ASCII or UTF-8, any case, no dot at its end; A-labels and U-labels
 *       are the same
 *
 * Returns a pointer into name, or NULL when it has no such part: it is a
 * public suffix itself, has one label only, has an empty label, is no name
 * that DNS could hold, or has dots that only IDNA takes for ones.  The list is read at the first call, from
 * /usr/share/publicsuffix/public_suffix_list.dafsa or, where that is not,
 * as it was when libpsl was built.
 */
const char *suffix_organization(const char *name);

/* the same for struct dmarc_who: name where there is none */
const char *suffix_dmarc(void *unused, const char *name);

#endif
