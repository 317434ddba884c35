#ifndef TLSRPT_RPTBOOK_H
#define TLSRPT_RPTBOOK_H

#include "base/buf.h"
#include "mail/reportbook.h"
#include "tlsrpt/rptevent.h"

/*
 * Sessions gathered for reports (RFC 8460 section 4): for each domain the
 * policies that held, for each of these how many sessions were as they should
 * be and how many were not, and why not.  All zero is an empty book.
 */
enum {
	RPT_ROWS_MAX = 200000 /* policies and failures, of all domains */
};

/* sessions that failed in one way */
struct rptbook_failure {
	struct hash_node node;
	struct rptbook_policy *policy;
	uint64_t count;
	/* words and names of struct rptevent */
	const char *result, *from_ip, *host, *ip, *why;
	size_t len;
	char text[]; /* what they point to */
};

struct rptbook_policy {
	struct hash_node node;
	struct rptbook_domain *domain;
	enum rpttype type;
	uint64_t good, bad;               /* sessions */
	struct rptbook_failure **failure; /* after rptbook_sort() */
	size_t n_failures;
	char text[]; /* as in struct rptevent */
};

struct rptbook_domain {
	struct reportbook_domain is; /* first */
	uint64_t good, bad;
	struct rptbook_policy **policy; /* after rptbook_sort() */
	size_t n_policies;
};

struct rptbook {
	struct reportbook domains;
	struct hash policies, failures;
	/* after rptbook_sort() */
	struct rptbook_domain **domain; /* by name */
	struct rptbook_policy **policy;
	struct rptbook_failure **failure;
	size_t n_policies, n_failures;
	struct buf work;
};

/* 0, also when there is no room for it any more; or -1 with ENOMEM */
int rptbook_add(struct rptbook *, const struct rptevent *);
/* what was gathered is complete: the same for the same events in any order.
 * 0, or -1 with ENOMEM */
int rptbook_sort(struct rptbook *);

#endif
