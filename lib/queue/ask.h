#ifndef QUEUE_ASK_H
#define QUEUE_ASK_H

#include "format/ltsv.h"
#include "queue/ctlrequest.h"
#include <sys/types.h>

/*
 * A client of queue-run's control socket, queue-run(8).  It waits, so it is
 * for people's programs.
 */
struct ask {
	int fd;
	struct buf in, out;
	size_t used; /* of in: the line that was handed out */
};

/* root: the queue's folder.  0, or -1 with errno: ENOENT and ECONNREFUSED,
 * no queue-run works there */
int ask_open(struct ask *, int root);
/* is that what errno says?  err: its value */
int ask_nobody(int err);
/* a request as ctlrequest_put() makes it, with n ids from at on; 0, -1 with
 * errno */
int ask_put(struct ask *, const struct ctlrequest *, size_t at, size_t n);
/* the next line with its LF, valid until the next call: its length, 0 at the
 * end, -1 with errno */
ssize_t ask_line(struct ask *, const char **line);

/* what the last line of an answer says */
struct ask_end {
	int ok;
	uint64_t count, out, failed, matched, unknown;
	int hold; /* everything is held */
};
/* 1: it is the last, and its numbers are added to those in *end; 0: it is
 * not */
int ask_end(const struct ltsv *, struct ask_end *);
/* ids, as selector_ids() takes them, to the end of a descriptor; NULL, or what
 * is wrong with them; errno is 0 unless it could not be read */
const char *ask_ids(struct selector_list *, int fd);
/* a selector, or "-", which reads ids from descriptor 0, once: *ids_read is then
 * 1.  NULL, or what is wrong */
const char *ask_word(struct selector_list *, const char *word, int *ids_read);
void ask_close(struct ask *);

#endif
