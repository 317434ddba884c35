#ifndef DNS_RESOLVE_H
#define DNS_RESOLVE_H

#include "base/list.h"
#include "dns/unboundctx.h"
#include <stddef.h>

/*
 * DNS by libunbound, in the event loop: validating, caching, in a thread of
 * its own.  The context is made at the first question: who asks nothing pays
 * nothing.  A program has one, and hands it to all that ask; two know nothing
 * of each other.
 *
 * Answers are checked (DNSSEC, RFC 4035) where the program wants it,
 * conf.validate, by the keys that conf(5), resolver, names, else by those of
 * the root.  A forwarder that hands on no signatures would make every name a
 * forged one: with RESOLVECONF_AUTO the keys themselves are asked for in front
 * of all else, and when they come without signatures nothing is checked until
 * they do.  The same where the answer is that there is none (SERVFAIL,
 * REFUSED), while another question, of those that are waiting, has one.
 *
 *   resolve.c       questions: asked, or waiting for their turn
 *   resolveprobe.c  are answers checked?
 *   resolvewatch.c  whom to ask, and by whose keys, when that changes
 *   unboundctx.c    libunbound
 */
enum {
	RESOLVE_FLIGHT_MAX = 1024, /* questions asked at the same time */
	RESOLVE_DEADLINE_S = 10,   /* for each, from when it is asked */
	RESOLVE_DEADLINE_MAX_S = 60,
	RESOLVE_PROBE_MS = 5000, /* for the keys; then answers are checked */
	RESOLVE_AGAIN_S = 900,   /* until they are asked for again */
	RESOLVE_UNSURE_S = 60,   /* the same when there was no answer */
	RESOLVE_LOOK_MS = 1000   /* between looks at the files */
};

/* any other, too */
enum {
	RESOLVE_A = 1,
	RESOLVE_CNAME = 5,
	RESOLVE_MX = 15,
	RESOLVE_AAAA = 28,
	RESOLVE_DNSKEY = 48,
	RESOLVE_TLSA = 52
};

/*
 * All zero at first, but for the deadlines and conf.validate.  It must stay
 * where it is, from the first question until the program ends.
 */
struct resolve {
	unsigned deadline_ms; /* of a question; 0: RESOLVE_DEADLINE_S */
	unsigned probe_ms;    /* the same of the keys; 0: RESOLVE_PROBE_MS */
	struct resolveconf conf;
	/* private */
	const char *confdir;      /* of the files that are watched, */
	struct resolveconf given; /* what was known before they were read, */
	uint64_t stamp;           /* and what they were like */
	int64_t look_ms;
	struct loop_timer reload_timer;
	int watched;
	struct unboundctx context[2], *now, *probe; /* NULL: none yet */
	struct loop_timer timer, probe_timer;
	struct unboundctx_question probe_question;
	void (*go_on)(void *); /* with what waits, after a change */
	int validates;
	unsigned char found;
	char zone[RESOLVECONF_ZONE_LEN];  /* whose keys are asked for, */
	char other[RESOLVECONF_ZONE_LEN]; /* and what else */
	int other_type;
	unsigned n_flight;
	struct list flight;  /* asked, in the order of their deadlines */
	struct list waiting; /* have to wait for their turn */
};

/* one question; belongs to the caller, who keeps it until done() */
struct resolve_query {
	struct list_node line; /* first; of those asked, or of those to be */
	struct resolve *of;    /* who was asked */
	const char *name;      /* as text, odd bytes as \\DDD; must stay, too */
	int type, started;
	long long deadline_ms;
	struct unboundctx_question asked;
	void (*done)(void *arg, const struct resolve_answer *);
	void *arg;
};

/* before resolve_setup(): use this server, ADDR or ADDR@PORT; -1 if bad */
int resolve_server(struct resolve *, const char *);
/* what CONFDIR/resolver says, as resolveconf_read(); without it (or without
 * CONFDIR, NULL) the servers are those of /etc/resolv.conf.  What changes in
 * these files holds from then on */
void resolve_setup(struct resolve *, const char *confdir);

/* done() is called once, from the event loop, never from in here */
void resolve_ask(struct resolve *, struct resolve_query *);
/* are answers checked?  1, 0, or -1: it is not known yet */
int resolve_validates(const struct resolve *);
/* no answer is wanted any more: done() does not come */
void resolve_cancel(struct resolve_query *);

#endif
