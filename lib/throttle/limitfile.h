#ifndef THROTTLE_LIMITFILE_H
#define THROTTLE_LIMITFILE_H

#include "throttle/limitbook.h"

/*
 * The limiter's book in a file: what it books is appended before it goes,
 * and the whole is written anew when it has become much longer than what it
 * says.  An append is one write, without a sync: a kill loses nothing, a
 * power cut what the kernel had not yet written.
 *
 * One at a time: who has the file holds PATH.lock.
 */
enum {
	LIMITFILE_SLACK_BYTES = 1 << 20, /* written anew above twice what it
					  * was, and this */
	LIMITFILE_LOCK_MS = 3000,        /* waiting for who had it */
	LIMITFILE_MAX = 1 << 28,         /* longer: damaged */
	LIMITFILE_SAY_MS = 60000         /* trouble is told so often */
};

struct limitfile {
	const char *path;
	struct limiter *limiter;
	int fd, lock; /* -1: none */
	uint64_t size, base;
	struct buf lines;
	struct limitbook_clock clock; /* of the last clock line */
	int64_t said_ms;
};

/*
 * limitfile_open - the limiter, which has its rules, learns what the file
 * says, and books there from now on
 *
 * path is kept.  Without a file all is as new.  What cannot be read is told,
 * and then each rate begins as if its burst had just gone.  0, or -1 when
 * memory is out.
 */
int limitfile_open(struct limitfile *, const char *path, struct limiter *);
/* the name of this boot, empty when it is not known: before a jail */
void limitfile_boot(char out[LIMITBOOK_BOOT_MAX]);
/* what was booked goes into the file; before what goes.  When it cannot be
 * written that is told, and what goes is not held up */
void limitfile_flush(struct limitfile *);
/* no more goes: write what went, and nothing ahead of it */
void limitfile_close(struct limitfile *);

#endif
