#ifndef SHIP_SHIPDEAD_H
#define SHIP_SHIPDEAD_H

#include "base/buf.h"

/*
 * What becomes a dead letter of a destination: when and why stand in front of
 * it, and the file is ship/deadfile.h's.  That it cannot be kept is said once,
 * until it can.  All zero, but for the folder.
 */
struct shipdead {
	const char *dir; /* the destination's */
	struct buf line;
	unsigned failed : 1;
};

/* a line of a log that begins like an event, and is none; without its LF.  0, or
 * -1: it is not kept, and waits */
int shipdead_line(struct shipdead *, const char *src, const char *line,
    size_t n);
/* an event of a batch, with its LF, and why it is refused for good.  The same */
int shipdead_event(struct shipdead *, const char *event, size_t n,
    const char *why, size_t why_len);
void shipdead_free(struct shipdead *);

#endif
