#ifndef MAIL_DMARC_H
#define MAIL_DMARC_H

#include "mail/dnsq.h"
#include <stddef.h>

/*
 * DMARC (RFC 9989): what the domain in From wants done with mail that is not
 * proven to be its own.  A machine with questions, see dnsq.h: it finds the
 * policy by the tree walk (section 4.10), and the organizational domains of
 * all that takes part.
 */
enum {
	DMARC_WALK_MAX = 8,       /* questions of one walk, section 4.10 */
	DMARC_DOMAINS_MAX = 20,   /* authenticated domains looked at */
	DMARC_RECORD_MAX = 4096,  /* a longer record is none */
	DMARC_URIS_MAX = 600,     /* bytes of rua= that are kept */
	DMARC_TEXT_MAX = 200
};

enum dmarc_result { DMARC_NONE, DMARC_PASS, DMARC_FAIL, DMARC_TEMPERROR,
	DMARC_PERMERROR };
enum dmarc_policy { DMARC_P_NONE, DMARC_P_QUARANTINE, DMARC_P_REJECT };
const char *dmarc_word(enum dmarc_result);
const char *dmarc_policy_word(enum dmarc_policy);

/* must live as long as the machine; names in any case, as text */
struct dmarc_who {
	const char *from; /* the domain of the one address in From */
	const char *dkim[DMARC_DOMAINS_MAX]; /* d= of signatures that pass */
	unsigned n_dkim;
	const char *spf;  /* the domain that SPF passed, or NULL */
	/*
	 * NULL: RFC 9989.  Else RFC 7489: gives the organizational domain of
	 * a name by the public suffix list, a part of that name (or the name
	 * itself when it has none)
	 */
	const char *(*organization)(void *arg, const char *domain);
	void *arg;
};

/* public: filled in when dmarc_want() is 0 */
struct dmarc_found {
	enum dmarc_result result;
	enum dmarc_policy policy; /* to be applied: p, sp or np; t=y not yet
				   * counted in */
	enum dmarc_policy p, sp, np; /* as published; sp, np: as they apply */
	unsigned testing : 1;      /* t=y, or pct=0 by RFC 7489 */
	unsigned strict_dkim : 1, strict_spf : 1;
	unsigned dkim_aligned : 1, spf_aligned : 1;
	unsigned has_policy : 1;   /* a record was found */
	char domain[DNSQ_NAME_MAX + 1]; /* where the record stands */
	char organization[DNSQ_NAME_MAX + 1]; /* of From */
	char rua[DMARC_URIS_MAX + 1];
	char text[DMARC_TEXT_MAX + 1]; /* reason in a few words */
};

struct dmarc;

void dmarc_init(struct dmarc *, const struct dmarc_who *);
int dmarc_want(struct dmarc *, struct dnsq *);
void dmarc_answer(struct dmarc *, const struct dnsa *);

#endif
