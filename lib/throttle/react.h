#ifndef THROTTLE_REACT_H
#define THROTTLE_REACT_H

#include "failure/failuretable.h"
#include "failure/replytable.h"
#include "format/ltsv.h"
#include "throttle/closures.h"

/*
 * What replies make us do, conf-replies(5): each failed result is looked up in
 * the table, goes up as its line says, and closes what its line closes.
 */
struct react {
	struct failuretable classes;
	struct replytable replies;
	struct closures closed;
};

/* a result, and the transaction it is of */
struct react_case {
	const struct ltsv *result;
	const struct closures_who *who; /* NULL: not known */
	int64_t started_us;
};

/* what became of it */
struct react_done {
	int changed;                  /* out has the line to go up */
	const struct closure *closed; /* by it; NULL: nothing */
	int slow;                     /* it asks for less, for now */
};

void react_open(struct react *, const char *confdir, uint64_t seed);
/*
 * react_result - one line of a result
 *
 * out   receives the changed line, with its LF
 * dice  any number, for the tenth by which times of retry= differ
 *
 * 0, or -1 with ENOMEM.
 */
int react_result(struct react *, const struct react_case *, uint32_t dice,
    int64_t wall_us, int64_t now_us, struct buf *out, struct react_done *);

#endif
