#ifndef ROUTE_ROUTING_H
#define ROUTE_ROUTING_H

#include "route/aliases.h"
#include "route/pools.h"
#include "route/routes.h"

/*
 * Where a job goes, as far as the tables say: aliases, then the rules, then
 * `local`, else MX; and from which source.  DNS comes after this.
 */
enum {
	ROUTING_REWRITES_MAX = 16, /* rewrite: rules for one job */
	ROUTING_TAGS_MAX = 16,     /* tags of a job that rules can see */
	ROUTING_TEXT_MAX = 512     /* a reply's text */
};

/* the tables; absent ones are lookups that find nothing */
struct routing_conf {
	struct lookup routes, aliases, pools, local;
	struct rulesearch loaded; /* by rulesearch_load() */
};

/* a job, values unescaped; must stay as long as the answer is used */
struct routing_job {
	struct slice id, to, from, tenant, user;
	struct slice tag[ROUTING_TAGS_MAX];
	unsigned n_tag;
	uint64_t size, try;
	unsigned early; /* it is no job yet: only to and from are known */
	unsigned requiretls, tls_optional; /* labels of these names */
};
enum routing_what {
	ROUTING_MX,    /* the MX hosts of addr.domain */
	ROUTING_HOST,  /* rule.host[], SMTP */
	ROUTING_LMTP,  /* rule.host[], LMTP */
	ROUTING_LOCAL, /* mailbox `user`, or alias.forward and alias.command */
	ROUTING_DISCARD,
	ROUTING_BOUNCED, /* esc, class, text */
	ROUTING_DEFERRED
};

/* the answer; reused from job to job, all zero at first */
struct routing {
	enum routing_what what;
	struct address addr;     /* the address after all renaming */
	struct buf to;           /* the same as it is written */
	unsigned renamed;        /* it differs from the job's */
	struct routes_rule rule; /* line 0: no rule matched */
	struct buf user, ext;    /* ROUTING_LOCAL: user may be empty */
	unsigned several;        /* alias.forward and alias.command count */
	struct slice pool;       /* n 0: no pool is configured */
	struct pools_source source;
	unsigned doubt; /* early: a rule asked for what is not known */
	const char *esc, *class;
	char text[ROUTING_TEXT_MAX];
	uint64_t hash; /* of message and domain */
	struct aliases alias;
	struct address from; /* internal */
	struct buf spare;
	/* each step in words, for people; may be NULL.  file is the table's,
	 * line 0 when no line decides */
	void (*said)(void *arg, const char *file, unsigned line,
	    const char *text);
	void *said_arg;
};

void routing_decide(struct routing *, const struct routing_conf *,
    const struct routing_job *);
/* what it holds; all zero behind it */
void routing_free(struct routing *);

#endif
