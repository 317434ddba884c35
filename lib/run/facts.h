#ifndef RUN_FACTS_H
#define RUN_FACTS_H

#include "format/ltsv.h"
#include "queue/jobhead.h"
#include "queue/schedule.h"
#include "queue/selector.h"

struct run;

/* What is known of a recipient, for selectors. */
enum {
	/* kinds that facts_head() knows */
	FACTS_IN_HEAD = 1 << SELECTOR_FROM | 1 << SELECTOR_TO |
	    1 << SELECTOR_TENANT | 1 << SELECTOR_TAG | 1 << SELECTOR_USER |
	    1 << SELECTOR_UUID | 1 << SELECTOR_LARGER | 1 << SELECTOR_SMALLER
};

/* "waiting", "ready", "out"; NULL: none of these */
const char *facts_where(const struct schedule_rcpt *);
/* the site that its mail goes to, NULL: not known */
const char *facts_site(const struct run *, const struct schedule_rcpt *,
    size_t *n);
/* the same of its provider */
const char *facts_provider(const struct run *, const struct schedule_rcpt *,
    size_t *n);
/* a text, none when it is empty */
struct selector_text facts_text(const char *);
/* what the index knows of it */
void facts_index(const struct run *, const struct schedule_rcpt *,
    struct selector_facts *);
/* what its head says of all recipients of a message: these alone are known
 * then; l is where the facts point into */
void facts_head(const struct jobhead *, struct ltsv *l,
    struct selector_facts *);
/* the address of recipient n, which is in the head */
void facts_to(const struct jobhead *, uint32_t n, struct selector_facts *);

#endif
