#ifndef QUEUE_WHYFILES_H
#define QUEUE_WHYFILES_H

#include "queue/selector.h"

/*
 * Why mail waits where no queue-run works: what the files say, in lines like
 * those that queue-run answers to `why', for whytext().
 */
enum { WHYFILES_RCPTS = 8 }; /* that are explained */

/*
 * whyfiles - the line of counts, and one for each that is explained: the
 * oldest
 *
 * queue  its folder
 * sel    one id, address or domain
 * n      of a message: that recipient alone, CTLREQUEST_EACH: all
 * out    is appended to
 *
 * Returns how many wait.  Ends the program when the queue cannot be read.
 */
uint64_t whyfiles(const char *queue, struct selector_list *sel, uint32_t n,
    struct buf *out);

#endif
