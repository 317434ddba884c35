#ifndef QUEUE_REPLYFAILURE_H
#define QUEUE_REPLYFAILURE_H

#include "failure/failuretable.h"

/*
 * replyfailure - what a failure is called, by the reply that a message file has
 *
 * reply, n  "ESC HOST TEXT", escaped as in LTSV
 * event     which kind of event it is, or would be: "deferred", "bounced", ...
 */
void replyfailure(struct failuretable *, const char *reply, size_t n,
    const char *event, struct failure *);
/* text without the escapes, in which a word could begin; what is too long for
 * room, cap bytes, stays as it is */
struct slice replyfailure_plain(struct slice text, char *room, size_t cap);

#endif
