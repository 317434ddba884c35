#ifndef MILTER_MILTERCHANGE_H
#define MILTER_MILTERCHANGE_H

#include "milter/milterreply.h"

/*
 * The changes that a milter has asked for, done when it has passed the
 * message: its packets, one behind the other, as they came.  The body is
 * nothing of them.
 */
struct milterchange {
	struct buf *env, *header;
	struct buf *front;  /* fields of a message that does not begin with one,
			    * stage_end_front() */
	unsigned own : 1;   /* the header has a field of ours */
	unsigned space : 1; /* see milterheader.h */
	/* what came of it */
	unsigned changed : 1;    /* the header */
	unsigned quarantine : 1; /* the message is to be held: why stands in
				  * reason, cut, in printable ASCII */
	unsigned done, undone;   /* changes */
	char reason[100];
};

/* p[0..n): whole packets.  0, or -1 with ENOMEM */
int milterchange(struct milterchange *, const char *p, size_t n);

#endif
