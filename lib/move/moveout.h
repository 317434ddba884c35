#ifndef MOVE_MOVEOUT_H
#define MOVE_MOVEOUT_H

#include "queue/queuewalk.h"

/*
 * Messages of a queue as a stream on descriptor 1, queue-export(5).  Recipients
 * come one after the other; those of a message together become one.  It ends
 * the program when it cannot go on.
 */
enum {
	MOVEOUT_SMALL = 256 << 10, /* bytes of a message kept in memory */
	MOVEOUT_BYTES = 65536      /* written at a time */
};

struct moveout {
	int root; /* of the queue, set before */
	int only_count;
	/* to be read */
	uint64_t messages, rcpts, bytes;
	int damaged; /* there were messages whose checksum is wrong */
	/* internal */
	char id[NAME_LEN + 1];   /* of the message that is under way, or "" */
	char left[NAME_LEN + 1]; /* of one that is left out: gone, damaged */
	int fd;
	uint64_t head_len, size;
	struct buf out, env, small;
};

/* one recipient more, and with which state and next attempt; 0: its message is
 * not there any more, or damaged, and that has been said */
int moveout_rcpt(struct moveout *, const struct walkrcpt *,
    enum message_state state, int64_t next);
/* the last message is whole, and so is the stream */
void moveout_end(struct moveout *);

#endif
