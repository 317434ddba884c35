#ifndef LOCAL_DELIVER_H
#define LOCAL_DELIVER_H

#include "chain/injector.h"
#include "local/command.h"
#include "local/maildir.h"

/*
 * Local deliveries within an event loop: each job's orders are carried out
 * one after the other - commands, which fail most, then forwarding, then
 * the Maildir - and it is answered once, when all are done or one is not.
 * Maildirs are committed together before the loop waits.
 *
 *   localjob.c      what a job asks for, its result
 *   localcommand.c  turns of commands
 */
enum { DELIVER_AGAIN_S = 15 }; /* `later`, when too many commands wait */

/* all zero but for what the owner sets: boxes, next, the functions, and
 * of commands max, timeout_ms and base; it must not move */
struct deliver {
	struct localjob_boxes boxes;
	char *const *next; /* chain to forward to, as spawn_next; may be
			    * empty */
	struct localcommands commands;
	/* the result of a job, a line */
	void (*answer)(const char *line, size_t n);
	/* lines of jobs of which something is about to be done that cannot
	 * be undone, link_note() */
	void (*begins)(char *lines, size_t n);
	/* read no more jobs, and again */
	void (*hold)(int on);
	/* after deliver_closing(), which may call it: nothing is under way */
	void (*idle)(void);
	struct injector inject;
	struct maildir_batch batch;
	struct loop_hook hook;
	unsigned n_forwarding;
	unsigned closing : 1, holding : 1;
};

void deliver_init(struct deliver *);
/* a request line; 0, or -1 when it is no job */
int deliver_job(struct deliver *, const char *line, size_t n);
/* no more jobs will come: begins nothing new */
void deliver_closing(struct deliver *);
/* end what is under way: it is answered as in doubt */
void deliver_stop(struct deliver *);

#endif
