#ifndef QUEUE_RETRY_H
#define QUEUE_RETRY_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"
#include "queue/doubtword.h"
#include <stdint.h>

/*
 * When a recipient is tried again, conf-retry(5).  A line of conf/retry:
 *
 *   [domain:X] [class:X] [failure:X] intervals=5m,10m*2..4h lifetime=5d
 *   tries=20 warn=4h jitter=10% doubt=same-host,1h
 *
 * X of domain is a name or, with a dot before it, a name and all below.  The
 * most specific line wins, property by property; what no line says is as
 * retry_default() has it.  The record "=conditions" has the classes and the
 * names of failures that occur, each once: "class:X:LINE failure:X:LINE"; and
 * "=line:KEY" the number of the line of each record.
 */
enum {
	RETRY_INTERVALS_MAX = 32,
	RETRY_SECONDS_MAX = 366 * 86400,
	RETRY_TRIES_MAX = 10000,
	RETRY_KEY_MAX = 384,
	RETRY_CONDITIONS_MAX = 64 /* classes and failures in a table */
};

struct retry {
	unsigned n;
	uint32_t interval[RETRY_INTERVALS_MAX]; /* seconds; the last repeats */
	uint32_t lifetime;                      /* seconds since birth */
	uint32_t warn;          /* seconds since birth, 0: never */
	uint32_t tries;         /* the last of so many has failed; 0: any */
	unsigned jitter;        /* percent of the interval, either way */
	struct doubtword doubt; /* after an attempt in doubt */
};

extern const struct conffile conffile_retry;

void retry_default(struct retry *);
/* of what an interval is asked */
struct retry_case {
	struct slice domain;  /* lower case */
	struct slice class;   /* job(5); may be empty */
	struct slice failure; /* conf-classes(5); may be empty */
};

/* lines of conf/retry that say so; 0: none does */
struct retry_lines {
	unsigned intervals, lifetime;
};

/*
 * retry_lookup - what holds for a case, by the table
 *
 * Returns 0, or -1 when the table is damaged or a record is none: *out then has
 * the defaults.
 */
int retry_lookup(struct retry *out, const struct retry_case *,
    const struct lookup *);
/* and by which lines; lines may be NULL */
int retry_lookup_lines(struct retry *out, struct retry_lines *lines,
    const struct retry_case *, const struct lookup *);
/* the next LABEL:NAME:LINE of "=conditions": 1 with its parts, 0 at the end */
int retry_condition(struct slice *rest, struct slice *label, struct slice *name,
    unsigned *line);
/*
 * milliseconds until the next attempt; tries counts those made, 1 after the
 * first; random is any number, equal ones give equal results
 */
int64_t retry_interval_ms(const struct retry *, unsigned tries,
    uint32_t random);
/* is an attempt that has failed the last one, by tries=? before: those made
 * before it */
int retry_was_last(const struct retry *, unsigned before);

#endif
