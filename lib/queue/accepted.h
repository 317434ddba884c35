#ifndef QUEUE_ACCEPTED_H
#define QUEUE_ACCEPTED_H

#include <stddef.h>
#include <stdint.h>

/*
 * accepted_event - log that a message is in the queue, event(5)
 *
 * kind    accepted, or repeated: another one with its key is there
 * id      of the message
 * env, n  its envelope lines, parcel(5)
 * rcpts   its recipients; a single one is named
 * size    bytes of the message
 */
void accepted_event(const char *kind, const char *id, const char *env, size_t n,
    unsigned rcpts, uint64_t size);

#endif
