#ifndef SHARE_SHAREHUB_H
#define SHARE_SHAREHUB_H

#include "chain/acceptor.h"
#include "share/sharelost.h"
#include "share/shareredis.h"

/*
 * The inside of throttle-share(8): throttles that ask, what was asked of Redis
 * for them, and what they are answered.
 */
enum {
	SHAREHUB_CLIENTS_MAX = 64,  /* throttles of this machine */
	SHAREHUB_OWED_MAX = 100000, /* questions without an answer */
	SHAREHUB_BEAT_MS = 500,     /* Redis hears of us so often */
	SHAREHUB_PREFIX_MAX = 64    /* bytes of the names' beginning */
};

struct sharehub;
struct shareclient;

struct sharehub {
	/* public, set before sharehub_open() */
	struct shareredis redis;
	struct sharelost lost;
	const char *prefix;
	/* private */
	struct acceptors acceptors;
	struct shareclient *first;
	unsigned clients;
	struct shareowed *owed, **owed_end; /* in order */
	unsigned n_owed;
	struct loop_timer beat;
	struct buf all; /* the name of the key for all limits */
	int64_t caps;   /* since when Redis has forgotten nothing of caps */
};

/* serve a socket that listens */
void sharehub_open(struct sharehub *, int fd);
void sharehub_close(struct sharehub *);

#endif
