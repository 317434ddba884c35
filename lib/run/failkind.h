#ifndef RUN_FAILKIND_H
#define RUN_FAILKIND_H

#include "failure/failurefile.h"
#include "queue/retry.h"

/*
 * What recipients have failed with, by number, of which each keeps one:
 * class of the result, job(5), and class of the failure, conf-classes(5).
 */
enum {
	FAILKIND_MAX = 254,      /* different ones */
	FAILKIND_CLASS_MAX = 15, /* bytes of a result's class */
	FAILKIND_UNKNOWN = 0     /* also one that is too many */
};

struct failkind {
	struct failkind_one {
		char class[FAILKIND_CLASS_MAX + 1];
		char failure[FAILURE_CLASS_MAX + 1];
	} one[FAILKIND_MAX];
	unsigned n;
};

/* its number; a class that is too long is none */
uint8_t failkind_number(struct failkind *, struct slice class,
    struct slice failure);
/* what a number stands for, into the case; of one unknown empty names */
void failkind_case(const struct failkind *, uint8_t number,
    struct retry_case *);

#endif
