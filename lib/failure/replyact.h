#ifndef FAILURE_REPLYACT_H
#define FAILURE_REPLYACT_H

#include "conf/word.h"

/* The actions of a line of `replies`, conf-replies(5). */
enum {
	REPLYACT_TIME_MAX_S = 7 * 86400 /* of each time */
};

enum replyact_verdict {
	REPLYACT_AS_IS,
	REPLYACT_HOLD,
	REPLYACT_BOUNCE,
	REPLYACT_DEFER
};

/* what a key of what is closed has behind site or provider */
enum replyact_per { REPLYACT_ALL, REPLYACT_VIA, REPLYACT_SRC };

struct replyact {
	uint32_t least_s, most_s; /* it closes for; 0: it closes nothing */
	uint32_t retry_s;         /* 0: not said */
	uint8_t backoff;          /* of the two that close */
	uint8_t provider;         /* the key: of the provider, not the site */
	uint8_t per;              /* enum replyact_per */
	uint8_t verdict;          /* enum replyact_verdict */
	uint8_t none, keyed;      /* the words were there */
	uint8_t other;            /* source=other */
	struct slice pool;        /* in the text; n 0: not said */
};

/* all zero before the first word */
void replyact_begin(struct replyact *);
/* the next word: 1 it is an action, 0 none, -1 a wrong one with *reason */
int replyact_word(struct replyact *, struct slice, const char **reason);
/* NULL, or what does not go together */
const char *replyact_check(const struct replyact *);
/* actions as they stand in a line, blanks between; 0, or -1: they are none */
int replyact_parse(struct replyact *, struct slice);

#endif
