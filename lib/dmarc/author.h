#ifndef DMARC_AUTHOR_H
#define DMARC_AUTHOR_H

#include "dmarc/mention.h"
#include "dns/dnsq.h"
#include <stddef.h>

/*
 * The one domain that From names: whose policy counts (RFC 9989 section
 * 5.3.1).
 */
enum author {
	AUTHOR_FOUND,
	AUTHOR_NO_FIELD,   /* no From */
	AUTHOR_FIELDS,     /* several */
	AUTHOR_NO_ADDRESS, /* none with a domain in it, or a domain that cannot
			    * be one; an entry that is no address */
	AUTHOR_DOMAINS,    /* several addresses, of different domains */
	AUTHOR_UNCLEAR     /* an address, where other readers find others */
};

struct author_found {
	enum author how;
	char domain[DNSQ_NAME_MAX + 1]; /* "" unless AUTHOR_FOUND */
	struct mention mention; /* unless AUTHOR_FOUND: who may be shown */
};

/*
 * author_read - out of a header, LF line ends
 *
 * Several addresses of one domain count as one, those within a group as
 * those outside.  Lines that are no fields are stepped over.  The domain is
 * lower case, letters beyond ASCII as A-labels.  What readers take
 * differently counts as one domain when all of them find the same.
 *
 * 0, or -1 with ENOMEM.
 */
int author_read(struct author_found *, const char *header, size_t n);
/* in a few words, a constant; "" for AUTHOR_FOUND */
const char *author_text(enum author);

#endif
