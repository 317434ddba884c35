#ifndef RUN_JOBS_H
#define RUN_JOBS_H

#include "base/buf.h"
#include "base/hashindex.h"
#include "queue/jobhead.h"
#include <stdint.h>

struct run;

/*
 * The jobs that are down the chain.  Each stands in one of two lines, in the
 * order in which it went down: in the window, or past its deadline, where it
 * has no place in the window any more and is waited for all the same.
 */
enum { JOBS_LINES = 2 };

struct run_job {
	uint32_t rcpt, message, n; /* rcpt SCHEDULE_NONE: not in use */
	uint32_t offset;           /* of the "to" line in the file */
	uint32_t hash_next;
	uint32_t older, newer; /* in their line; free list */
	int64_t down_ms, birth_ms;
	int64_t from_ms;   /* jobhead_from_ms() */
	int64_t expire;    /* in seconds, 0: never */
	int64_t notify_at; /* as in a jobhead */
	struct buf who;    /* whose mail it is, for events */
	uint8_t null_sender, answered, late;
};

struct jobs {
	struct run_job *job;
	uint32_t n, free;
	struct hashindex index; /* by message and recipient */
	struct jobs_line {
		uint32_t oldest, newest; /* SCHEDULE_NONE: it is empty */
	} line[JOBS_LINES];
};

/* room for a window of jobs, and as many again past their deadline */
void jobs_start(struct run *);
/* the line of a recipient's job under an id, into b; dies without memory */
void jobs_put(struct run *, uint32_t rcpt, const struct jobhead *,
    const char *id, int doubt, struct buf *b);
/* the job of that recipient; NULL: it is not down */
struct run_job *jobs_find(const struct run *, uint32_t message, unsigned n);
/* a recipient that has its place in the window now */
struct run_job *jobs_add(struct run *, uint32_t rcpt, const struct jobhead *);
/* one that went down in the run before: as if it had in this one.  0, -1:
 * there is no room */
int jobs_claim(struct run *, uint32_t rcpt, const struct jobhead *);
/* it is answered */
void jobs_remove(struct run *, struct run_job *);
/* the clock has made a step: the times of all are right again */
void jobs_stepped(struct run *);
/* the oldest of a line (late: past the deadline); NULL: there is none */
struct run_job *jobs_oldest(const struct run *, int late);
/* it is past its deadline now; the line of those has room: jobs_late_room() */
void jobs_late(struct run *, struct run_job *);
/* has that line room for one more? */
int jobs_late_room(const struct run *);

#endif
