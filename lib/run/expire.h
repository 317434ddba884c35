#ifndef RUN_EXPIRE_H
#define RUN_EXPIRE_H

#include "queue/jobhead.h"
#include "queue/result.h"
#include <stdint.h>

struct run;

/* Recipients whose time is over; and what is known of why they were not
 * delivered, for the report and the log. */
enum {
	EXPIRE_REASONS = 1024 /* sites whose last failure is known */
};

struct expire {
	/* what a site has said at last, by a hash of its name */
	struct expire_reason {
		uint32_t hash;
		uint8_t len;
		char text[MESSAGE_REPLY_LEN];
	} * reason;
};

void expire_start(struct run *);
/* a result that may tell why a site gets nothing */
void expire_learn(struct run *, uint32_t rcpt, const struct result *);
/* too old while it was not being tried: its end, or when that cannot be
 * written now, another look at it */
void expire_rcpt(struct run *, uint32_t rcpt, const struct jobhead *);
/* the same for another reason, as a file has it, "ESC HOST TEXT" */
void expire_because(struct run *, uint32_t rcpt, const struct jobhead *,
    const char *reply, size_t n);

#endif
