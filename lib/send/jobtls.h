#ifndef SEND_JOBTLS_H
#define SEND_JOBTLS_H

#include "send/job.h"

/*
 * What the labels of a job say of TLS, job(5): the policy, and what it needs.
 */

/* enum sendtls; -1: a word that is not known here */
int jobtls_policy(const struct sendjob *);
/* what is wrong with them, NULL: nothing.  A policy that cannot be read is
 * never taken for a weaker one */
const char *jobtls_fault(const struct sendjob *);
/* of a job without a fault into its site; *room has the values' length and 2
 * for each, and moves behind what is used */
void jobtls_fill(struct sendsite *, const struct sendjob *, char **room);

#endif
