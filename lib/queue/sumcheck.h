#ifndef QUEUE_SUMCHECK_H
#define QUEUE_SUMCHECK_H

#include "queue/message.h"
#include "queue/name.h"

/*
 * Does a message file say what was written?  Its checksum against what it
 * holds, in slices, since a message may be long.
 *
 *	k = sumcheck_begin(&c, fd, h, id);
 *	while (k == 1)
 *		k = sumcheck_more(&c, bytes);
 */
struct sumcheck {
	int fd;
	uint64_t at, end;
	uint32_t sum, want;
	char id[NAME_LEN];
};

/*
 * fd is of the file, and stays the caller's; h is its head, whole in memory.
 * 1: go on; 0: it has no checksum
 */
int sumcheck_begin(struct sumcheck *, int fd, const struct message_head *h,
    const char *id);
/* 1: not yet at its end; 0: right; -1 with errno, EBADMSG: wrong */
int sumcheck_more(struct sumcheck *, size_t bytes);

#endif
