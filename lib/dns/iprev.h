#ifndef DNS_IPREV_H
#define DNS_IPREV_H

#include "dns/dnsq.h"
#include <stddef.h>

/*
 * Does the client's address have a name, and that name the address (RFC 8601
 * section 3)?  A machine with questions, see dnsq.h: the PTR record, then
 * the addresses of its names, one after the other, until one fits.
 *
 *	iprev_init(&v, ip, len);
 *	while (iprev_want(&v, &q))
 *		iprev_answer(&v, &a);
 *	v.result, v.name
 */
enum { IPREV_NAMES_MAX = 10 }; /* names of an address; the rest is ignored */

enum iprev_result {
	IPREV_PASS,      /* name is a name of the address, checked */
	IPREV_FAIL,      /* there are names, none has the address */
	IPREV_TEMPERROR, /* the DNS did not say */
	IPREV_PERMERROR  /* the address has no name */
};

struct iprev {
	enum iprev_result result;
	char name[DNSQ_NAME_MAX + 1]; /* lower case; "" unless it passed */
	/* internal */
	unsigned char ip[16];
	unsigned char ip_len;
	unsigned char n, at; /* names there are, the one that is asked for */
	unsigned begun : 1, over : 1, failed : 1;
	char names[IPREV_NAMES_MAX][DNSQ_NAME_MAX + 1];
};

/* an address of 4 or 16 bytes; one of IPv4 mapped into IPv6 is IPv4 */
void iprev_init(struct iprev *, const unsigned char *ip, size_t len);
/* dns/dnsq.h: 1 with the next question, 0: no more */
int iprev_want(struct iprev *, struct dnsq *);
void iprev_answer(struct iprev *, const struct dnsa *);
/* "pass", ...: the words of RFC 8601 section 2.7.3 */
const char *iprev_word(enum iprev_result);

#endif
