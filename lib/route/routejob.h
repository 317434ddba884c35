#ifndef ROUTE_ROUTEJOB_H
#define ROUTE_ROUTEJOB_H

#include "format/ltsv.h"
#include "route/hosts.h"
#include "route/protect.h"
#include "route/routewhy.h"

/*
 * The job of route, job(5): what a decision needs is read from it, and what
 * was decided is written to it; results are those of route/routeresult.h.
 */
enum {
	ROUTEJOB_UNESCAPED_MAX = 4096, /* values that had escapes, in all */
	ROUTEJOB_LABELS_MAX = 32       /* that route adds */
};

struct routejob {
	struct ltsv l;
	const char *line;
	size_t n;
	struct routing_job w; /* for routing_decide() */
	const struct ltsv_field *id, *number, *to, *from;
	struct slice suspend_if; /* suspendif.h */
	int64_t dns_ms; /* that it has waited for the DNS; 0 at first */
	/* of a report, requiretls:1: wished for, and demanded of nobody
	 * (RFC 8689 sections 4.2.1 and 5) */
	const struct ltsv_field *wish;
	/* it only asks, job(5): of which recipient; NULL: it is real.  What is
	 * said to it; the caller's, NULL: nothing */
	const struct ltsv_field *explain;
	/* NULL, or who it is from where it is forwarded, srs(8) */
	const struct ltsv_field *srs;
	const struct routewhy *why;
	unsigned has_file : 1;
	unsigned inside : 1; /* origin:inside, our own people's */
	unsigned copy : 1;   /* of:, made of another message by us */
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

/* what a job goes by: a rule's name for it, or its pool */
struct slice routejob_via(const struct routing *);

/* 1: the line got too long for the next link; nothing was added */
enum { ROUTEJOB_TOO_LONG = 1 };
/* the job for a mailbox or an alias; 0, -1 with ENOMEM, or that */
int routejob_local(struct buf *, const struct routejob *,
    const struct routing *);
/* the same for other hosts; me: the name to say when the source has none;
 * groups: the label mx-groups, "": there is none */
int routejob_remote(struct buf *, const struct routejob *,
    const struct routing *, const char *me, struct slice site, struct slice mx,
    const char *groups, const struct protect *);

/* does it go out under the sender of the label srs?  What another address than
 * the recipient's gets, and a copy made by us, where it leaves this site */
int routejob_forwards(const struct routejob *, const struct routing *);

#endif
