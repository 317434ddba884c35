#ifndef MILTER_MILTERMACRO_H
#define MILTER_MILTERMACRO_H

#include "milter/miltermail.h"
#include "milter/milterterms.h"

/*
 * Macros: what Sendmail would know of a message by these names, as far as its
 * envelope says it.  One that has no value is not told.
 */

/* "j", "{client_addr}" or "client_addr"; the number of its bit in milterterms,
 * -1: we have no such */
int miltermacro_find(const char *name, size_t n);
/*
 * miltermacro_put - the packet with those of a stage
 *
 * command  the letter of the step that they are for
 * rcpt     at MILTER_AT_RCPT his address
 *
 * Appends nothing when there are none.  0, or -1 with ENOMEM.
 */
int miltermacro_put(struct buf *, const struct milterterms *,
    const struct miltermail *, enum milter_stage, char command,
    const char *rcpt);

#endif
