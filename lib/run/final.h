#ifndef RUN_FINAL_H
#define RUN_FINAL_H

#include "base/buf.h"
#include "base/loop.h"
#include "queue/message.h"
#include "queue/schedule.h"

struct run;

/*
 * States that end a delivery: lines of the journal, which are written before
 * anything else is done with them, and what is dropped behind those that are
 * final.
 */
struct final {
	struct buf lines;   /* to be appended */
	unsigned n;         /* so many, but for the mark before them */
	unsigned new_round; /* events so far have been written */
	int64_t said_ms;    /* that the journal cannot be written; 0: never */
	struct loop_hook round;
};

void final_start(struct run *);
/* begin lines anew */
void final_begin(struct run *);
/* one more, which ended then, seconds since 1970; 0, -1 without memory */
int final_put(struct run *, const char *id, unsigned n, enum message_state,
    int64_t at_s);
/* into the journal with them.  0, -1 with errno: not one is written */
int final_append(struct run *);
/* a line of its own: begin, put, append and pin.  0, -1: not written */
int final_journal(struct run *, uint32_t message, unsigned n,
    enum message_state, int64_t at_s);
/* lines of the message stand in that segment of the journal: the first one
 * stays until they are in its file, or the file is gone */
void final_pin(struct run *, uint32_t message, uint32_t segment);
/* a recipient whose line is written leaves, and its message when it was the
 * last */
void final_drop(struct run *, uint32_t rcpt);
/* the journal cannot be written, errno says why: nothing goes down, and
 * what comes up waits, until it can */
void final_stall(struct run *);
/* one whose report is owed waits for no attempt: in the place of the next one
 * it has, here and in its file, when it ended, seconds since 1970; 0: that is
 * not known */
static inline void
final_ended(struct schedule_rcpt *p, int64_t at_s)
{
	p->due_ms = at_s * 1000;
}
static inline int64_t
final_ended_s(const struct schedule_rcpt *p)
{
	return p->due_ms / 1000;
}

#endif
