#ifndef SHIP_REDISSINK_H
#define SHIP_REDISSINK_H

#include "ship/batch.h"
#include "ship/shipconn.h"
#include <stdint.h>

/*
 * Events into a stream of Redis, ship-redis(8): a batch is a transaction, so
 * that it is there whole and in order or not at all.  hiredis writes the
 * commands and reads the answers, this the only file that includes it; the
 * connection is shipconn.h.
 */
enum {
	REDISSINK_REPLY_MAX = 1024 * 1024 /* bytes of answers to a batch */
};

enum redissink_format { REDISSINK_FIELDS, REDISSINK_LTSV, REDISSINK_JSON };

/* all zero at first, but for what its user sets */
struct redissink {
	struct shipconn_to to;
	const char *user, *password; /* NULL: no login; user may be empty */
	const char *db;              /* a number; NULL: the first */
	const char *stream;
	const char *maxlen; /* a number; NULL: it grows */
	enum redissink_format format;
	uint64_t replicas; /* that must have it, too */
	int64_t connect_ms, timeout_ms;
	/* private */
	struct shipconn conn;
	void *reader;
	struct buf out, text;
	uint64_t read; /* bytes of answers to this batch */
};

void redissink_begin(struct redissink *);
/* shiplink.h: a batch; arg is the redissink */
int redissink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);
void redissink_end(struct redissink *);

#endif
