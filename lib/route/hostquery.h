#ifndef ROUTE_HOSTQUERY_H
#define ROUTE_HOSTQUERY_H

#include "dns/resolve.h"
#include "route/hosts.h"
#include "sts/stsask.h"

/*
 * All questions for one destination: its MX, their addresses, and how mail to
 * them is to be protected, TLSA records and the MTA-STS policy of the domain.
 */
struct hostquery_conf {
	struct resolve *dns;
	const struct hostaddr_policy *policy;
	int ask4, ask6; /* which addresses to ask for */
	int ask_sts;    /* for the policy, too: stsask_setup() */
};

/*
 * hostquery_ask - ask, and call done() once, perhaps from in here
 *
 * key  a domain in lower case, of n bytes and a NUL; = or /, perhaps ~, and hosts
 *      with commas between, as nexthop_hosts() makes them.  It must stay
 * sts  what was said before, all zero at first; receives what is said now.
 *      While nobody answers what holds still goes on to hold.  It must stay
 *
 * The answer is whose done() is: hosts_free().  ttl: seconds for which it is
 * good.  Ends the program when memory is out.
 */
void hostquery_ask(const struct hostquery_conf *, const char *key, size_t n,
    struct sts_answer *sts,
    void (*done)(void *arg, const struct hosts *, unsigned ttl), void *arg);

#endif
