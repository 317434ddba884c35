#ifndef ACCEPT_ACCEPTTEXT_H
#define ACCEPT_ACCEPTTEXT_H

#include "accept/acceptrule.h"
#include "accept/acceptwire.h"
#include "throttle/limitin.h"

/*
 * What a client is told whose mail is too much: which limit, of whom, and when
 * there is room again.  Of several the one that rejects, and of these the one that
 * has room last.  Nothing is said of what others have used.
 */
struct accepttext {
	int64_t now_us;    /* public */
	unsigned more : 1; /* public: some of its recipients were taken */
	/* of what was found; NULL: nothing */
	const struct acceptrule *rule;
	char limit[LIMITER_WHY_LEN];
	uint8_t what; /* enum bucket_unit */
	int64_t at_us;
	unsigned credits : 1;
};

/* a limit that has no room */
void accepttext_limit(struct accepttext *, const struct acceptrule *,
    const struct limitin_refusal *);
/* an account that has too little */
void accepttext_credits(struct accepttext *, const struct acceptrule *);
/* the answer, when something was found; its id is set */
void accepttext_answer(const struct accepttext *, struct acceptwire_answer *);
/* the answer when it cannot be known now */
void accepttext_full(struct acceptwire_answer *);

#endif
