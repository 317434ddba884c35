#ifndef ROUTE_ROUTECHECK_H
#define ROUTE_ROUTECHECK_H

#include "route/routing.h"

/*
 * What is wrong across the files that say where mail goes, each of which is
 * well-formed: conf-build looks before it puts them in force.
 */
enum routecheck_kind {
	ROUTECHECK_FAULT, /* no mail could go by this */
	ROUTECHECK_DOUBT  /* it would do nothing: a warning */
};

struct routecheck {
	const struct routing_conf *conf; /* with its rules loaded */
	/*
	 * what was found
	 *
	 * file    its name: "routes", "aliases" or "tests"
	 * lineno  its line, from 1 on
	 * text    ends in NUL, valid during the call
	 */
	void (*told)(void *arg, enum routecheck_kind, const char *file,
	    unsigned lineno, const char *text);
	void *arg;
};

/* rules that name a pool which is not there */
void routecheck_pools(const struct routecheck *);

/* and those that name a source which no pool has */
void routecheck_sources(const struct routecheck *);

/*
 * routecheck_aliases - aliases that end nowhere: mail for them would wait
 * until it is too old
 *
 * keys  the keys of the table, an LF behind each; only read
 */
void routecheck_aliases(const struct routecheck *, struct slice keys);

/*
 * routecheck_rules - rules that no job fits, or below one that takes all of
 * their jobs
 *
 * rules  their records as routefile.h makes them, in any order; only read
 *
 * Told in the order of their lines.  0, or -1 with ENOMEM.
 */
int routecheck_rules(const struct routecheck *, struct slice rules);

/*
 * routecheck_tests - the lines of the file `tests`, conf(5), that do not hold
 *
 * text, n  the whole file
 *
 * 0, or -1 with ENOMEM.
 */
int routecheck_tests(const struct routecheck *, const char *text, size_t n);

#endif
