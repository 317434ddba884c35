#ifndef SHIP_LINKPROC_H
#define SHIP_LINKPROC_H

#include "base/child.h"
#include "base/loop.h"
#include "format/netstring.h"
#include "ship/batch.h"

/*
 * A link as the child of log-ship, ship-batch(5): one batch at a time goes down,
 * and its receipt comes up, or the link fails.  It is started when a batch comes
 * and none runs.
 */
enum {
	LINKPROC_GRACE_MS = 10000, /* that it has beyond its own timeout */
	LINKPROC_END_MS = 1000     /* to end, after its output has */
};

struct linkproc {
	char *const *argv;   /* the caller's */
	unsigned beside : 1; /* argv[0] is a program of ours */
	/* from the event loop: the content of the receipt; or why there is none,
	 * and the link has ended.  Both are for a batch that was sent */
	void (*answered)(void *arg, const char *, size_t n);
	void (*failed)(void *arg, const char *why);
	void *arg;
	/* the rest is of linkproc.c */
	struct child child;
	int to, from;
	struct loop_io r, w;
	struct loop_timer timer;
	char head[NETSTRING_HEAD_MAX + 1];
	const char *text;
	size_t head_len, text_len, written;
	struct buf in;
	char why[128];
	unsigned busy : 1;
};

void linkproc_init(struct linkproc *);
/* text stays where it is until one of the two calls comes; ms: how long it may
 * take.  0, or -1 with errno: it could not be started, and no call comes */
int linkproc_send(struct linkproc *, const char *text, size_t n, int64_t ms);
/* no more batches: it sees the end of its input, and is waited for,
 * LINKPROC_END_MS at most */
void linkproc_end(struct linkproc *);

#endif
