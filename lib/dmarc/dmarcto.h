#ifndef DMARC_DMARCTO_H
#define DMARC_DMARCTO_H

#include "dmarc/dmarcdest.h"

/*
 * Who gets the reports that rua= asks for: the mailto: addresses, those of
 * other organizations only if these have agreed.  A machine with questions,
 * dnsq.h.
 */
enum {
	DMARCTO_MAX = 10, /* addresses; the rest is left out */
	DMARCTO_ADDRESS_MAX = 320
};

struct dmarcto_address {
	char text[DMARCTO_ADDRESS_MAX + 1];
	unsigned long long limit; /* bytes of a message, 0: none.
				   * VIOLATIONS.md: DMARC-SIZE-LIMIT */
};

struct dmarcto {
	/* public, at the end */
	struct dmarcto_address address[DMARCTO_MAX];
	unsigned n;
	unsigned refused; /* addresses that did not agree */
	unsigned lost;    /* those of which nobody knows: ask again later */
	/* private */
	const char *domain, *p, *end;
	const struct dmarc_who *who;
	struct dmarcto_address next;
	struct dmarcdest dest;
	unsigned asking : 1;
};

/*
 * domain  where the policy stands
 * rua     as in struct dmarc_found
 * who     as for dmarcdest_init()
 *
 * All must live as long as the machine.
 */
void dmarcto_init(struct dmarcto *, const char *domain, const char *rua,
    const struct dmarc_who *who);
/* dns/dnsq.h: 1 with the next question, 0: no more */
int dmarcto_want(struct dmarcto *, struct dnsq *);
void dmarcto_answer(struct dmarcto *, const struct dnsa *);

#endif
