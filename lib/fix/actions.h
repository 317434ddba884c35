#ifndef FIX_ACTIONS_H
#define FIX_ACTIONS_H

#include "fix/facts.h"
#include "fix/fix.h"

/*
 * What the actions of a rule do to a message, conf-fix(5).  Only fix.c calls
 * this.
 */

/* a message while rules are applied; all zero but for site, m and what the
 * facts begin with.  Its buffers belong to who calls */
struct fixwork {
	const struct fix_site *site;
	struct fix_mail *m;
	struct fixfacts facts;
	struct buf came; /* the header, once it is to be changed */
	struct buf out;  /* what a template makes */
	struct slice list[FIX_LISTS_MAX];
	size_t lists;
	int check; /* line of a check-from, or 0 */
};

/* what comes next */
enum fixaction_result {
	FIXACTION_GO_ON = 0,
	FIXACTION_STOP = 1, /* the message is refused, m->text says why */
	FIXACTION_NO_MEMORY = -1
};

/*
 * fixaction_do - the action at i of a rule, with those behind it that belong
 * to it
 *
 * facts.no_key becomes 1 where there is no key to make a token with.  Returns
 * an enum fixaction_result.
 */
int fixaction_do(struct fixwork *, const struct fixrules_rule *, unsigned i);

/*
 * fixaction_refuse - returns FIXACTION_STOP, and why in m->text
 *
 * esc   the enhanced status code
 * text  is cut to FIXRULES_TEXT_MAX bytes
 * line  of the rule that refuses
 */
int fixaction_refuse(struct fixwork *, const char *esc, struct slice text,
    unsigned line);

#endif
