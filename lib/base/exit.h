#ifndef BASE_EXIT_H
#define BASE_EXIT_H

/*
 * Exit statuses, exitcodes(7).  A parent takes anything else, and death by
 * a signal, as EXIT_TEMP: in doubt temporary.
 */
enum {
	EXIT_OK = 0,
	EXIT_NONE = 1,   /* for people's tools: nothing matched */
	EXIT_STOP = 99,  /* done, and the rest of the chain is not wanted */
	EXIT_PERM = 100, /* bad usage, bad input, refused */
	EXIT_TEMP = 111  /* memory, disk, network, configuration */
};

#endif
