#ifndef CHAIN_LINK_H
#define CHAIN_LINK_H

#include "chain/wire.h"
#include "format/ltsv.h"
#include <sys/types.h>

/*
 * A link of a chain: requests come on descriptor 0 and answers go out on
 * 1; the next links are children with pipes on their own 0 and 1 (or
 * sockets, see spawn_next).  One piece of code for every link, so that the
 * rules that keep a chain from deadlock stand in one place:
 *
 *   - answers are always read;
 *   - requests are read only while what waits to be written upwards and
 *     to each next link is below WIRE_MARK and nobody holds the link;
 *   - EOF on 0 closes the next links' 0 (through closing()); EOF of a next
 *     link, or its 0 closed, ends this one: no more requests are read, the
 *     other next links' 0 is closed, and the end comes when all their
 *     answers have gone up;
 *   - when the reader of our answers is gone the link ends at once, but for
 *     one that records them.
 */
enum {
	LINK_NEXT_MAX = 64,
	LINK_ORPHAN_MS = 6000, /* to record what is under way */
	LINK_WAIT_MS = 2000    /* for a next link to end behind its answers */
};

struct link;

struct link_ops {
	/* as wire_ops.record: requests from above */
	size_t (*request)(struct link *, const char *p, size_t n);
	/* answers from next link `which`; NULL hands them up unchanged, line
	 * by line */
	size_t (*answer)(struct link *, unsigned which, const char *p,
	    size_t n);
	/* EOF from above: answer what is held, then link_close_down() (at
	 * once or later); NULL does just that.  A link with no next ends
	 * when it has called link_close_down() */
	void (*closing)(struct link *);
	/* with link_record(): nobody reads our answers any more; begin nothing,
	 * and link_close_down() when what is under way has been recorded */
	void (*orphaned)(struct link *);
	/* about to end with this status: last words; may be NULL */
	void (*ending)(struct link *, int status);
	/* a next link's wire was full and is no longer; may be NULL */
	void (*drained)(struct link *, unsigned which);
};

struct link {
	struct wire up;
	struct {
		struct wire wire;
		struct link *link;
		pid_t pid;
		unsigned ended : 1, early : 1; /* early: before its time */
	} next[LINK_NEXT_MAX];
	unsigned n_next;
	const struct link_ops *ops;
	struct loop_timer orphan_timer;
	unsigned held;
	unsigned closed_down : 1, status_set : 1, orphan : 1;
	int status;
};

/*
 * link_open - descriptors 0 and 1 become the upper side
 * The structure must be all zero and live until the program ends.
 */
void link_open(struct link *, const struct link_ops *);
/*
 * start a next link; dies with EXIT_TEMP when it cannot be started.
 * Returns its number, 0 for the first.
 */
unsigned link_next(struct link *, char *const argv[]);
/*
 * link_record - for who makes outcomes: answers are appended to what
 * queue-run has handed down, record.h, before they go up.  Nothing if it has
 * not.
 */
void link_record(struct link *);
/*
 * link_note - what is about to be done and cannot be undone
 *
 * Lines `status:sending' of the jobs, to the record alone, before it is done:
 * should we die then, the next attempt is known to be perhaps a second one.
 */
static inline void
link_note(struct link *l, char *p, size_t n)
{
	wire_note(&l->up, p, n);
}
/* the rest: the loop until the chain ends; flushes; returns the exit status */
int link_run(struct link *);

/* whole records, put as they are */
static inline void
link_up(struct link *l, const char *p, size_t n)
{
	wire_put(&l->up, p, n);
}
static inline void
link_down(struct link *l, unsigned which, const char *p, size_t n)
{
	wire_put(&l->next[which].wire, p, n);
}

/* hold and release reading requests, counted; for a stage that is full */
void link_hold(struct link *);
void link_release(struct link *);
/* close the next links' descriptor 0 once all is written */
void link_close_down(struct link *);

/* length of the first whole line in p[0..n) with its LF, 0 if there is none */
size_t link_line(const char *p, size_t n);

/*
 * link_job - the first line of p[0..n) as a job
 *
 * Returns 1 with *job filled; 0 when there is no whole line, or one that is
 * no job, which is warned of.  *len is what to consume, 0 for no whole line.
 */
int link_job(const char *p, size_t n, size_t *len, struct ltsv *job);

#endif
