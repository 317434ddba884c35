#ifndef ROUTE_ROUTINGTEXT_H
#define ROUTE_ROUTINGTEXT_H

#include "route/routing.h"

/* Decisions in words: for the dry run, and for the file `tests` of conf(5). */
/* at: seconds since 1970, the year 9999 */
#define ROUTINGTEXT_AT_MAX INT64_C(253402300799)

/*
 * take one "label:value" into a job: 0, or -1 when it is none, or no label
 * that a decision depends on.  The slices point into w.
 */
int routingtext_word(struct routing_job *, const char *w, size_t n);

/*
 * routingtext_describe - the decision as words: "mx domain:example.net via:pool1"
 * with sep between.  0, or -1 with ENOMEM.
 */
int routingtext_describe(struct buf *, const struct routing *, char sep);

/*
 * routingtext_test - a line of the file `tests`: LABEL:VALUE... -> WORD...
 *
 * The words behind the arrow must be in the description of the decision
 * for this job, those that begin with ! must not.  Returns 0, or -1 with
 * the reason in why.
 */
int routingtext_test(struct routing *, const struct routing_conf *,
    const char *line, size_t n, struct buf *why);

#endif
