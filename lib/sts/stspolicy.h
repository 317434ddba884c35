#ifndef STS_STSPOLICY_H
#define STS_STSPOLICY_H

#include "conf/word.h"
#include <stddef.h>
#include <stdint.h>

/*
 * A policy of MTA-STS: how a domain wants mail to be protected that is sent to
 * it, and which hosts take it.  RFC 8461 section 3.2.  Pure.
 */
enum {
	STS_POLICY_MAX = 65536,   /* bytes */
	STS_MX_MAX = 64,          /* patterns of hosts */
	STS_AGE_MAX_S = 31557600, /* seconds it may hold; more counts as this */
	STS_AGE_MIN_S = 300       /* the same, and less */
};

enum sts_mode { STS_NONE, STS_TESTING, STS_ENFORCE, STS_MODES };
/* their names, as they stand in a policy */
extern const char *const sts_mode_names[STS_MODES];

struct stspolicy {
	enum sts_mode mode;
	uint32_t max_age_s;
	unsigned n_mx;
	struct slice mx[STS_MX_MAX]; /* in the text, in any case of letters */
};

/*
 * stspolicy_parse - n bytes, as they were fetched, which must stay
 *
 * Lines that are empty are passed over, which the RFC does not say: a policy
 * that is not taken for one protects nobody.
 *
 * Returns NULL, or what is wrong, as sts-fetch(8) has it.
 */
const char *stspolicy_parse(struct stspolicy *, const char *, size_t n);

/* a pattern: a host's name, or "*." in front of a domain's; 1 or 0 */
int stspolicy_pattern(const char *, size_t n);
/* is the host among these?  "*." is for one label (section 4.1); 1 or 0 */
int stspolicy_matches(const struct slice *mx, unsigned n_mx, const char *host,
    size_t n);

#endif
