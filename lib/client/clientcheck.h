#ifndef CLIENT_CLIENTCHECK_H
#define CLIENT_CLIENTCHECK_H

#include "client/clients.h"
#include "dns/dnsq.h"
#include "dns/hostaddr.h"
#include "dns/iprev.h"

/*
 * What is asked about one client, and what comes of it.  Each item is a
 * machine with questions of its own (dns/dnsq.h), so that all are asked
 * at once:
 *
 *	n = clientcheck_items(&rules, &facts, item);
 *	each: while (clientcheck_want(&item[i], &q))
 *		clientcheck_answer(&item[i], &a);
 *	clientcheck_decide(item, n, &verdict);
 *
 * A list that does not answer says nothing.  No answer about the sender's
 * domain or the client's name is a reason to put the mail off, never to
 * refuse it.
 */
enum {
	CLIENTCHECK_ITEMS_MAX = CLIENTS_LISTS_MAX + CLIENTS_CHECKS,
	CLIENTCHECK_TEXT_MAX = 400 /* bytes of a reason */
};

/* must stay */
struct clientcheck_facts {
	unsigned char ip[16];
	size_t ip_len;      /* 4 or 16; IPv4-mapped ones count as IPv4 */
	const char *helo;   /* NULL: there was none */
	const char *sender; /* "": the null sender */
	const char *me;     /* our name */
	/* what else is ours: local domains, and the addresses of this
	 * machine; NULL: not known */
	const struct lookup *local;
	const struct hostaddr_policy *here;
};

/* set the address from text; 0, or -1: it is none */
int clientcheck_ip(struct clientcheck_facts *, const char *);

enum clientcheck_found {
	CLIENTCHECK_NOTHING, /* nothing against it, or no answer */
	CLIENTCHECK_HIT,
	CLIENTCHECK_NULL_MX, /* of the sender's domain (RFC 7505) */
	CLIENTCHECK_UNKNOWN  /* no answer where one is needed */
};

struct clientcheck_item {
	enum clients_action action;
	const struct clients_list *list; /* or NULL: */
	enum clients_check check;
	enum clientcheck_found found;
	unsigned failed : 1; /* the DNS did not answer */
	/* internal */
	unsigned char asks; /* the type, 0: it has come to its end */
	struct dnsq q;
	struct iprev iprev;
};

/* items that need no question are decided at once; the rules and facts
 * must stay */
unsigned clientcheck_items(const struct clients_rules *,
    const struct clientcheck_facts *, struct clientcheck_item *);
/* dns/dnsq.h: 1 with the next question, 0: no more */
int clientcheck_want(struct clientcheck_item *, struct dnsq *);
void clientcheck_answer(struct clientcheck_item *, const struct dnsa *);

struct clientcheck_verdict {
	enum clients_action action;
	int white;          /* it stands on a list of good ones */
	const char *reason; /* "dnsbl", "white", "helo-own", ...; "" none */
	const char *zone;   /* of which list, or "" */
	char text[CLIENTCHECK_TEXT_MAX + 1]; /* "5.7.1 ...", for a receipt */
};

/*
 * The most severe action decides, of equal ones the first in the file (lists
 * before other checks); good lists before all.
 */
void clientcheck_decide(const struct clientcheck_item *, unsigned n,
    struct clientcheck_verdict *);
/* "white", or what is done: "pass", ... */
const char *clientcheck_word(const struct clientcheck_verdict *);
/* the tag that this item is worth, "dnsbl=ZONE" or "client=CHECK", to out;
 * 0: none */
int clientcheck_tag(const struct clientcheck_item *, char *out, size_t size);

#endif
