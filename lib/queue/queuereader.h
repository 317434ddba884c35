#ifndef QUEUE_QUEUEREADER_H
#define QUEUE_QUEUEREADER_H

#include "queue/age.h"
#include "queue/journal.h"
#include "queue/message.h"
#include "queue/name.h"
#include <sys/stat.h>

/*
 * Reading a queue from outside: for people's programs, beside a queue-run
 * that goes on working.  Whatever is found may be gone a moment later.
 */
enum { QUEUEREADER_PATH_MAX = 512 }; /* of a name inside the queue */

struct queuereader {
	int root;
};

/* 0, or -1 with errno */
int queuereader_open(struct queuereader *, const char *queue);
/* what queue-run knows of the clock, so that messages are as old as it takes
 * them to be; 0, also where it has written nothing, or -1 with errno */
int queuereader_age(struct queuereader *, struct age *, int64_t now_ms);
/*
 * queuereader_names - every entry of a directory of the queue, "." and ".." not
 *
 * each gets "DIR/NAME" and NAME; returns 0 to go on.  Returns what each
 * returned last, or -1 with errno when the directory cannot be read.
 */
int queuereader_names(struct queuereader *, const char *dir,
    int (*each)(void *arg, const char *path, const char *name), void *arg);
/*
 * queuereader_ids - the ids of all files in mess/, sorted
 *
 * Appended to out, NAME_LEN bytes each; entries that are no message's are
 * left out.  0, or -1 with errno.
 */
int queuereader_ids(struct queuereader *, struct buf *out);
/*
 * queuereader_load - the head of a message
 *
 * head  receives it (cleared before); *h points into it
 * st    receives the file's status
 * Returns a descriptor at offset 0, which the caller closes; or -1 with
 * errno, EINVAL when it is no whole message file.
 */
int queuereader_load(struct queuereader *, const char *path, struct buf *head,
    struct message_head *h, struct stat *st);

/* what the journal says, in a form to ask */
struct journaled {
	char id[NAME_LEN];
	unsigned n;
	unsigned order; /* of its line: the last one counts */
	enum message_state state;
};

struct journaled_list {
	struct journaled *o;
	size_t n, cap;
	size_t cut; /* starts of a line: a crash in the middle of a write */
	size_t bad; /* lines that are none and no start of one */
};

/* all segments; 0, or -1 with errno.  Free with journaled_free() */
int journaled_load(struct journaled_list *, struct queuereader *);
/* the state of a recipient: from the journal, else as it stands in r */
enum message_state journaled_state(const struct journaled_list *,
    const char *id, unsigned n, const struct message_rcpt *r);
/* the highest recipient number the journal has of an id; -1: none */
long journaled_highest(const struct journaled_list *, const char *id);
void journaled_free(struct journaled_list *);

/* "queued", "held", "sent", "bounced", "expired", "deleted": constants */
const char *store_state_name(enum message_state);

#endif
