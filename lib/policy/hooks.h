#ifndef POLICY_HOOKS_H
#define POLICY_HOOKS_H

#include "conf/softtable.h"
#include "policy/hookpool.h"
#include "policy/policyaction.h"

/*
 * All hooks of a stage of SMTP are asked at once, and what they say together is
 * what comes of it:
 *
 *   the first in the order of the file that refuses, with its reply;
 *   one that has no answer refuses for now, or says nothing (else=go);
 *   nobody refuses, but one would have it put off (DEFER_IF_PERMIT): 450;
 *   else what the others want to be done is done, all of it.
 *
 * Rules are those of hooks.cdb; a new table is in force for who asks then.
 */
struct hooks {
	/* set by hooks_open() */
	struct softtable table;
	const struct hookpool_by *by;
	int64_t checked_ms;
	struct hookset *now; /* may be without rules */
	unsigned stages;     /* that any of them has: 1 << the stage */
};

/*
 * hooks_open - the table of a configuration directory
 *
 * by  how connections are made, which stays.  NULL: they cannot be made, and
 *     rules that come later are told, and not in force
 *
 * A table that is there and cannot be read puts all mail off.
 */
void hooks_open(struct hooks *, const char *confdir,
    const struct hookpool_by *by);
/* is there a newer table?  Now and then; hooks_ask() looks by itself */
void hooks_look(struct hooks *);
/* is anybody asked then?  ours: about one of our own people */
int hooks_has(const struct hooks *, enum hookrule_stage, int ours);

struct hookask;

/* what has come of it; valid until done() returns */
struct hookverdict {
	unsigned code;    /* 0: nothing is against it */
	const char *esc;  /* of a refusal */
	const char *text; /* the same, with a NUL */
	unsigned line;    /* the rule that has refused, 0: none */
};

/*
 * hooks_ask - ask all of a stage
 *
 * request  the attributes but for policy_context; copied
 *
 * Returns what hooks_cancel() takes until done() comes: once, from the event
 * loop.  NULL: nobody is to be asked.  Ends the program when memory is out.
 */
typedef void hooks_done(void *arg, const struct hookask *,
    const struct hookverdict *);
struct hookask *hooks_ask(struct hooks *, enum hookrule_stage, int ours,
    struct slice request, hooks_done *, void *arg);
/* done() does not come */
void hooks_cancel(struct hookask *);

/* within done(): the i-th answer that wants something done (PREPEND and what
 * stands behind it), and the line of its rule; 0: there are no more */
int hooks_wish(const struct hookask *, unsigned *i, struct policyaction *,
    unsigned *line);

#endif
