#ifndef ROUTE_TLSPLAN_H
#define ROUTE_TLSPLAN_H

#include "route/hosts.h"
#include "sts/stspolicy.h"
#include "tlsout/tlsout.h"

/*
 * How one job is protected on its way: from what the site says (routes,
 * tls-out), what the receiver wishes (DANE, MTA-STS), and what the message asks
 * for (REQUIRETLS, TLS-Required), which hosts may be tried, and what is asked of
 * them.  Pure.
 */
enum {
	TLSPLAN_FROM_MAX = 64, /* of the label tls-from, NUL counted */
	TLSPLAN_TEXT_MAX = 2 * WORD_DOMAIN_MAX + 128
};

/* a host that the DNS or a rule named */
struct tlsplan_host {
	struct slice name;
	enum hosts_dane dane;
	unsigned listed : 1; /* by the MTA-STS policy of the destination */
};

struct tlsplan_in {
	const struct tlsout_line *line; /* of the destination */
	struct slice rule;              /* tls: of routes; n 0: not said */
	unsigned rule_line;
	struct slice nexthop; /* the destination, as tls-out is asked for it */
	const struct tlsplan_host *host;
	unsigned n;              /* at most HOSTS_MAX */
	enum sts_mode sts;       /* of its MTA-STS policy */
	struct slice sts_id;     /* the same */
	unsigned mx_secure : 1;  /* the DNS, or a rule, vouches for the hosts */
	unsigned unsure : 1;     /* whether it does cannot be known now */
	unsigned requiretls : 1; /* RFC 8689 */
	unsigned optional : 1;   /* the message has TLS-Required: No */
	unsigned local : 1;      /* LMTP, or a Unix socket */
};

struct tlsplan {
	/* for the labels tls and tls-else; none of AUTO and DANE_ONLY, and
	 * other is NONE when there is nothing else */
	enum tlsout_word word, other;
	char from[TLSPLAN_FROM_MAX];
	const struct tlsout_line *line; /* that counts, NULL: none does */
	unsigned char keep[HOSTS_MAX];
	unsigned n_kept;
	/* n_kept 0: constants, and text, of one host, and whether the receiver
	 * himself forbids them all */
	const char *esc, *class;
	const char *fail;   /* a word of RFC 8460 section 4.3 */
	const char *policy; /* that forbids it, as in the label tls-policy */
	char text[TLSPLAN_TEXT_MAX];
	unsigned refused; /* that host */
	unsigned receivers : 1;
};

/*
 * tlsplan_decide - the plan for one job
 *
 * The input must stay as long as the plan; there is one host at least.  When
 * none of them may be tried the reason begins with 4 unless it is final for
 * all (REQUIRETLS).
 */
void tlsplan_decide(struct tlsplan *, const struct tlsplan_in *);
/* why a host is not to be tried, for people; NULL: it may be */
const char *tlsplan_why(const struct tlsplan_in *, unsigned host,
    char text[TLSPLAN_TEXT_MAX]);

#endif
