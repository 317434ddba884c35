#ifndef RUN_RESULTFILE_H
#define RUN_RESULTFILE_H

#include "base/buf.h"
#include "queue/result.h"
#include <stdint.h>
#include <sys/types.h>

struct run;

/*
 * results.N: what the links that make outcomes have written down before they
 * handed it up, queue(5).  What came up is in our own journal; the file is for
 * what did not come because a link above, or queue-run, died.  So it is read
 * at the next start, and given back to the file system behind what has come
 * up meanwhile.
 *
 * It need outlive processes, not the machine, so it stands on a tmpfs, where
 * it costs the disk nothing, in a folder named after the queue's own.  Where
 * that cannot be, it stands in QUEUE/done.  A start looks in both.
 *
 * Whoever may still write holds a lock with the descriptor that was handed
 * down.
 */
enum {
	RESULTS_ROOM = 2 << 20 /* bytes that are ours on a tmpfs that fills */
};

enum { RESULTFILE_DISK, RESULTFILE_MEMORY, RESULTFILE_PLACES };

struct resultfile {
	int fd;  /* to be handed down; -1: there is none */
	int own; /* our own access to it; -1 */
	/* where files of results stand; fd -1: nowhere */
	struct resultfile_place {
		int fd;
		char said[64]; /* in messages */
	} places[RESULTFILE_PLACES];
	int memory;          /* in which the folder of MEMORY stands */
	char folder[64];     /* its name there */
	struct buf old;      /* struct resultfile_old each */
	uint32_t number, in; /* of ours, and its place */
	off_t handled;       /* so far all has come up, */
	off_t freed;         /* and so far it is given back */
	unsigned said_room;  /* that it cannot have its room */
};

/* a file of a run before */
struct resultfile_old {
	uint32_t n, place;
};

/* until deliverers of the runs before have ended; a signal ends us, too */
void resultfile_wait(struct run *);
/* make the file of this run; without it deliveries go on, and a link that dies
 * repeats more of them */
void resultfile_open(struct run *);
/* what is started now gets it, or no more */
void resultfile_hand(struct run *, int on);
/* whole lines of our own behind what is there; 0, -1 with errno */
int resultfile_append(struct run *, const char *, size_t n);
/* room behind what has come up: deliverers do not meet a full tmpfs */
void resultfile_keep_room(struct run *);
/* nothing in it is needed any more */
void resultfile_remove(struct run *);

/* the next file of a run before, open; -1: that was the last */
int resultfile_open_old(struct run *, struct resultfile_old *);
void resultfile_remove_old(struct run *, const struct resultfile_old *);
/* is it the outcome of this attempt? */
int resultfile_same_try(const struct result *, unsigned tries);

#endif
