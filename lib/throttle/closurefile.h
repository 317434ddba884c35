#ifndef THROTTLE_CLOSUREFILE_H
#define THROTTLE_CLOSUREFILE_H

#include "throttle/closures.h"

/*
 * What is closed, in a file, so that a restart does not open it: one line each,
 * written anew as a whole through PATH.new, not more often than each
 * CLOSUREFILE_MS.  There is one writer: who has the lock of the limits' file.
 */
enum {
	CLOSUREFILE_MS = 1000,
	CLOSUREFILE_MAX = 1 << 25, /* bytes; longer: damaged */
	CLOSUREFILE_SAY_MS = 60000 /* trouble is told so often */
};

struct closurefile {
	char *path, *fresh; /* NULL: there is none */
	int dirty;          /* to be written */
	int64_t written_ms, said_ms;
};

/*
 * the closures learn what the file says; FILE.closed beside the limits' file
 *
 * Damaged lines are told and left out: what they closed is open.  0, or -1
 * when memory is out.
 */
int closurefile_open(struct closurefile *, const char *file, struct closures *);
/* writes it if that is due; then nothing is dirty.  When it cannot be written
 * that is told */
void closurefile_flush(struct closurefile *, const struct closures *,
    int ending);
/* when it is due, microseconds; INT64_MAX: not */
int64_t closurefile_due(const struct closurefile *);

#endif
