#ifndef FIX_RULEWORD_H
#define FIX_RULEWORD_H

#include "fix/rules.h"

/*
 * The inside of fix/rules: the words of a rule, each by itself, and what values
 * they take.  Which may stand beside which is decided there.
 */
struct ruleword_draft {
	struct rules_draft rule;
	int https;             /* of the list-unsubscribe: before */
	enum fixrules_do last; /* the action before; FIXRULES_DOS: none */
};

struct ruleword {
	const char *label; /* of the record: conditions begin with ? */
	int bare;          /* takes no value */
	/* a value of n bytes into the draft; NULL, or what is wrong */
	const char *(*add)(struct ruleword_draft *, const char *label,
	    const char *v, size_t n);
};

enum { RULEWORD_ALIGNED = 7, RULEWORD_UNALIGNED = 8, RULEWORD_CONDITIONS = 9 };
extern const struct ruleword ruleword_conditions[RULEWORD_CONDITIONS];
extern const struct ruleword ruleword_actions[FIXRULES_DOS];

#endif
