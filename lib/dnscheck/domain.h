#ifndef DNSCHECK_DOMAIN_H
#define DNSCHECK_DOMAIN_H

#include "dmarc/dmarc.h"
#include "dnscheck/dnscheck.h"
#include "sign/signing.h"
#include "spf/spf.h"

/*
 * What the DNS says of a domain that sends: may our addresses send for it,
 * are its keys there, is there a policy, can it be answered.
 */
enum { DNSCHECK_RSA_BITS = 2048 }; /* fewer: a warning */

struct dnscheck_key {
	const char *domain, *selector; /* d= and s= */
	enum signing_algorithm algorithm;
};

/* what is known of a domain; must live as long as the machine */
struct dnscheck_domain_who {
	const char *domain; /* as DNS has it */
	const struct dnscheck_source *source;
	size_t n_sources;
	const struct dnscheck_key *key;
	size_t n_keys;
	long long now;
	struct dnscheck_report report;
};

struct dnscheck_domain {
	const struct dnscheck_domain_who *who;
	enum {
		DNSCHECK_SPF,
		DNSCHECK_DKIM,
		DNSCHECK_DMARC,
		DNSCHECK_MX,
		DNSCHECK_A,
		DNSCHECK_AAAA,
		DNSCHECK_DOMAIN_END
	} step;
	size_t next;
	unsigned running : 1;
	char sender[DNSQ_NAME_MAX + 20];
	struct spf_who spf_who;
	struct spf spf;
	struct dmarc_who dmarc_who;
	struct dmarc dmarc;
};

void dnscheck_domain_init(struct dnscheck_domain *,
    const struct dnscheck_domain_who *);
/* dns/dnsq.h: 1 with the next question, 0: no more */
int dnscheck_domain_want(struct dnscheck_domain *, struct dnsq *);
void dnscheck_domain_answer(struct dnscheck_domain *, const struct dnsa *);

#endif
