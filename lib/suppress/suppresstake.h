#ifndef SUPPRESS_SUPPRESSTAKE_H
#define SUPPRESS_SUPPRESSTAKE_H

#include "conf/lookup.h"
#include "suppress/suppressconf.h"
#include "suppress/suppressed.h"
#include "suppress/suppresslog.h"

/*
 * Events, event(5), that suppress an address, by the rules of the file
 * `suppress': each leads to lines in the journal, or to none.  An event that
 * comes again, by its eid, does nothing a second time; one that is older than
 * what somebody has taken off the list does nothing either.  Addresses to which
 * our own mail comes back, conf-feedback(5), are never suppressed: whoever sends
 * there is told no less by it.
 */
struct suppresstake {
	struct suppressed *list; /* what is there */
	struct suppresslog *log;
	const struct suppressconf *conf;
	struct lookup feedback;  /* conf/conffeedback.h; get NULL: none */
	unsigned hashed : 1;     /* addresses are not written down */
	uint64_t added, counted; /* lines that were written */
};

enum suppresstake_outcome {
	SUPPRESSTAKE_NOTHING, /* no rule, or it is known already */
	SUPPRESSTAKE_DONE,    /* written, and not yet synced */
	SUPPRESSTAKE_BAD,     /* no event that can be used; *why */
	SUPPRESSTAKE_FAILED   /* not now: errno */
};

/* line, n: without its LF; now_s: for an event without a time */
enum suppresstake_outcome suppresstake_event(struct suppresstake *,
    const char *line, size_t n, int64_t now_s, const char **why);

/*
 * suppresstake_better - may a line take the place of another?
 *
 * What holds longer, and what tells more: nothing is replaced by the wish not
 * to have mail, since a rule may send all the same to who has just that.
 */
int suppresstake_better(const struct suppressline *now,
    const struct suppressline *next, int64_t now_s);

#endif
