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
};
/*
 * take one "label:value" into a job: 0, or -1 when it is none, or no label
 * that a decision depends on.  The slices point into w.
 */
int routing_job_word(struct routing_job *, const char *w, size_t n);

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

/*
 * routing_describe - the decision as words: "mx domain:example.net via:pool1"
 * with sep between.  For the dry run, and the file `tests`.  0 or -1
 * (ENOMEM).
 */
int routing_describe(struct buf *, const struct routing *, char sep);

/*
 * routing_test - a line of the file `tests`: LABEL:VALUE... -> WORD...
 *
 * The words behind the arrow must be in the description of the decision
 * for this job, those that begin with ! must not.  Returns 0, or -1 with
 * the reason in why.
 */
int routing_test(struct routing *, const struct routing_conf *,
    const char *line, size_t n, struct buf *why);

#endif
