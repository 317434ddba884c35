#ifndef DKIM_ARCCHAIN_H
#define DKIM_ARCCHAIN_H

#include "base/buf.h"
#include "dkim/sig.h"
#include "mail/header.h"

/*
 * The ARC sets of a header (RFC 8617 section 4.2), in order.
 */
enum { ARC_SETS_MAX = 50 }; /* section 4.2.1 */

enum arcchain_part { ARC_AAR, ARC_AMS, ARC_AS, ARC_PARTS };

struct arcchain {
	/* set[i - 1]: instance i; a field that is not there has raw NULL */
	struct header_field set[ARC_SETS_MAX][ARC_PARTS];
	unsigned n; /* the highest instance number seen, ARC_SETS_MAX at most;
		     * 0: no chain */
	/* NULL: each of 1..n has each part once (section 5.2 step 3 A, B).
	 * Else what is wrong, and a chain it is none */
	const char *why;
};

/*
 * arcchain_add - look at a field; the fields of a header one by one, in any
 * order, into what was all zero
 *
 * arcchain_end - all were there: looks for gaps
 */
void arcchain_add(struct arcchain *, const struct header_field *);
void arcchain_end(struct arcchain *);

/* is it a part of a chain?  ARC_PARTS: no */
enum arcchain_part arcchain_part(const struct header_field *);

/* the number of an ARC-Authentication-Results, which begins with i= (section
 * 4.1.1); 0 when there is none */
unsigned arcchain_results(const struct header_field *);

#endif
