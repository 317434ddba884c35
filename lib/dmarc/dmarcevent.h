#ifndef DMARC_DMARCEVENT_H
#define DMARC_DMARCEVENT_H

#include "dmarc/dmarc.h"
#include <stddef.h>
#include <stdint.h>

/*
 * An event `verdict`, event(5), as far as a report to the owner of a domain
 * tells it (RFC 9990).
 */
enum {
	DMARCEVENT_DKIM_MAX = 100,   /* signatures, RFC 9990 section 3.1.3 */
	DMARCEVENT_VALUE_MAX = 1024, /* bytes of one label: more is cut off
				      * by who wrote the event */
	DMARCEVENT_IP_MAX = 45,
	DMARCEVENT_COUNT_MAX = 1000000000 /* messages in one event */
};

struct dmarcevent_dkim {
	const char *result; /* a word of RFC 8601 section 2.7.1 */
	const char *domain, *selector;
	int rank; /* 0: the most telling */
};

struct dmarcevent {
	int64_t time;   /* seconds */
	uint64_t count; /* of messages */
	char client[DMARCEVENT_IP_MAX + 1];
	char domain[DNSQ_NAME_MAX + 1]; /* where the policy stands */
	char header_from[DNSQ_NAME_MAX + 1];
	char envelope_from[DNSQ_NAME_MAX + 1]; /* its domain; "" for <> */
	char envelope_to[DNSQ_NAME_MAX + 1];   /* "": not known */
	const char *spf; /* NULL: was not checked for MAIL FROM */
	char spf_domain[DNSQ_NAME_MAX + 1];
	struct dmarcevent_dkim dkim[DMARCEVENT_DKIM_MAX];
	unsigned n_dkim;
	const char *disposition; /* none, pass, quarantine, reject */
	const char *reason;      /* why it is not the policy, or NULL */
	const char *comment;     /* "": none */
	enum dmarc_policy p, sp, np;
	unsigned has_sp : 1, has_np : 1;
	unsigned has_from : 1;
	unsigned strict_dkim : 1, strict_spf : 1, testing : 1, psl : 1;
	unsigned dkim_aligned : 1, spf_aligned : 1;
	char rua[DMARC_URIS_MAX + 1];
	char texts[2][DMARCEVENT_VALUE_MAX + 1]; /* what is pointed to */
};

/*
 * dmarcevent_read - one line of a log, with the logger's time in front or
 * without
 *
 * Returns 1; 0 when it is no verdict, or one without a DMARC policy that
 * was decided on; -1 when it is, and lacks what a report needs, or has it
 * in no form that a report could.
 */
int dmarcevent_read(struct dmarcevent *, const char *line, size_t n);

#endif
