#ifndef THROTTLE_SHAREASKER_H
#define THROTTLE_SHAREASKER_H

#include "base/restart.h"
#include "chain/wire.h"
#include "throttle/shareline.h"

/*
 * throttle's connection to throttle-share(8), at a Unix socket: questions go
 * there, answers come back.  Nothing waits for it; while nobody serves the
 * socket what is asked is dropped, and the limiter asks again.
 */
enum {
	SHAREASKER_AGAIN_MS = 100,     /* until the socket is tried again, */
	SHAREASKER_AGAIN_MAX_MS = 1000 /* at most */
};

struct shareasker {
	/* public: the answer to a question; and all that were asked get none */
	void (*answered)(void *arg, uint32_t id, const struct lease_answer *);
	void (*unheard)(void *arg);
	void *arg;
	/* private */
	struct wire wire;
	struct restart again;
	const char *path;
	char who[SHARELINE_WHO], name[SHARELINE_WHO];
	unsigned up : 1, told : 1;
};

/* path must live as long; who tells this program from others: random; name:
 * of caps, the same after a restart */
void shareasker_open(struct shareasker *, const char *path, uint64_t who,
    uint64_t name);
/* ends the program when memory is out */
void shareasker_ask(struct shareasker *, const struct limitshare_question *);
/* what was asked is written, and no more is heard */
void shareasker_close(struct shareasker *);

#endif
