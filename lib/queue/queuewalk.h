#ifndef QUEUE_QUEUEWALK_H
#define QUEUE_QUEUEWALK_H

#include "failure/failuretable.h"
#include "queue/queuereader.h"
#include "queue/standing.h"

/*
 * The recipients of a queue that selectors mean, one after the other: for
 * people's programs, which read the files, and ask queue-run about some
 * messages at a time where that is needed.  It ends the program when the queue
 * cannot be read, and tells of a file that is no message.
 */
enum {
	QUEUEWALK_MESSAGES = 100, /* that queue-run is asked about at a time */
	QUEUEWALK_RCPTS = 4096,   /* the same, but for one message */
	QUEUEWALK_PLACES = 9
};

/* "waiting", "ready", "out", "queued", "held", ...: where recipients are */
extern const char *const queuewalk_place_name[QUEUEWALK_PLACES];

/* a message; envelope lines without a value are none */
struct walkmessage {
	char id[NAME_LEN + 1];
	struct buf head;
	struct message_head h;
	struct parcel_line from, prio, tenant, user, uuid, hold;
	struct parcel_line tag[SELECTOR_TAGS];
	unsigned n_tag;
	int64_t age_s;
	int64_t hold_until; /* seconds since 1970; 0: none */
	struct buf subject; /* escaped as in LTSV; empty: none, or not read */
};

/* a recipient; all of it is gone when the next one comes */
struct walkrcpt {
	const struct walkmessage *m;
	unsigned n;
	const struct message_rcpt *r;
	enum message_state state;
	struct standing at;
	int64_t next; /* seconds since 1970; 0: none, or at once */
	struct selector_text domain;
};

struct queuewalk {
	/* set before */
	struct selector_list *sel; /* sorted */
	int only_ids;     /* no others than those in sel, also where none are */
	int all;          /* also who is done with */
	int ask;          /* the standing of each is wanted */
	int subjects;     /* queuewalk_subject() will be asked for */
	const char *conf; /* folder of classes.cdb, NULL: as shipped */
	void (*each)(void *arg, const struct walkrcpt *);
	void *arg;

	/* to be read */
	int64_t now_s;
	const char *source; /* who has told what is told, in words */
	int hold;           /* everything is held */
	int damaged;        /* there are files that are no messages */

	/* inside */
	struct queuereader store;
	struct journaled_list outcomes;
	struct standings standings;
	struct age age;
	struct failuretable failures;
	int failures_open;
	struct buf header; /* the last one that was read */
	unsigned kinds;
	struct walkmessage *item;
	unsigned n_items, n_rcpts;
};

/* as the queue's owner, where we are root; from then on the others may be
 * called */
void queuewalk_open(struct queuewalk *, const char *queue);
/* the walk, oldest message first; again for another one */
void queuewalk_run(struct queuewalk *);

/* one of queuewalk_place_name */
unsigned queuewalk_place(const struct walkrcpt *);
/*
 * queuewalk_failure - what the last attempt's failure is called
 *
 * By queue-run where it was asked and knows, else by the reply in the file.
 * NULL: none has failed.  The name is there until the next is asked for.
 */
struct selector_text queuewalk_failure(struct queuewalk *,
    const struct walkrcpt *);

/* its subject as a reader sees it, with w->subjects; NULL: it has none */
struct selector_text queuewalk_subject(const struct walkmessage *);

#endif
