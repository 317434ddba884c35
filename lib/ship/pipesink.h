#ifndef SHIP_PIPESINK_H
#define SHIP_PIPESINK_H

#include "base/errlog.h"
#include "ship/batch.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * Events for a command of the site, on its descriptor 0, ship-pipe(8): one run
 * of it for each batch, whose end says what became of that, or one that goes on
 * from batch to batch, which is believed to have what it has read.
 */
enum {
	PIPESINK_LOOK_MS = 20 /* between looks whether all has been read */
};

/* all zero at first, but for what its user sets */
struct pipesink {
	const char *command; /* for sh(1) */
	int stream;          /* it goes on */
	int json;            /* an object on each line, else LTSV */
	int64_t timeout_ms;  /* for one batch */
	/* private */
	pid_t pid; /* 0: none runs */
	int to, rest, from, pidfd;
	struct errlog says;
	struct buf text;
};

/* shiplink.h: a batch; arg is the pipesink */
int pipesink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);
/* no batch will come: 0; -1, what goes on has ended badly, which was said */
int pipesink_end(struct pipesink *);

#endif
