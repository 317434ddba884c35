#ifndef COMPOSE_COMPOSEFAULT_H
#define COMPOSE_COMPOSEFAULT_H

#include <stddef.h>

/*
 * What is wrong with JSON that was to become a message, and where: the path
 * grows from its end to its beginning while functions return, so that what is
 * right costs nothing.
 *
 *	recipients[3].to: no address
 */
enum {
	COMPOSEFAULT_PATH_LEN = 200, /* with NUL; of a longer one the end */
	COMPOSEFAULT_WHY_LEN = 200,  /* with NUL, the rest is cut */
	COMPOSEFAULT_NAME_LEN = 60   /* of a foreign name that is shown */
};

/* all zero: nothing is wrong */
struct compose_fault {
	char path[COMPOSEFAULT_PATH_LEN]; /* "" is the request itself */
	char why[COMPOSEFAULT_WHY_LEN];
	unsigned memory : 1; /* out of it: nothing is wrong with the JSON */
};

/* all return -1 */
int composefault_say(struct compose_fault *, const char *why);
int composefault_memory(struct compose_fault *);
/* it is in that member, in that element; name is shown in printable ASCII */
int composefault_in(struct compose_fault *, const char *name);
int composefault_at(struct compose_fault *, size_t index);

#endif
