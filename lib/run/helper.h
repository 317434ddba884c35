#ifndef RUN_HELPER_H
#define RUN_HELPER_H

#include "base/restart.h"
#include "chain/wire.h"
#include <sys/types.h>

/*
 * A helper: a child on two pipes that is started again when it ends, after
 * a pause that doubles each time it ends soon.  The work goes on without it.
 */
enum {
	HELPER_PAUSE_MS = 1000,
	HELPER_PAUSE_MAX_MS = 60000,
	HELPER_GOOD_MS = 10000, /* lived so long: the pause is short again */
	HELPER_WAIT_MS = 1000   /* to end behind its answers, then killed */
};

struct helper_ops {
	size_t (*record)(void *arg, const char *p, size_t n);
	void (*started)(void *arg); /* new child: say again what is open */
	void (*ended)(void *arg);
	void (*drained)(void *arg); /* may be NULL */
};

struct helper {
	struct wire wire;
	struct restart restart;
	char *const *argv;
	const struct helper_ops *ops;
	void *arg;
	const char *name; /* for messages */
	pid_t pid;
	int64_t started_ms;
	unsigned up : 1, stopped : 1;
};

/* argv must stay */
void helper_start(struct helper *, const char *name, char *const argv[],
    const struct helper_ops *, void *arg);
/* does it run? */
static inline int
helper_up(const struct helper *h)
{
	return h->up;
}
/* EOF for it, and no new one */
void helper_stop(struct helper *);

#endif
