#ifndef TLSRPT_RPTSTS_H
#define TLSRPT_RPTSTS_H

#include "conf/word.h"
#include <stddef.h>

/*
 * rptsts_read - the policy in a file of the cache of MTA-STS policies
 *
 * p, n    the file: a line of LTSV, an empty line, the policy as it was
 *         fetched
 * domain, id  whose, and which
 * policy  receives a slice of p
 *
 * Returns 1, or 0: it is another one, or no such file.
 */
int rptsts_read(const char *p, size_t n, const char *domain, const char *id,
    struct slice *policy);

#endif
