#ifndef QUEUE_AUDITQUEUE_H
#define QUEUE_AUDITQUEUE_H

#include "queue/audit.h"

/*
 * What a queue says of its recipients into the books, beside a queue-run that
 * goes on working.
 */
struct auditqueue {
	struct audit *books; /* the caller's */
	const char *name;    /* the queue's folder, as it is to be named */
	unsigned unread;     /* messages that could not be read */
	struct buf held;     /* internal, as what follows */
	struct buf head;
	char last[256];
};

/* does a queue-run work there, and if not, has it stopped in order?  queue: a
 * descriptor of its folder */
enum audit_queue auditqueue_state(int queue);
/*
 * auditqueue_read - messages, then what was set aside, then the journal
 *
 * queue  a descriptor of its folder, which stays the caller's
 *
 * A message that cannot be read is warned of and counted; one that has come to
 * its end meanwhile is not.  A queue that cannot be listed, and want of memory,
 * end the program with EXIT_TEMP.
 */
void auditqueue_read(struct auditqueue *, int queue);
void auditqueue_free(struct auditqueue *);

#endif
