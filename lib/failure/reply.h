#ifndef FAILURE_REPLY_H
#define FAILURE_REPLY_H

#include "failure/condition.h"
#include "failure/failure.h"
#include "failure/replyact.h"
#include "failure/replyfile.h"
#include <regex.h>

/* What a reply makes us do: looked up in the table of the file `replies`,
 * conf-replies(5). */

/* regular expressions that were compiled; all zero: none yet */
struct replyregex {
	struct replyregex_one {
		char text[CONDITION_REGEX_MAX + 1];
		regex_t re;
	} * one[REPLYFILE_REGEX_MAX];
	unsigned n;
	const char *subject; /* during a search: the reply */
};
void replyregex_free(struct replyregex *);

/* what is known; empty: not known */
struct reply_facts {
	struct slice text; /* of the reply, any bytes */
	struct slice host; /* who replied, any letter case */
	struct slice site, provider, via;
	/* what the failure is called, with its codes and its phase */
	const struct failure *failure;
};

struct reply {
	unsigned line; /* 0: none holds */
	/* until the table is replaced: its conditions, LABEL:VALUE with a TAB
	 * behind each, and its actions as they stand there */
	struct slice rule, does;
	struct replyact act;
};

/*
 * reply_look - what to do
 *
 * regex  may be NULL: lines with an expression do not hold
 *
 * The first line that holds decides.  Returns 0, or -1: the table is damaged;
 * then none holds.
 */
int reply_look(const struct lookup *, const struct reply_facts *,
    struct replyregex *, struct reply *);

#endif
