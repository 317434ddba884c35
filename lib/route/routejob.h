#ifndef ROUTE_ROUTEJOB_H
#define ROUTE_ROUTEJOB_H

#include "format/ltsv.h"
#include "route/hosts.h"
#include "route/protect.h"
#include "route/routing.h"

/*
 * The job of route, job(5): what a decision needs is read from it, and what
 * was decided is written to it, or to a result.
 */
enum {
	ROUTEJOB_UNESCAPED_MAX = 4096, /* values that had escapes, in all */
	ROUTEJOB_LABELS_MAX = 29       /* that route adds */
};

struct routejob {
	struct ltsv l;
	const char *line;
	size_t n;
	struct routing_job w; /* for routing_decide() */
	const struct ltsv_field *id, *number, *to;
	int64_t dns_ms; /* that it has waited for the DNS; 0 at first */
	/* of a report, requiretls:1: wished for, and demanded of nobody
	 * (RFC 8689 sections 4.2.1 and 5) */
	const struct ltsv_field *wish;
	unsigned inside : 1; /* origin:inside, our own people's */
	char spare[ROUTEJOB_UNESCAPED_MAX];
	size_t used;
};

/*
 * routejob_read - take a line apart
 *
 * p, n  a line, with or without its LF; must stay
 * Returns 0, or -1 when it is no job.  Then id may be known all the same.
 */
int routejob_read(struct routejob *, const char *p, size_t n);

/* the rest of this header: 0, or -1 with ENOMEM */

/* id n status:later next:NEXT; next: seconds since 1970 */
int routejob_later(struct buf *, const struct routejob *, uint64_t next);
/* id n status code esc class domain text; domain may be empty */
int routejob_answer(struct buf *, const struct routejob *, const char *status,
    const char *esc, const char *class, struct slice domain, const char *text);
/* bounced, since the address is suppressed: the same, and suppressed: why,
 * failure, failure-type; report:no where the sender is to get none */
int routejob_suppressed(struct buf *, const struct routejob *,
    const char *reason, struct slice domain, const char *text, int report);
/* no host is safe enough: the same, and tls-policy tls-from tls-fail */
int routejob_unsafe(struct buf *, const struct routejob *, struct slice domain,
    const struct tlsplan *);

/* 1: the line got too long for the next link; nothing was added */
enum { ROUTEJOB_TOO_LONG = 1 };
/* the job for a mailbox or an alias */
int routejob_local(struct buf *, const struct routejob *,
    const struct routing *);
/* the job for other hosts; me: the name to say when the source has none */
int routejob_remote(struct buf *, const struct routejob *,
    const struct routing *, const char *me, struct slice site, struct slice mx,
    const struct protect *);

/*
 * site and mx of a rule whose hosts need no DNS, literals or a path
 * Returns 1, 0 when a host has a name, -1 with ENOMEM.
 */
int routejob_literals(const struct routing *, struct buf *site, struct buf *mx);

#endif
