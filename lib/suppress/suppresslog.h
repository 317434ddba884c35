#ifndef SUPPRESS_SUPPRESSLOG_H
#define SUPPRESS_SUPPRESSLOG_H

#include "base/buf.h"
#include "suppress/suppressline.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * The journal of suppressed addresses, DIR/journal, as those have it who write:
 * a first line "rohrpost-suppress 1 ID", ID by chance, then lines of
 * suppressline.h, each appended whole or not at all.  Several may write, one
 * after the other, by a lock.
 */
enum {
	SUPPRESSLOG_LOCK_MS = 10000 /* waiting for the lock */
};

struct suppresslog {
	int dir, lock, fd;
	const char *path; /* of the folder; the caller's */
	dev_t dev;
	ino_t ino;
	uint64_t size; /* behind the last append */
};

/* the folder and its journal, made where they are not there, readable for
 * their group.  0, or -1 with errno */
int suppresslog_open(struct suppresslog *, const char *dir);
/*
 * suppresslog_append - whole lines, at the end
 *
 * Safe from a power cut behind suppresslog_sync().  0, or -1 with errno and
 * nothing appended; ETIMEDOUT: another one keeps the lock.
 */
int suppresslog_append(struct suppresslog *, const struct buf *lines);
int suppresslog_sync(struct suppresslog *);
void suppresslog_close(struct suppresslog *);

#endif
