#ifndef RUN_DOUBTS_H
#define RUN_DOUBTS_H

#include "base/buf.h"
#include "queue/name.h"
#include <stdint.h>

struct run;

/*
 * Recipients that are in doubt, an attempt's outcome is not known, and whose
 * message's file does not say so: it cannot be read now, or not written to.
 * They stand in the file of results, and stay there over any number of
 * starts, until they are settled: the recipient is in the index, and its file
 * writable.
 */
struct doubt {
	char id[NAME_LEN];
	uint32_t n, try;
};

struct doubts {
	struct buf list;  /* struct doubt each, one for a recipient */
	unsigned nowhere; /* so many could not be written down */
};

/* in doubt since that try; written down with the results */
void doubts_add(struct run *, const char *id, unsigned n, unsigned try);
void doubts_rcpt(struct run *, uint32_t rcpt, unsigned try);
/* a message that is in the index: 0, its file says it, or there is nothing to
 * say any more; -1: not now */
int doubts_write(struct run *, uint32_t message, const struct doubt *);
/* a recipient has come into the index */
void doubts_settle(struct run *, uint32_t rcpt, uint32_t offset);
/* those in memory, and those whose file is gone: are they settled now? */
void doubts_retry(struct run *);
/* once more into the file of results, behind all the rest; 0, -1 with errno */
int doubts_again(struct run *);
/* is there one of that recipient? */
int doubts_has(const struct run *, const char *id, unsigned n);
/* are there any? */
int doubts_left(const struct run *);

#endif
