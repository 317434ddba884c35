#ifndef SHIP_SYSLOGSINK_H
#define SHIP_SYSLOGSINK_H

#include "ship/batch.h"
#include "ship/shipconn.h"
#include "ship/syslogline.h"

/*
 * Events for those who answer nothing, ship-syslog(8): syslog and GELF, over UDP,
 * TCP and TLS.
 */
enum {
	SYSLOGSINK_UDP_MAX = 65507 /* bytes of a datagram of IPv4 */
};

enum syslogsink_framing {
	SYSLOGSINK_OCTETS, /* RFC 6587 section 3.4.1, RFC 5425 */
	SYSLOGSINK_LF,     /* section 3.4.2 */
	SYSLOGSINK_NUL     /* GELF's */
};

/* all zero at first, but for what its user sets */
struct syslogsink {
	struct shipconn_to to;
	struct syslogline form;
	int gelf;
	enum syslogsink_framing framing; /* not of UDP */
	size_t size;                     /* bytes of a message of syslog */
	size_t chunk;                    /* of a datagram of GELF */
	int finish; /* a connection for each batch, whose end is awaited */
	int64_t connect_ms, timeout_ms;
	/* private */
	struct shipconn conn;
	struct buf message, out;
};

void syslogsink_begin(struct syslogsink *);
/* shiplink.h: a batch; arg is the syslogsink */
int syslogsink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);
void syslogsink_end(struct syslogsink *);

#endif
