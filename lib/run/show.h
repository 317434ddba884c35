#ifndef RUN_SHOW_H
#define RUN_SHOW_H

#include "base/buf.h"
#include "queue/jobhead.h"
#include "queue/schedule.h"

struct run;

/*
 * What is known of a recipient beyond its file, a line each: queue-list(8)
 * and queue-show(8) ask for it, queue-run(8) has the labels.
 */
/* a line for each recipient of a message that is not done with; 0, or -1
 * without memory */
int show_message(struct run *, uint32_t message, struct buf *out);
/* the same for one recipient, without the end of its line; its head, or NULL */
int show_rcpt(struct run *, uint32_t rcpt, const struct jobhead *,
    struct buf *out);

#endif
