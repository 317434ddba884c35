#ifndef DMARC_MENTION_H
#define DMARC_MENTION_H

#include "dns/dnsq.h"
#include <stddef.h>

/*
 * The domains that any reader might find in a From field that is no proper
 * one: whatever stands behind an @, in quotes, comments and encoded words
 * too.  Nobody is believed by this; it says whose name may be shown.
 */
enum {
	MENTION_DOMAINS_MAX = 8,
	MENTION_TRIED_MAX = 1000, /* names read, in one field */
	/* bytes looked at, of all fields: eight times the largest header.
	 * Comments and blanks may stand behind each of many @, and are read
	 * again for each */
	MENTION_LOOKED_MAX = 8 << 20
};

struct mention {
	unsigned n;
	unsigned more : 1; /* there were more than fit */
	unsigned looked;   /* bytes, up to now */
	char domain[MENTION_DOMAINS_MAX][DNSQ_NAME_MAX + 1];
};

/*
 * mention_add - those in the value p[0..n)
 *
 * Folding, blanks and comments within a domain are stepped over, as are
 * dots too many and control characters; labels in front that cannot be any
 * are left out, also where a name is too long.  Each domain stands there
 * once, as idn_plain() makes it.  0, or -1 with ENOMEM.
 */
int mention_add(struct mention *, const char *p, size_t n);

#endif
