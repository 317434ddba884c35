#ifndef DMARC_DMARC_H
#define DMARC_DMARC_H

#include "dmarc/dmarcrecord.h"
#include "dmarc/dmarcwalk.h"
#include "dns/dnsq.h"
#include <stddef.h>

/*
 * DMARC (RFC 9989): what the domain in From wants done with mail that is not
 * proven to be its own.  A machine with questions, see dnsq.h: it finds the
 * policy by the tree walk (section 4.10), and the organizational domains of
 * all that takes part, as far as they matter.
 *
 *	dmarc_init(&d, &who);
 *	while (dmarc_want(&d, &q))
 *		dmarc_answer(&d, &a);
 *	d.found
 */
enum {
	DMARC_DOMAINS_MAX = 20, /* authenticated domains looked at */
	DMARC_TEXT_MAX = 200
};

enum dmarc_result {
	DMARC_NONE,
	DMARC_PASS,
	DMARC_FAIL,
	DMARC_TEMPERROR,
	DMARC_PERMERROR
};
/* the words of RFC 9989 section 9.2, and of p= */
const char *dmarc_word(enum dmarc_result);
const char *dmarc_policy_word(enum dmarc_policy);

/* must live as long as the machine; names in any case, as text; those with
 * letters beyond ASCII are given as A-labels (section 5.3.1): dns/idn */
struct dmarc_who {
	const char *from; /* the domain of the one address in From */
	const char *dkim[DMARC_DOMAINS_MAX]; /* d= of signatures that pass */
	unsigned n_dkim;
	const char *spf; /* the domain that SPF passed, or NULL */
	/*
	 * NULL: RFC 9989.  Else RFC 7489: gives the organizational domain of
	 * a name by the public suffix list: a pointer into that name, to its
	 * start when it has none
	 */
	const char *(*organization)(void *arg, const char *domain);
	void *arg;
	/* the organizational domain of `from` is all that is wanted: the
	 * result is none, or temperror when it was not to be found out */
	unsigned only_organization : 1;
};

/* public: filled in when dmarc_want() is 0 */
struct dmarc_found {
	/* none: no record, or none that can be used, or no domain in From;
	 * permerror is not given: RFC 9989 section 4.10.1 */
	enum dmarc_result result;
	enum dmarc_policy policy;    /* to be applied: p, sp or np; t=y not yet
				   * counted in: dmarc_policy() does */
	enum dmarc_policy p, sp, np; /* as published; sp, np: as they apply */
	unsigned pct;                /* RFC 7489 only, else 100 */
	unsigned testing : 1;        /* t=y, or pct=0 by RFC 7489 */
	unsigned strict_dkim : 1, strict_spf : 1;
	unsigned dkim_aligned : 1, spf_aligned : 1;
	unsigned has_policy : 1;        /* a record was found and can be used */
	unsigned nonexistent : 1;       /* From's domain is not there; looked at
				    * only where np= says other than sp= */
	char domain[DNSQ_NAME_MAX + 1]; /* where the record stands */
	/* of From; From's own domain where nothing depended on it */
	char organization[DNSQ_NAME_MAX + 1];
	char rua[DMARC_URIS_MAX + 1];
	char text[DMARC_TEXT_MAX + 1]; /* reason in a few words */
};

/* what mail that fails should meet: the policy, with t=y one step milder
 * (RFC 9989 section 4.7) */
enum dmarc_policy dmarc_policy(const struct dmarc_found *);

/* from here on private but for `found` */
/* what is known of one name */
struct dmarc_node {
	enum dmarc_known known;
	struct dmarc_record record;
};

struct dmarc {
	struct dmarc_found found;
	const struct dmarc_who *who;
	char from[DNSQ_NAME_MAX + 1], name[DNSQ_NAME_MAX + 1]; /* lower case */
	/* From's own name at 0, those above it by their labels */
	struct dmarc_node node[DMARC_WALK_MAX];
	struct dmarc_node other; /* a name beside those */
	struct dmarc_node *asked;
	struct dmarc_walk up, side; /* from From, from another domain */
	enum { DMARC_POLICY, DMARC_ALIGN, DMARC_EXISTS, DMARC_END } step;
	unsigned next; /* authenticated domain */
	unsigned walking : 1, lost : 1;
};

void dmarc_init(struct dmarc *, const struct dmarc_who *);
/* dns/dnsq.h: 1 with the next question, 0: no more */
int dmarc_want(struct dmarc *, struct dnsq *);
void dmarc_answer(struct dmarc *, const struct dnsa *);

#endif
