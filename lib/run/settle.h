#ifndef RUN_SETTLE_H
#define RUN_SETTLE_H

#include <stddef.h>
#include <stdint.h>

struct run;
struct settled;

/*
 * What results change.  Results of one read become, in this order: one
 * append to the journal; states of what goes on written into message files;
 * events.  Only then are the places in the window free again.
 */
enum { SETTLE_BATCH_MAX = 512 }; /* results in one append */

struct settle {
	struct settled *batch;
	uint32_t segment;   /* its lines stand in that one */
	unsigned unwritten; /* an outcome stands nowhere but in results */
	uint64_t n_sent, n_deferred, n_bounced, n_later; /* for status */
};

void settle_start(struct run *);
/*
 * settle_results - consume results, lines as they come up
 *
 * Returns how many bytes are used; 0 with r->stalled: the journal cannot be
 * written, and the same is to come again.
 */
size_t settle_results(struct run *, const char *, size_t n);

#endif
