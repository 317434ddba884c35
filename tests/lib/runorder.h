#ifndef TESTS_RUNORDER_H
#define TESTS_RUNORDER_H

#include "run/run.h"
#include <stdio.h>
#include <string.h>

/* orders that stand, given as requests, for the unit tests of the parts of
 * queue-run */

/* without its line end; NULL: refused */
static inline const struct order *
runorder_add(struct run *r, const char *request)
{
	static struct ctlrequest q;
	char line[CTLREQUEST_LINE_MAX + 2];
	int n = snprintf(line, sizeof line, "%s\n", request);

	return ctlrequest_parse(line, (size_t)n, &q) != NULL
	    ? NULL
	    : orders_add(r, &q, 0, "root");
}

static inline int
runorder_end(struct run *r, const char *request)
{
	static struct ctlrequest q;
	char line[CTLREQUEST_LINE_MAX + 2];
	int n = snprintf(line, sizeof line, "%s\n", request);

	return ctlrequest_parse(line, (size_t)n, &q) != NULL
	    ? -1
	    : orders_end(r, &q, 0, "root");
}

#endif
