#ifndef QUEUE_TALK_H
#define QUEUE_TALK_H

#include "queue/ask.h"

/*
 * What programs for people say to the queue-run of a queue.  All of it dies
 * when it cannot: 111, and where queue-run refuses, 100 behind its answer.
 */

/*
 * talk_open - connect to it; root does there what the queue's owner might do
 *
 * queue  its folder
 * root   receives a descriptor of the folder
 *
 * Returns 1, or 0: no queue-run works there.
 */
int talk_open(struct ask *, const char *queue, int *root);
/*
 * talk_ask - a request, and its answer
 *
 * at, n  its ids, as for ask_put()
 * line   gets each line of the answer with its LF but the last, whose numbers
 *        are added to those in *sum
 */
void talk_ask(struct ask *, const struct ctlrequest *, size_t at, size_t n,
    void (*line)(const char *, size_t), struct ask_end *sum);

#endif
