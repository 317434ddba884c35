#ifndef TLS_PARK_H
#define TLS_PARK_H

#include "tls/engine.h"
#include <stddef.h>

/*
 * The buffers that all connections of a process share, and what one of them
 * has in these between two calls.  BearSSL's engine keeps what it has in two
 * record buffers, at places that it knows by five numbers of its context.
 * These, and what else is no part of its interface, are read here and nowhere
 * else, and nothing of it is written: libbearssl 0.6, whose structures are in
 * its public header.
 */
struct raw {
	unsigned char bytes[TLS_RAW_BYTES]; /* read and not given to it yet */
	size_t at, end;
};
extern struct raw park_raw;

/* the engine's buffers are those of the process */
void park_buffers(br_ssl_engine_context *);
/* the buffers are this connection's, with all that it had in them; what was
 * parked is gone */
void park_enter(struct tls *);
/* what it has in them is parked; 0, or -1 with ENOMEM: it is lost */
int park_leave(struct tls *);
/* give back what is parked */
void park_free(struct tls *);

/* a short record of a handshake waits for those behind it, that all may leave
 * in one write: 1, or 0: there is no room, and they go first */
int park_gather(const unsigned char *, size_t n);
/* what waits so; the first n of it have left */
const unsigned char *park_gathered(size_t *n);
void park_gathered_left(size_t n);

/* what is parked, in bytes; of the raw ones */
size_t park_held(const struct tls *);
size_t park_raw_held(const struct tls *);
/* bytes of records that have not left */
size_t park_unsent(const struct tls *);
/* is the next byte that comes in the first of a record? */
int park_at_record(const struct tls *);
/* is what goes out not encrypted yet? */
int park_out_clear(const struct tls *);
/* did a close_notify come? */
int park_theirs_ended(const struct tls *);

#endif
