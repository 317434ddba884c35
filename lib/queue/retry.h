#ifndef QUEUE_RETRY_H
#define QUEUE_RETRY_H

#include "conf/conffile.h"
#include <stdint.h>

/*
 * When a recipient is tried again, conf-retry(5).  A line of conf/retry:
 *
 *   [domain:X] [class:X] intervals=5m,10m,1h lifetime=5d warn=4h jitter=10%
 *
 * X of domain is a name or, with a dot before it, a name and all below.  The
 * most specific line wins, property by property; what no line says is as
 * retry_default() has it.
 */
enum {
	RETRY_INTERVALS_MAX = 32,
	RETRY_SECONDS_MAX = 366 * 86400,
	RETRY_KEY_MAX = 384
};

struct retry {
	unsigned n;
	uint32_t interval[RETRY_INTERVALS_MAX]; /* seconds; the last repeats */
	uint32_t lifetime;                      /* seconds since birth */
	uint32_t warn;   /* seconds since birth, 0: never */
	unsigned jitter; /* percent of the interval, either way */
};

extern const struct conffile conffile_retry;

void retry_default(struct retry *);
/*
 * retry_lookup - what holds for a domain and a class of failure
 *
 * domain is lower case; class may be empty.  get() finds a record: 1 with
 * *data, which stays until its next call, 0 not there, -1 table damaged.
 * Returns 0, or -1 when get() failed or a record is none: *out then has the
 * defaults.
 */
int retry_lookup(struct retry *out, const char *domain, size_t domain_len,
    const char *class, size_t class_len,
    int (*get)(void *arg, const char *key, size_t n, const char **data,
	size_t *len),
    void *arg);
/*
 * milliseconds until the next attempt; tries counts those made, 1 after the
 * first; random is any number, equal ones give equal results
 */
int64_t retry_interval_ms(const struct retry *, unsigned tries,
    uint32_t random);

#endif
