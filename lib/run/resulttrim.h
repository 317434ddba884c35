#ifndef RUN_RESULTTRIM_H
#define RUN_RESULTTRIM_H

#include <stddef.h>
#include <stdint.h>

struct run;

/* The file of results is given back to its file system, as far as what stands
 * there has come up. */
struct resulttrim {
	uint64_t bytes; /* that came up since the last look */
};

/* so many bytes of results have come up and are recorded */
void resulttrim_seen(struct run *, size_t n);

#endif
