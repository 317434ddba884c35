#ifndef RUN_RETRIES_H
#define RUN_RETRIES_H

#include "base/table.h"
#include "queue/retry.h"

struct run;

/* The retry table, CONFDIR/retry.cdb; without it the built-in intervals
 * hold. */
struct retries {
	const char *conf; /* the folder; NULL: none */
	struct buf path;  /* of the table */
	struct table table;
};

void retries_start(struct run *);
/* what it says for a recipient that has failed so: class and failure of the
 * case, which may be empty; NULL: both are.  Its domain is set here */
void retries_of(struct run *, uint32_t rcpt, const struct retry_case *,
    struct retry *);
/* and by which lines; lines may be NULL */
void retries_lines(struct run *, uint32_t rcpt, const struct retry_case *,
    struct retry *, struct retry_lines *lines);
/* milliseconds until a recipient that was tried that often is tried again */
int64_t retries_pause_ms(const struct run *, uint32_t rcpt,
    const struct retry *);
/* it waits until then, by the wall clock, milliseconds; front: before what
 * waits already */
void retries_wait(struct run *, uint32_t rcpt, int64_t wall_ms, int front);

#endif
