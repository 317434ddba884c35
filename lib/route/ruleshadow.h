#ifndef ROUTE_RULESHADOW_H
#define ROUTE_RULESHADOW_H

#include "route/routes.h"

/*
 * Rules of `routes` that can never decide anything: because their conditions
 * exclude each other, or because another one above takes all that they could,
 * found by asking the table for a job that has what the rule asks for and
 * nothing else.
 */

struct ruleshadow_rule {
	unsigned line;
	int rewrites; /* what comes out of it goes on below it */
};

/* what a rule is, as it stands in a record: 0, or -1 when it is damaged */
int ruleshadow_read(struct slice rule, struct ruleshadow_rule *);

/* do two conditions of the rule, as it stands in a record, exclude each other?
 * No job has two recipients or senders */
int ruleshadow_never(struct slice rule);

/*
 * ruleshadow_find - the rule that takes all jobs of this one
 *
 * rule  as it stands in a record
 * out   receives its line, and whether it rewrites
 * Returns the other one's line; 0: there is none, or nobody can tell (two
 * patterns for one address); -1 when the table is damaged.
 */
long ruleshadow_find(const struct rulesearch *, const struct lookup *routes,
    const struct lookup *local, struct slice rule, struct ruleshadow_rule *out);

#endif
