#ifndef RUN_CONTROLFACTS_H
#define RUN_CONTROLFACTS_H

#include "run/facts.h"

struct control_conn;

/* Which recipients a request means: what the index knows of them, and what
 * stands in the files. */
enum {
	CONTROLFACTS_IN_FILE =
	    FACTS_IN_HEAD | 1 << SELECTOR_REPLY | 1 << SELECTOR_FAILURE
};

/* sender and domain of the selectors, as the index has them: before the others */
void controlfacts_keys(struct control_conn *);
/* how many recipients of a message are meant, as far as the index knows;
 * *concerned: of these, for how many there is something to do */
unsigned controlfacts_may(struct control_conn *, uint32_t message,
    unsigned *concerned);
/* the order is done for these, without their heads: where the index knows all
 * that is asked */
void controlfacts_act(struct control_conn *, uint32_t message);
/* is this one meant?  The facts are those of its message */
int controlfacts_match(struct control_conn *, uint32_t rcpt,
    const struct jobhead *, struct selector_facts *);

#endif
