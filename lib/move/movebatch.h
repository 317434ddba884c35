#ifndef MOVE_MOVEBATCH_H
#define MOVE_MOVEBATCH_H

#include "move/movein.h"

/* The batch of a movein: what is written, and not yet safe. */

/* the message that is under way is whole in its file, and joins it; the batch
 * may become safe with that */
void movebatch_add(struct movein *);
/* all of it is safe, and told */
void movebatch_sync(struct movein *);
/* another run has taken some recipients of the message that is under way: what
 * it had not come to is done now, and the receipt comes again */
void movebatch_before(struct movein *, uint32_t taken);
/* it cannot go on: what is whole becomes safe first */
void movebatch_die(struct movein *, const char *what) __attribute__((noreturn));

#endif
