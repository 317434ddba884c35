#ifndef DNS_RESOLVE_H
#define DNS_RESOLVE_H

#include "base/list.h"
#include <stddef.h>

/*
 * DNS by libunbound, in the event loop: validating, caching, in a thread of
 * its own.  The only file that includes unbound.h.  The context is made at
 * the first question: who asks nothing pays nothing.
 */
enum {
	RESOLVE_FLIGHT_MAX = 256, /* questions asked at the same time */
	RESOLVE_DEADLINE_S = 10,  /* for each, from when it is asked */
	RESOLVE_DEADLINE_MAX_S = 60,
	RESOLVE_RECORDS_MAX = 1000 /* of one answer; the rest is ignored */
};

enum { RESOLVE_A = 1, RESOLVE_MX = 15, RESOLVE_AAAA = 28 }; /* any other, too */

enum resolve_status {
	RESOLVE_OK,       /* n > 0 records */
	RESOLVE_NONE,     /* the name is there, and has none of this type */
	RESOLVE_NXDOMAIN, /* the name is not there */
	RESOLVE_FAILED    /* no answer, or one that cannot be trusted */
};

struct resolve_answer {
	enum resolve_status status;
	unsigned n;
	const unsigned char *const *data; /* each record as on the wire */
	const int *len;
	unsigned ttl;     /* seconds */
	const char *text; /* RESOLVE_FAILED: why */
};

/* one question; belongs to the caller, who keeps it until done() */
struct resolve_query {
	struct list_node line; /* first; of those asked, or of those to be */
	const char *name;      /* as text, odd bytes as \\DDD; must stay, too */
	int type, id, started;
	long long deadline_ms;
	void (*done)(void *arg, const struct resolve_answer *);
	void *arg;
};

/* before resolve_setup(): use this server, ADDR or ADDR@PORT; -1 if bad */
int resolve_server(const char *);
void resolve_deadline(unsigned ms);
/* without servers so far: those in CONFDIR/resolver, one a line, else
 * (or without CONFDIR, NULL) those of /etc/resolv.conf */
void resolve_setup(const char *confdir);

/* done() is called once, from the event loop, never from in here */
void resolve_ask(struct resolve_query *);
/* no answer is wanted any more: done() does not come */
void resolve_cancel(struct resolve_query *);

#endif
