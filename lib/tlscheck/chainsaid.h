#ifndef TLSCHECK_CHAINSAID_H
#define TLSCHECK_CHAINSAID_H

#include "dns/tlsaset.h"
#include "dnscheck/dnscheck.h"
#include "tls/verify.h"
#include <stdint.h>

/*
 * What is to be said of the certificates that a server shows: kind, names and
 * dates, the fingerprints by which others may name them, what a sender that
 * checks would find, their order, and which TLSA records fit.  Pure.
 */
enum {
	CHAINSAID_NAMES_MAX = 10,    /* that are shown */
	CHAINSAID_NAMES_BYTES = 800, /* behind which none is begun */
	CHAINSAID_ENDS_S = 1209600,  /* 14 days: less is a warning */
	CHAINSAID_WHERE_MAX = 320    /* bytes in front of each subject */
};

/* what the DNS says of TLSA */
enum chainsaid_dns {
	CHAINSAID_NOT_ASKED, /* there is no name */
	CHAINSAID_NO_RECORD,
	CHAINSAID_UNSIGNED, /* records, for which the DNS does not vouch */
	CHAINSAID_SIGNED,
	CHAINSAID_BOGUS,
	CHAINSAID_NO_ANSWER
};

struct chainsaid {
	const char *where; /* of the subjects: host and address */
	const char *host;  /* the name, or the address, that it is to be for */
	uint16_t port;
	const struct anchors *anchors; /* NULL: none are known */
	int64_t now_s;                 /* wall clock */
	enum chainsaid_dns dns;
	const struct tlsaset *tlsa; /* with CHAINSAID_SIGNED */
	const struct dnscheck_report *report;
};

/* kind is a word in front, "RSA"; the chain has a certificate */
void chainsaid(const struct chainsaid *, const char *kind,
    const struct tls_chain *);
/* once for a host: what is wrong with the TLSA records themselves */
void chainsaid_dns(const struct chainsaid *);

#endif
