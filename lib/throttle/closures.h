#ifndef THROTTLE_CLOSURES_H
#define THROTTLE_CLOSURES_H

#include "base/buf.h"
#include "base/hash.h"
#include "conf/word.h"
#include "failure/replyact.h"

/*
 * Where nothing goes for now, because a line of `replies` said so of a reply:
 * conf-replies(5).  Pure: times are arguments, microseconds, monotonic, and may
 * be below 0 (before this boot).
 *
 *   closed   until a time; then one transaction goes, the probe
 *   probing  another one each CLOSURES_PROBE_US, until one that went since
 *            then is answered as a site that works answers: open
 *   open     kept while a backoff is above its first time
 */
enum {
	CLOSURES_MAX = 10000,             /* keys */
	CLOSURES_PROBE_US = 30 * 1000000, /* a probe that hangs: one more */
	CLOSURES_WAIT_US = 300 * 1000000, /* while a probe is out */
	CLOSURES_CALM_US = 1800 * INT64_C(1000000), /* takes a doubling back */
	CLOSURES_LEVEL_MAX = 20,                    /* doublings */
	CLOSURES_VALUE_MAX =
	    255, /* bytes of a site, a pool ...; longer: none */
	CLOSURES_KEY_ROOM = 2 * (CLOSURES_VALUE_MAX + 10),
	CLOSURES_SAID_MAX = 400, /* bytes of each value of a reply, cut */
	CLOSURES_LIMIT_ROOM = 40,
	CLOSURES_RULE_ROOM = 40
};

/* what a job says of where it goes; n 0: nothing */
struct closures_who {
	struct slice site, provider, via, src;
};

/* a reply, values as they stand in a result */
struct closures_said {
	struct slice code, esc, host, text;
};

enum closure_state { CLOSURE_CLOSED, CLOSURE_PROBING, CLOSURE_OPEN };

struct closure {
	struct hash_node node;
	int64_t until_us;  /* closed; probing: until the next probe */
	int64_t closed_us; /* when it was closed last; of a probe: it went */
	uint8_t state, level;
	char limit[CLOSURES_LIMIT_ROOM + 1]; /* "suspend=3600" */
	char rule[CLOSURES_RULE_ROOM + 1];   /* "replies:3" */
	struct closures_said said;
	char *bytes; /* of said */
	char key[];  /* "site:mx.example.net+via:pool1" */
};

/* all zero but the seed, random against chosen names: none */
struct closures {
	struct hash by_key;
	uint64_t seed;
};

/* the place of a line, "replies:3" or "shipped:12" */
void closures_rule(char out[CLOSURES_RULE_ROOM + 1], unsigned line);
/*
 * closures_close - a reply of somebody who went at started_us says so
 *
 * Who went before it was closed says no more: that is the same trouble.
 * Returns what is closed by it; NULL: nothing is, as when there are
 * CLOSURES_MAX, the job names no such key, or memory is out.
 */
const struct closure *closures_close(struct closures *, const struct replyact *,
    const char *rule, const struct closures_who *, const struct closures_said *,
    int64_t started_us, int64_t now_us);
/* what keeps a job; NULL: it may go.  goes: it does, if it may, and is the probe
 * of what waits for one */
const struct closure *closures_keep(struct closures *,
    const struct closures_who *, int goes, int64_t now_us);
/* when what keeps a job is to be asked for again: while a probe is out not soon,
 * for that it is open is told */
int64_t closures_until(const struct closure *, int64_t now_us);
/* is it closed for all that goes to its site? */
int closures_whole_site(const struct closure *);
/* one that went at started_us is answered as a site that works answers: what
 * was opened by it; call again until NULL */
const struct closure *closures_open(struct closures *,
    const struct closures_who *, int64_t started_us);
/* what is not needed any more goes */
void closures_sweep(struct closures *, int64_t now_us);
void closures_free(struct closures *);

/*
 * A closure as a line of LTSV, for a file; of one that is open the last line
 * says so.  ahead_us: the clock of the wall is so much ahead.  0, or -1 with
 * ENOMEM.
 */
int closures_put(struct buf *, const struct closure *, int64_t ahead_us);
/* such a line, with or without LF: 0, or -1: it is none */
int closures_take(struct closures *, const char *line, size_t n,
    int64_t ahead_us, int64_t now_us);
/* all of them */
int closures_put_all(struct buf *, const struct closures *, int64_t ahead_us);

#endif
