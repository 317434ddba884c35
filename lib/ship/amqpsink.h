#ifndef SHIP_AMQPSINK_H
#define SHIP_AMQPSINK_H

#include "ship/batch.h"
#include "ship/shipconn.h"
#include <stdint.h>

/*
 * Events as messages of AMQP 0-9-1, ship-amqp(8): published on a channel that
 * confirms each.  The only file that includes amqp.h; librabbitmq is linked with
 * OpenSSL, so that nothing of libowfat may be in a program that has it.
 */
enum {
	AMQPSINK_WINDOW = 256,      /* messages that are not confirmed yet */
	AMQPSINK_FRAME_MAX = 131072 /* bytes of a frame */
};

/* all zero at first, but for what its user sets */
struct amqpsink {
	struct shipconn_to to; /* host, tls and files */
	int port;
	const char *vhost, *user, *password;
	const char *exchange, *key; /* a pattern, routingkey.h */
	int json, persistent, mandatory;
	int64_t connect_ms, timeout_ms;
	/* private */
	void *conn;
	uint64_t next; /* tag of the channel */
	int careful;   /* one at a time, to see which is refused */
	struct buf text, routing, states;
	char why[SHIPCONN_WHY_MAX];
	int code; /* that the broker closed with */
};

/* shiplink.h: a batch; arg is the amqpsink */
int amqpsink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);
/* nothing has come for a while: the broker hears that we are there */
void amqpsink_idle(void *arg);
int amqpsink_idle_ms(const struct amqpsink *);
void amqpsink_end(struct amqpsink *);

#endif
