#ifndef DNS_UNBOUNDCTX_H
#define DNS_UNBOUNDCTX_H

#include "base/loop.h"
#include "dns/resolveconf.h"

/*
 * One context of libunbound, with its thread and its cache, in the event loop.
 * The only file that includes unbound.h.
 */
enum {
	RESOLVE_RECORDS_MAX = 1000, /* of one answer; the rest is ignored */
	/* a socket for each question under way: so many, and at most this part of
	 * the descriptors that there may be, for there may be two contexts */
	UNBOUNDCTX_RANGE = 1024,
	UNBOUNDCTX_SHARE = 4
};

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
	/* the DNS vouches for it, also for NONE and NXDOMAIN */
	unsigned secure : 1;
	unsigned bogus : 1;   /* RESOLVE_FAILED: it is forged, or looks so, */
	unsigned refused : 1; /* or that is what the name servers answered */
	/* where CNAMEs led to, as libunbound writes it; NULL: there are none */
	const char *canon;
};

/* one that is asked: set by who asks it, but for id */
struct unboundctx_question {
	void (*done)(void *arg, const struct resolve_answer *);
	void *arg;
	int id; /* -1: it is not under way */
};

struct unboundctx {
	struct ub_ctx *ctx; /* NULL: it is closed */
	struct loop_io io;
	int checks; /* signatures */
	void (*ready)(void *arg);
	void *arg;
};

/*
 * unboundctx_open - a context that asks whom the configuration says
 *
 * checks  are answers checked, by its keys?
 * ready   is called each time that answers have been handed out
 *
 * 0, or -1: it cannot be made.
 */
int unboundctx_open(struct unboundctx *, const struct resolveconf *, int checks,
    void (*ready)(void *arg), void *arg);
/* not from within done() or ready() */
void unboundctx_close(struct unboundctx *);
/* done() is called once, from the event loop; name must stay until then.  0, or
 * -1: it cannot be asked */
int unboundctx_ask(struct unboundctx *, struct unboundctx_question *,
    const char *name, int type);
/* done() does not come; nothing, where it is not under way */
void unboundctx_cancel(struct unboundctx *, struct unboundctx_question *);

#endif
