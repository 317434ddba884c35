#ifndef TLSRPT_RPTRECORD_H
#define TLSRPT_RPTRECORD_H

#include "dns/dnsq.h"
#include <stddef.h>

/*
 * Who wants reports about TLS: the TXT record at _smtp._tls.DOMAIN (RFC 8460
 * section 3).  A machine with one question, dns/dnsq.h.
 */
enum {
	RPT_RECORD_MAX = 4096, /* bytes; a longer record is malformed */
	RPT_RUA_MAX = 10       /* addresses; the rest is left out */
};

enum rptrecord_state {
	RPTRECORD_LOST, /* the DNS did not answer: ask again later */
	RPTRECORD_NONE, /* nobody wants reports */
	RPTRECORD_MALFORMED,
	RPTRECORD_FOUND
};

struct rptrecord_address {
	/* "https://...", or the address of a mailto: */
	const char *text;
	int https;
};

struct rptrecord {
	/* public, at the end */
	enum rptrecord_state state;
	const char *why; /* with MALFORMED */
	struct rptrecord_address rua[RPT_RUA_MAX];
	size_t n_rua; /* may be 0: none of a kind that is known */
	/* private */
	const char *domain;
	int asked;
	char text[RPT_RECORD_MAX + 1];
	char room[RPT_RECORD_MAX + 1]; /* for the addresses of mailto: */
};

/* domain: of the policy; it must live as long as the machine */
void rptrecord_init(struct rptrecord *, const char *domain);
/* 1 with the question, 0: no more */
int rptrecord_want(struct rptrecord *, struct dnsq *);
void rptrecord_answer(struct rptrecord *, const struct dnsa *);

#endif
