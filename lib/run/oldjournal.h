#ifndef RUN_OLDJOURNAL_H
#define RUN_OLDJOURNAL_H

#include "queue/jobhead.h"
#include "queue/journal.h"
#include "queue/name.h"
#include <stddef.h>
#include <stdint.h>

struct run;

/*
 * What the journal said at the start, of messages that are not in memory
 * (yet): in the order of their ids, and for one message in the order of the
 * journal.  A line leaves when its message is loaded, when its state has
 * been written home, or when a whole scan has not found the file.  Until the
 * first scan is over no segment may go; afterwards each line that is left
 * pins its own.
 */
/* a line of the journal of a message that is not in memory */
struct oldjournal_line {
	char id[NAME_LEN];
	uint32_t segment;
	uint32_t at_s; /* when it ended, seconds since 1970; 0: not known */
	uint32_t n : 17, state : 8, said : 1, /* its event has been written */
	    found : 1,  /* the scan has come by its file */
	    pinned : 1, /* its segment is */
	    taken : 1;  /* it is done with */
};

struct oldjournal {
	struct oldjournal_line *line;
	size_t n, cap, n_said; /* n_said: so many have been logged */
	size_t n_unsaid;       /* events that the log may lack */
	uint64_t dirs_read;    /* a bit for each that this scan has read */
	/* when a segment was written, the last that was asked for, and the
	 * newest of all */
	unsigned asked;
	uint32_t last;
	int64_t at_s, newest_s;
};

/* a line of the journal, as done_open() hands it out: 0, or -1 with errno */
int oldjournal_line(void *arg, const struct journal_line *, uint32_t segment);
void oldjournal_start(struct run *);
/* one more, which stands in that segment now; 0, -1 without memory */
int oldjournal_add(struct run *, const struct journal_line *, uint32_t segment);
int oldjournal_knows(struct run *, const char *id);
/* put the journal's states into the head; the oldest segment with lines of
 * the message, 0: none */
uint32_t oldjournal_apply(struct run *, const char *id, struct jobhead *);
/* the message is in memory and has its pin */
void oldjournal_taken(struct run *, const char *id);
/* it stays out of memory: say what was not said; head NULL: unreadable */
void oldjournal_say(struct run *, const char *id, const struct jobhead *);
/* a scan begins; has come by a file; is over */
void oldjournal_scan(struct run *);
void oldjournal_found(struct run *, const char *id);
void oldjournal_scanned(struct run *);
/* folding: a line of a segment stands in the message's own file (head NULL:
 * there is no such file); the others of it stand in another segment now */
void oldjournal_home(struct run *, const char *id, unsigned n, uint32_t segment,
    const struct jobhead *);
void oldjournal_move(struct run *, uint32_t from, uint32_t to);

#endif
