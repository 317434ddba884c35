#ifndef DOCTOR_DOMAIN_H
#define DOCTOR_DOMAIN_H

#include "dmarc/dmarc.h"
#include "doctor/doctor.h"
#include "sign/signing.h"
#include "spf/spf.h"

/*
 * What the DNS says of a domain that sends: may our addresses send for it,
 * are its keys there, is there a policy, can it be answered.
 */
enum { DOCTOR_RSA_BITS = 2048 }; /* fewer: a warning */

struct doctor_key {
	const char *domain, *selector; /* d= and s= */
	enum signing_algorithm algorithm;
};

/* what is known of a domain; must live as long as the machine */
struct doctor_domain_who {
	const char *domain; /* as DNS has it */
	const struct doctor_source *source;
	size_t n_sources;
	const struct doctor_key *key;
	size_t n_keys;
	long long now;
	struct doctor_report report;
};

struct doctor_domain {
	const struct doctor_domain_who *who;
	enum {
		DOCTOR_SPF,
		DOCTOR_DKIM,
		DOCTOR_DMARC,
		DOCTOR_MX,
		DOCTOR_A,
		DOCTOR_AAAA,
		DOCTOR_DOMAIN_END
	} step;
	size_t next;
	unsigned running : 1;
	char sender[DNSQ_NAME_MAX + 20];
	struct spf_who spf_who;
	struct spf spf;
	struct dmarc_who dmarc_who;
	struct dmarc dmarc;
};

void doctor_domain_init(struct doctor_domain *,
    const struct doctor_domain_who *);
int doctor_domain_want(struct doctor_domain *, struct dnsq *);
void doctor_domain_answer(struct doctor_domain *, const struct dnsa *);

#endif
