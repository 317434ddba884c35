#ifndef THROTTLE_LIMITADAPT_H
#define THROTTLE_LIMITADAPT_H

#include "throttle/adapt.h"
#include "throttle/throttle.h"

/*
 * The ranges of a rule, conf-throttle(5), under one key: what each of them is
 * now, in an array.  Limit i is a rate of the rule, or, with its n_rates, its
 * conn.
 *
 * A rate with a range counts twice: by its upper bound, as any other, and by
 * what it is now.  So whatever the value was, the upper bound holds in each
 * window, and after a restart, too.
 */
enum { LIMITADAPT_TEXT = 24 };

struct limitadapt {
	struct adapt is;
	struct bucket now; /* of a rate: by its value */
	uint64_t used;     /* in this step: of conn the most at once */
};

/* has limit i a range?  Which? */
int limitadapt_is(const struct throttle_rule *, unsigned i);
struct adapt_range limitadapt_range(const struct throttle_rule *, unsigned i);
/* what it is now, thousandths */
uint32_t limitadapt_value(const struct limitadapt *,
    const struct throttle_rule *, unsigned i);
/* and of a rate as a limit of its bucket */
struct bucket_limit limitadapt_limit(const struct limitadapt *,
    const struct throttle_rule *, unsigned i);
/* "23.5" */
void limitadapt_text(char out[LIMITADAPT_TEXT], uint32_t value);
/* from the book: what limit i was */
void limitadapt_begin(struct limitadapt *, const struct throttle_rule *,
    unsigned i, uint32_t value, uint32_t ceiling);
/* under another rule; *all is NULL where there are no ranges, or none yet.
 * 0, or -1 with ENOMEM */
int limitadapt_move(struct limitadapt **all, const struct throttle_rule *from,
    const struct throttle_rule *to);

#endif
