#ifndef TLSRPT_RPTREAD_H
#define TLSRPT_RPTREAD_H

#include <stddef.h>
#include <stdint.h>

/*
 * The reports of others (RFC 8460 section 4.4), which are whatever a stranger
 * wrote.  The only file that includes jansson.h.
 */
enum {
	RPT_DEPTH_MAX = 16,       /* arrays and objects within each other */
	RPT_VALUES_MAX = 1000000, /* values of a report, some 100 bytes each */
	RPT_FAULT_MAX = 200       /* bytes of what is wrong with one */
};

/* text that is not there is "" */
struct rptread_report {
	const char *org, *id;
	int64_t begin, end; /* seconds since 1970; -1: not there */
};

struct rptread_policy {
	const struct rptread_report *report;
	const char *domain, *type;
	uint64_t good, bad;
};

struct rptread_failure {
	const struct rptread_policy *policy;
	const char *result, *host, *ip, *from_ip, *reason;
	uint64_t count;
};

/* called for each policy, and then for each failure of it */
struct rptread_ops {
	void (*policy)(void *arg, const struct rptread_policy *);
	void (*failure)(void *arg, const struct rptread_failure *);
};

/*
 * rptread_json - a report, not compressed
 *
 * why  receives what is wrong with it
 *
 * Returns 0; -1 when it is no report, or -2 when memory was short, before
 * anything was called.  Taken too: numbers in quotes, a U+FEFF in front, what is not
 * known, and without who reports, when and of what id.
 */
int rptread_json(const char *p, size_t n, const struct rptread_ops *, void *arg,
    char why[RPT_FAULT_MAX]);

#endif
