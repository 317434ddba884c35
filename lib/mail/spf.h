#ifndef MAIL_SPF_H
#define MAIL_SPF_H

#include "mail/dnsq.h"
#include <stddef.h>

/*
 * SPF (RFC 7208): may this client send mail for this sender?  A machine
 * with questions, see dnsq.h.
 *
 *	spf_init(&s, &who);
 *	while (spf_want(&s, &q))
 *		spf_answer(&s, &a);
 *	s.result, s.text
 */
enum {
	SPF_TERMS_MAX = 10,     /* section 4.6.4: terms that ask the DNS */
	SPF_VOID_MAX = 2,       /* answers with nothing, more: permerror */
	SPF_MX_MAX = 10,        /* names of one mx: more: permerror */
	SPF_PTR_MAX = 10,       /* names of one ptr: the rest is ignored */
	SPF_DEPTH_MAX = 12,     /* includes within includes */
	SPF_RECORD_MAX = 8192,  /* bytes of a record: more: permerror */
	SPF_TEXT_MAX = 1024     /* bytes of an explanation: the rest is cut */
};

enum spf_result {
	SPF_NONE, SPF_NEUTRAL, SPF_PASS, SPF_FAIL, SPF_SOFTFAIL,
	SPF_TEMPERROR, SPF_PERMERROR
};

/* must live as long as the machine */
struct spf_who {
	unsigned char ip[16]; /* of the client; IPv4-mapped means IPv4 */
	unsigned char ip_len; /* 4 or 16 */
	const char *sender;   /* MAIL FROM without brackets; "" for <> */
	const char *helo;
	const char *me;       /* for %{r}; NULL: unknown */
	long long now;        /* seconds, for %{t} */
};

/* ... struct spf: its author decides what is in it; these are public: */
/*	enum spf_result result; */
/*	char domain[]: whose policy it was (MAIL FROM's or HELO's domain) */
/*	char text[SPF_TEXT_MAX + 1]: for fail the explanation, else the reason
 *	in a few words; printable ASCII */
struct spf;

void spf_init(struct spf *, const struct spf_who *);
int spf_want(struct spf *, struct dnsq *);
void spf_answer(struct spf *, const struct dnsa *);
/* "pass", ...: the words of RFC 8601 section 2.7.2 */
const char *spf_word(enum spf_result);

#endif
