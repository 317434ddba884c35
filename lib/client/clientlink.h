#ifndef CLIENT_CLIENTLINK_H
#define CLIENT_CLIENTLINK_H

#include "client/clientrun.h"
#include "stage/stage.h"

/*
 * client-check as a link of the receiving chain: judges the client of each
 * parcel from outside, logs what was found, and passes it on, perhaps with
 * tags, or refuses it.
 */
struct clientlink {
	struct clientrun_conf run; /* open */
	int64_t deadline_ms;
	int all; /* those from inside, too */
	struct stage stage;
};

/* until the chain ends; returns the exit status */
int clientlink_run(struct clientlink *, char *const next[]);

#endif
