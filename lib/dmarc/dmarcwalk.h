#ifndef DMARC_DMARCWALK_H
#define DMARC_DMARCWALK_H

#include "dmarc/dmarcrecord.h"

/*
 * The tree walk (RFC 9989 section 4.10): from a name towards the root, and
 * what the records on the way say of its organizational domain.  Labels are
 * counted from the right.
 *
 *	dmarcwalk_start(&w, name);
 *	while (w.at > 0)
 *		what is there at dmarcwalk_tail(name, w.at)?
 *		dmarcwalk_on(&w, ...);
 */
enum { DMARC_WALK_MAX = 8 }; /* names of one walk */

enum dmarc_known { DMARC_UNASKED, DMARC_ABSENT, DMARC_THERE, DMARC_LOST };

struct dmarc_walk {
	const char *name;
	unsigned labels;    /* of name */
	unsigned at;        /* the next name has so many; 0: over */
	unsigned last;      /* the last record was there; 0: none so far */
	enum dmarc_psd psd; /* and said this */
	unsigned lost : 1;  /* the DNS did not answer */
	unsigned many : 1;  /* a name had several records */
};

/* a name in lower case, without a dot at its end; "" for what is none */
void dmarcwalk_name(char out[DNSQ_NAME_MAX + 1], const char *name);
unsigned dmarcwalk_labels(const char *name);
/* the last n labels of a name that has as many: a part of it */
const char *dmarcwalk_tail(const char *name, unsigned n);

/* name must live as long as the walk */
void dmarcwalk_start(struct dmarc_walk *, const char *name);
/* what is at the name that was next, and its psd=: the name itself comes
 * first, then at most seven labels, one less each time */
void dmarcwalk_on(struct dmarc_walk *, enum dmarc_known, enum dmarc_psd);
/* the organizational domain of name, when the walk is over: a part of it
 * (RFC 9989 section 4.10.2) */
const char *dmarcwalk_organization(const struct dmarc_walk *);

#endif
