#ifndef QUEUE_HEADREAD_H
#define QUEUE_HEADREAD_H

#include "base/buf.h"
#include "queue/message.h"

/*
 * headread - the head of a message file into memory, message(5)
 *
 * fd    the file; it is read by position, so its offset stays
 * head  receives the whole head, and what came with it of the message;
 *       cleared before
 * h     then walks through it as after message_open(); NULL: who calls opens
 *       it
 *
 * Whether the message behind it is whole is not looked at.  0, or -1 with
 * errno; EINVAL: the file does not begin with a whole head, and what could
 * be read is in head.
 */
int headread(int fd, struct buf *head, struct message_head *h);

#endif
