#ifndef QUEUE_SELECT_H
#define QUEUE_SELECT_H

#include "queue/message.h"

/*
 * Selectors of recipients, as people type them: id:ID from:ADDRESS
 * to:ADDRESS domain:DOMAIN state:NAME.  Addresses and domains without
 * regard to case; "from:" alone is the null sender; "domain:.x" is x and
 * all below it.
 */
enum { SELECT_MAX = 64 };

struct select_by {
	enum { SELECT_ID, SELECT_FROM, SELECT_TO, SELECT_DOMAIN,
		SELECT_STATE } what;
	const char *value;
	size_t len;
};

struct select_list {
	struct select_by by[SELECT_MAX];
	unsigned n;
};

/* one word, which must stay.  0, or -1: none, or too many */
int select_add(struct select_list *, const char *word);
/* is there a selector for states */
int select_has_state(const struct select_list *);
/* 1 when all agree; state is the recipient's, from the journal */
int select_match(const struct select_list *, const char *id, const char *from,
    size_t from_len, const struct message_rcpt *, enum message_state);

#endif
