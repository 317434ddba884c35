#ifndef ROUTE_DEST_H
#define ROUTE_DEST_H

#include "base/buf.h"
#include "route/hosts.h"
#include "route/routes.h"

/*
 * Destinations: what DNS says about a domain or a relay host, asked once
 * for all jobs that wait for it, and kept for a while.
 */
enum {
	DEST_KEPT_MAX = 4096,      /* answers kept */
	DEST_ASKING_MAX = 128,     /* destinations asked for at the same time */
	DEST_WAIT_BYTES = 8 << 20, /* lines waiting: dest_full() */
	DEST_WAIT_MAX = 10000,     /* the same, counted */
	DEST_TTL_MIN_S = 30,
	DEST_TTL_MAX_S = 3600,
	DEST_BAD_TTL_MAX_S = 300, /* no such domain, null MX and the like */
	DEST_FAILED_TTL_S = 10    /* DNS gave no answer */
};

struct dest;

struct dest_conf {
	struct hosts_policy policy;
	int ask4, ask6; /* which addresses to ask for */
	/* a line that waited, its destination is ready now */
	void (*line)(void *arg, const char *p, size_t n, struct dest *);
	/* dest_full() was true and is no longer */
	void (*drained)(void *arg);
	void *arg;
};

/* conf must stay, and resolve_setup() must have been called */
void dest_setup(const struct dest_conf *);
/*
 * The destination for the MX of a domain (lower case), or for hosts given
 * by name; asks if it is not known or too old.  NULL with ENOMEM.
 */
struct dest *dest_mx(const char *domain, size_t n);
struct dest *dest_hosts(const struct routes_host *, unsigned n, int lmtp);
/* the answer, or NULL while it is asked for */
const struct hosts *dest_answer(const struct dest *);
/* let a line wait for it */
void dest_wait(struct dest *, const char *line, size_t n);
int dest_full(void);
/* take all lines that wait, one after the other; nothing waits any more */
void dest_give_up(void (*line)(void *arg, const char *p, size_t n), void *arg);

#endif
