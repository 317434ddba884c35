#ifndef SIM_SIMFILES_H
#define SIM_SIMFILES_H

#include "sim/simevent.h"

/*
 * Logs read from files, from folders as svlogd(8) keeps them, and from standard
 * input.
 */
enum { SIMFILES_SAY_MAX = 10 }; /* bad lines that are told; all are counted */

struct simfiles {
	struct simevent *events; /* the caller's */
	uint64_t lines, bad;
	/* internal */
	const char *name;
	uint64_t line; /* of the file */
};

/*
 * simfiles_read - one log
 *
 * name  a file, a folder, or - for descriptor 0
 *
 * Bad lines are warned of, with file and line, and counted.  What cannot be
 * read, and want of memory, end the program with EXIT_TEMP.
 */
void simfiles_read(struct simfiles *, const char *name);

#endif
