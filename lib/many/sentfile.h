#ifndef MANY_SENTFILE_H
#define MANY_SENTFILE_H

#include "many/keyset.h"

/*
 * What of a campaign has been sent: a file with a line for each,
 *
 *	ID KEY .
 *
 * which is only appended to.  A line that a crash has cut has no dot and counts
 * for nothing: the message is handed in again, with its key, and the queue
 * knows it.
 */

/* all zero but for fd at first */
struct sentfile {
	int fd;         /* -1: not open */
	struct buf out; /* lines that are not written yet */
};

enum sentfile_result { SENTFILE_OK, SENTFILE_ERROR, SENTFILE_BUSY };

/* open, or make, and lock it; its keys go into the set.  ERROR: errno; BUSY:
 * another run has it */
enum sentfile_result sentfile_open(struct sentfile *, const char *path,
    struct keyset *);
/* one more, to be written by the next sentfile_write(): 0, or -1 with ENOMEM */
int sentfile_add(struct sentfile *, const char *id, size_t n, const char *key);
/* 0, or -1 with errno */
int sentfile_write(struct sentfile *);

#endif
