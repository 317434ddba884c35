#ifndef RUN_SHOW_H
#define RUN_SHOW_H

#include "base/buf.h"
#include "queue/schedule.h"

struct run;

/*
 * What is known of a recipient beyond its file, a line each: queue-list(8)
 * and queue-show(8) ask for it, queue-run(8) has the labels.
 */
/* "waiting", "ready", "out"; NULL: none of these */
const char *show_where(const struct schedule_rcpt *);
/* the site that its mail goes to, NULL: not known */
const char *show_site(const struct run *, const struct schedule_rcpt *,
    size_t *n);
/* a line for each recipient of a message that is not done with; 0, or -1
 * without memory */
int show_message(struct run *, uint32_t message, struct buf *out);

#endif
