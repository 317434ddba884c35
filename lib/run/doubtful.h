#ifndef RUN_DOUBTFUL_H
#define RUN_DOUBTFUL_H

#include "queue/retry.h"
#include <stdint.h>

struct run;

/*
 * What follows an attempt in doubt, as the site says it: doubt= of
 * conf-retry(5).  Its recipients are flagged RUN_DOUBT, in their files, too.
 */

/* an attempt has ended in doubt, and the flag is of those before: is that the
 * end of it? */
int doubtful_ends(const struct run *, uint32_t rcpt, const struct retry *);
/* milliseconds until the next one, after one that has ended so */
int64_t doubtful_pause_ms(const struct run *, uint32_t rcpt,
    const struct retry *);
/* who is in doubt since a death, with the next attempt as his file has it,
 * seconds: when it is to be.  A wait that may be over begins anew */
int64_t doubtful_next(struct run *, uint32_t rcpt, int64_t next_s);
/* his turn has come: is there to be no attempt more? */
int doubtful_is_over(struct run *, uint32_t rcpt);
/* what is said of that */
#define DOUBTFUL_OVER \
	"4.4.2 - it is unknown whether the attempt before has delivered " \
	"it, and no other is made"
/* his job, the last line of out, gets the host that may have the message, if
 * the site wants the next attempt to begin with it; 0, or -1 with ENOMEM */
int doubtful_job(struct run *, uint32_t rcpt, uint32_t offset, struct buf *out);

#endif
