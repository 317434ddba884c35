#ifndef ROUTE_ROUTERESULT_H
#define ROUTE_ROUTERESULT_H

#include "route/routejob.h"
#include "route/suspendif.h"

/*
 * The results of route, job(5), as lines for the link above.  To a job that only
 * asks a result is status:explained, and its status is that of the label
 * `would'.  All of these: 0, or -1 with ENOMEM.
 */

/* id n status:later next:NEXT; next: seconds since 1970 */
int routeresult_later(struct buf *, const struct routejob *, uint64_t next);
/* the same, since an order suspends what goes that way; and site, provider,
 * via, text */
int routeresult_suspended(struct buf *, const struct routejob *,
    const struct suspendif_way *, uint64_t number, uint64_t next);
/* id n status code esc class domain text; domain may be empty */
int routeresult_answer(struct buf *, const struct routejob *,
    const char *status, const char *esc, const char *class, struct slice domain,
    const char *text);
/* later, for where it goes cannot be reached: until next, for this reason, which
 * is escaped */
int routeresult_wait(struct buf *, const struct routejob *, uint64_t next,
    struct slice domain, const char *why);
/* bounced, since the address is suppressed: the same, and suppressed: why,
 * failure, failure-type; report:no where the sender is to get none */
int routeresult_suppressed(struct buf *, const struct routejob *,
    const char *reason, struct slice domain, const char *text, int report);
/* no host is safe enough: the same, and tls-policy tls-from tls-fail */
int routeresult_unsafe(struct buf *, const struct routejob *,
    struct slice domain, const struct tlsplan *);

#endif
