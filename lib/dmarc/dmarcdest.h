#ifndef DMARC_DMARCDEST_H
#define DMARC_DMARCDEST_H

#include "dmarc/dmarc.h"

/*
 * May reports about one domain be sent to another (RFC 9990 section 4)?  A
 * machine with questions, dnsq.h.
 */
enum dmarcdest_result {
	DMARCDEST_OWN,     /* both are of one organization */
	DMARCDEST_ALLOWED, /* who gets them has said so; see rua */
	DMARCDEST_REFUSED,
	DMARCDEST_LOST /* the DNS did not answer: ask again later */
};

struct dmarcdest {
	enum dmarcdest_result result;
	/* with ALLOWED: what stands there instead of the address, "" for
	 * nothing; it must have the same host, else nothing may be sent */
	char rua[DMARC_URIS_MAX + 1];
	/* private */
	const char *domain, *host;
	struct dmarc_who who;
	struct dmarc walk;
	char organization[DNSQ_NAME_MAX + 1];
	enum {
		DMARCDEST_DOMAIN,
		DMARCDEST_HOST,
		DMARCDEST_TXT,
		DMARCDEST_END
	} step;
};

/*
 * domain  where the policy stands
 * host    the domain of the address in its rua=
 * who     organization and arg as in struct dmarc_who, or NULL: the walk
 *
 * Both names must live as long as the machine.
 */
void dmarcdest_init(struct dmarcdest *, const char *domain, const char *host,
    const struct dmarc_who *who);
/* dns/dnsq.h: 1 with the next question, 0: no more */
int dmarcdest_want(struct dmarcdest *, struct dnsq *);
void dmarcdest_answer(struct dmarcdest *, const struct dnsa *);

#endif
