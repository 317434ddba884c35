#ifndef SHIP_MANYCORE_H
#define SHIP_MANYCORE_H

#include "base/buf.h"

/*
 * An event with the names that receivers of Manycore-Mail's events know: uuid,
 * timestamp, ip, reason (delivered, bounce, error, spam-report, unsubscribe),
 * type (hard, soft, unroutable, autoreply), email, msg, service, stack-trace and
 * streamid.  All are strings, "" where nothing is known; id is the event's own.
 * Unroutable is what has no host: a domain or host that is not there, a null
 * MX, none that takes a connection in time.  Pure.
 */

/* append it as one object of JSON.  service: what stands there, or NULL: the
 * event's src.  1; 0: there is no such event there, nothing is added; -1 with
 * ENOMEM */
int manycore_put(struct buf *, const char *line, size_t n, const char *service);

#endif
