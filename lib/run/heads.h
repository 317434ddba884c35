#ifndef RUN_HEADS_H
#define RUN_HEADS_H

#include "base/buf.h"
#include "queue/jobhead.h"
#include <stdint.h>

struct run;

/* Heads of message files: read, and kept in memory while jobs may be made of
 * them soon. */
enum { HEADS_BYTES = 16 << 20 /* kept */ };

struct heads {
	struct buf read; /* the last one, or what was read instead */
	size_t kept;     /* bytes */
};

/* when it was accepted, by the clock as it is now, ms since 1970 */
int64_t heads_birth_ms(const struct run *, const char *id);
/* a message's file; -1 with errno */
int heads_open(const struct run *, const char *id);
/* a message's head, to be given to free(); NULL with errno, EINVAL: it is no
 * whole message file */
struct jobhead *heads_make(struct run *, int fd, const char *id);
/*
 * heads_take - what is needed to make jobs of a message: kept in memory, or
 * read again
 *
 * It now belongs to the caller, until heads_release(), which may come after
 * the message has begun to leave.  NULL with errno.
 */
struct jobhead *heads_take(struct run *, uint32_t message);
void heads_release(struct run *, uint32_t message, struct jobhead *);
/* new mail goes out at once if it can: keep what was read while there is much
 * room.  1: kept */
int heads_keep(struct run *, uint32_t message, struct jobhead *);
/* the message leaves: nothing is kept of it */
void heads_drop(struct run *, uint32_t message);
/* the clock has made a step: those that are kept are right again */
void heads_stepped(struct run *);

#endif
