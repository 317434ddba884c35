#ifndef AUTH_AUTHRESULT_H
#define AUTH_AUTHRESULT_H

#include "auth/judge.h"

/*
 * What a judgement is made into: the field Authentication-Results, envelope
 * lines, and the event `verdict` of event(5).
 */

/* what became of a message that failed DMARC, and why not what was asked */
struct authresult_end {
	/* whose policy it was, "" for nobody's, and what it asks for */
	const char *domain;
	enum dmarc_policy policy;
	const char *disposition; /* "none", "quarantine", "reject" */
	const char *override;    /* of RFC 9990, "" when it is the policy */
};

/*
 * authresult_field - one Authentication-Results field (RFC 8601), with its LF
 *
 * ip, sender, helo  as they were said to judge_begin()
 *
 * 0, or -1 with ENOMEM.
 */
int authresult_field(struct buf *, const char *id, const struct judge *,
    const struct judge_who *, const struct authresult_end *);

/* the words as envelope lines, in place of those that are there */
void authresult_lines(struct buf *env, const struct judge *);

/*
 * The event in two steps: what it says while the judgement is at hand, and
 * the line when the message has its id.  to: the first recipient.
 */
void authresult_note(struct buf *note, const struct judge *,
    const struct judge_who *, const char *to, const struct authresult_end *);
/* id: NULL when it has none */
void authresult_log(const struct buf *note, const char *id, size_t n);

#endif
