#ifndef CONF_RULESEARCH_H
#define CONF_RULESEARCH_H

#include "conf/lookup.h"
#include "conf/word.h"

/*
 * Rules of which the first that holds decides, found without reading them
 * all: a rule's record stands under its most telling condition, a letter for
 * the kind and the value, and "=kinds" names the kinds a table has.  Records
 * of one key are lines "NUMBER TAB the rest".
 *
 *   T d s u   recipient: address, domain, domain or above, user
 *   F e q v   sender, the same
 *   n o g     tenant, user, tag (name=value)
 *   *         none of them
 */
enum { RULESEARCH_KINDS = 16 }; /* room for the letters of a table, and NUL */

struct rulesearch {
	char kinds[RULESEARCH_KINDS]; /* which letters are tried */
};
/* the table as it is now: once after it was replaced.  0, or -1: missing or
 * damaged; rulesearch_find() then says so, too */
int rulesearch_load(struct rulesearch *, const struct lookup *);

struct rulesearch_who {
	const struct address *to, *from; /* to: NULL where no rule looks */
	struct slice tenant, user;
	const struct slice *tag;
	unsigned n_tag;
};

/* the next LABEL:VALUE of a line: 1, 0 at its end, -1 damaged */
int rulesearch_field(struct slice *rest, struct slice *label,
    struct slice *value);

/* does a condition hold?  1, 0, -1 damaged; RULESEARCH_ACTION: it is none */
enum { RULESEARCH_ACTION = 2 };
typedef int rulesearch_holds(void *arg, struct slice label, struct slice value);
/* the same of to (when set), from, tenant, tag and user; any other is no
 * condition */
int rulesearch_condition(const struct rulesearch_who *, struct slice label,
    struct slice value);

/* slices are valid until the table is replaced */
struct rulesearch_rule {
	unsigned line;
	struct slice actions; /* for rulesearch_field() */
};

/*
 * the first rule behind line `after` of which all conditions hold: 1, 0 when
 * there is none, -1 when the table is missing or damaged
 */
int rulesearch_find(const struct rulesearch *, const struct lookup *,
    const struct rulesearch_who *, unsigned after, rulesearch_holds *,
    void *arg, struct rulesearch_rule *);

/* does an address match: user@domain, @domain, @.domain (and all below it),
 * user@, <>?  letter case does not count */
int rulesearch_match(struct slice pattern, const struct address *);

#endif
