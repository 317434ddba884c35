#ifndef POLICY_POLICYACTION_H
#define POLICY_POLICYACTION_H

#include "base/slice.h"

/*
 * What a policy server answers: the actions of Postfix's access tables.
 *
 *   OK, a number, DUNNO          nothing against it
 *   4NN TEXT, 5NN TEXT           refused so
 *   REJECT, DEFER [TEXT]         refused with 554, 450
 *   DEFER_IF_PERMIT [TEXT]       450, if nobody refuses for good
 *   DEFER_IF_REJECT [TEXT]       a refusal behind it becomes 450
 *   PREPEND NAME: VALUE          a field in front of the message
 *   HOLD, DISCARD [TEXT]         of the whole message
 *   REDIRECT ADDRESS, BCC ADDRESS
 *   WARN, INFO [TEXT]            logged
 *   FILTER, all else             not known here: a fault
 *
 * TEXT may begin with an enhanced status code (RFC 3463) of the same class.
 */
enum policyaction_kind {
	POLICYACTION_PASS,
	POLICYACTION_REFUSE,
	POLICYACTION_DEFER_IF_PERMIT,
	POLICYACTION_DEFER_IF_REJECT,
	POLICYACTION_PREPEND,
	POLICYACTION_HOLD,
	POLICYACTION_DISCARD,
	POLICYACTION_REDIRECT,
	POLICYACTION_BCC,
	POLICYACTION_WARN,
	POLICYACTION_INFO,
	POLICYACTION_UNKNOWN
};

enum {
	POLICYACTION_ESC_MAX = 9, /* 5.123.123 */
	POLICYACTION_ADDRESS_MAX =
	    254 /* of REDIRECT and BCC, RFC 5321 4.5.3.1.3 */
};

struct policyaction {
	enum policyaction_kind kind;
	unsigned code;                      /* of a refusal, else 0 */
	char esc[POLICYACTION_ESC_MAX + 1]; /* the same, else "" */
	struct slice text;                  /* in what was read */
};

/* p[0..n) is the value of `action'.  What is wrong with it is
 * POLICYACTION_UNKNOWN */
void policyaction_read(struct policyaction *, const char *p, size_t n);

/* "reject", "discard", ... for the log */
const char *policyaction_word(enum policyaction_kind);

#endif
