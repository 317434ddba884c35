#ifndef ROUTE_ROUTING_H
#define ROUTE_ROUTING_H

#include "route/aliases.h"
#include "route/pools.h"
#include "route/providers.h"
#include "route/routes.h"

/*
 * Where a job goes, as far as the tables say: aliases, then the rules, then
 * `local`, else MX; and from which source.  DNS comes after this.
 */
enum {
	ROUTING_REWRITES_MAX = 16, /* rewrite: rules for one job */
	ROUTING_TAGS_MAX = 32,     /* tags of a job that rules can see */
	ROUTING_TEXT_MAX = 512     /* a reply's text */
};

/* the tables; absent ones are lookups that find nothing */
struct routing_conf {
	struct lookup routes, aliases, pools, local;
	struct rulesearch loaded; /* by rulesearch_load() */
	struct lookup feedback;   /* conf/conffeedback.h; get NULL: none */
	struct lookup prohibited; /* route/prohibited.h; get NULL: none */
	/* which addresses of a source are not here: bits 1 IPv4, 2 IPv6, both
	 * when there is nothing left of it; NULL: that is not asked */
	unsigned (*lost)(void *arg, const struct pools_source *);
	void *lost_arg;
	/* how many jobs are on their way in a pool, or with src n > 0 from one
	 * of its sources; NULL: that is not known */
	unsigned (*load)(void *arg, struct slice pool, struct slice src);
	void *load_arg;
	hours_clock *clock; /* zone_clock(); NULL: no at: holds */
};

/* a job, values unescaped; must stay as long as the answer is used */
struct routing_job {
	struct slice id, to, from, tenant, user;
	struct slice tag[ROUTING_TAGS_MAX];
	unsigned n_tag;
	uint64_t size, try;
	struct slice last_class, last_failure, last_src;
	struct slice avoid_src, use_pool; /* asked for after the last reply */
	struct slice pool, host; /* an administrator's order has bound it so */
	int64_t at_s;   /* now, since 1970; 0: not known, and no at: holds */
	unsigned early; /* it is no job yet: only to and from are known */
	unsigned requiretls, tls_optional; /* labels of these names */
};
enum routing_what {
	ROUTING_MX,    /* the MX hosts of addr.domain */
	ROUTING_HOST,  /* rule.host[], SMTP */
	ROUTING_LMTP,  /* rule.host[], LMTP */
	ROUTING_LOCAL, /* mailbox `user`, or alias.forward and alias.command;
			* what comes back, conf-feedback(5), goes to its own
			* address, so that it passes feedback(8) */
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
	unsigned outside;        /* other hosts, of no local domain */
	unsigned forwarded;      /* the same, and an alias or rewrite: did it */
	struct routes_rule rule; /* line 0: no rule matched */
	struct buf user, ext;    /* ROUTING_LOCAL: user may be empty */
	unsigned several;        /* alias.forward and alias.command count */
	struct slice pool;       /* n 0: no pool is configured */
	struct pools_source source;
	unsigned spill; /* another source may have it: later is no answer */
	struct provider provider; /* n 0 of its name: not known, or none */
	unsigned doubt; /* early: a rule asked for what is not known */
	const char *esc, *class;
	char text[ROUTING_TEXT_MAX];
	uint64_t hash; /* of message and domain */
	const struct routing_job *job;
	/* of the job before: where it went, for those who go to whoever has
	 * least to do */
	struct {
		uint64_t hash, pool, src;
	} least;
	struct aliases alias;
	struct address from; /* of the job */
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
