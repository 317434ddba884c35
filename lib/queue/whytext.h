#ifndef QUEUE_WHYTEXT_H
#define QUEUE_WHYTEXT_H

#include "format/ltsv.h"

/*
 * What queue-run answers to `why', queue-run(8), for people: a fact a line, the
 * most important first.
 *
 * queue  its name, for what is to be typed
 * at     a line that queue-run says of a recipient
 * chain  what the chain has answered to the question about it; n 0: nothing
 *
 * 0, or -1 with ENOMEM.
 */
int whytext(struct buf *, const char *queue, const struct ltsv *at,
    const struct ltsv *chain, int64_t now_s);

#endif
