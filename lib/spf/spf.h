#ifndef SPF_SPF_H
#define SPF_SPF_H

#include "dns/dnsq.h"
#include <stddef.h>

/*
 * SPF (RFC 7208): may this client send mail for this sender?  A machine
 * with questions, see dnsq.h.
 *
 *	spf_init(&s, &who);
 *	while (spf_want(&s, &q))
 *		spf_answer(&s, &a);
 *	s.result, s.text
 *
 * It asks SPF_ASKED_MAX questions at most.
 */
enum {
	SPF_TERMS_MAX = 10,      /* section 4.6.4: terms that ask the DNS */
	SPF_VOID_MAX = 2,        /* answers with nothing, more: permerror */
	SPF_MX_MAX = 10,         /* names of one mx: more: permerror */
	SPF_PTR_MAX = 10,        /* names of one ptr: the rest is ignored */
	SPF_DEPTH_MAX = 12,      /* includes within includes */
	SPF_RECORD_MAX = 8192,   /* bytes of a record: more: permerror */
	SPF_RECORDS_MAX = 32768, /* of all records that are open at once */
	SPF_TEXT_MAX = 1024,     /* bytes of an explanation: the rest is cut */
	SPF_SENDER_MAX = 512,    /* bytes of an address: longer: none */
	/* the first record; each term one and its MX hosts; PTR and its
	 * hosts for each macro p and its domain; the explanation */
	SPF_ASKED_MAX = 1 + SPF_TERMS_MAX * (2 + SPF_MX_MAX) + SPF_PTR_MAX + 4
};

enum spf_result {
	SPF_NONE,
	SPF_NEUTRAL,
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_TEMPERROR,
	SPF_PERMERROR
};

/* must live as long as the machine */
struct spf_who {
	unsigned char ip[16]; /* of the client; IPv4-mapped means IPv4 */
	unsigned char ip_len; /* 4 or 16 */
	const char *sender;   /* MAIL FROM without brackets; "" for <> */
	const char *helo;     /* the same; "" or NULL: unknown */
	const char *me;       /* for %{r}; NULL: unknown */
	long long now;        /* seconds, for %{t} */
};

/* a record that is being looked at; offsets count in spf.records */
struct spf_frame {
	char domain[DNSQ_NAME_MAX + 1];
	unsigned at, end; /* its terms */
	unsigned pos;     /* the one that is looked at, or the next */
	unsigned redirect, redirect_len, exp, exp_len; /* the modifiers */
	unsigned counted : 1; /* the term at pos counts already */
	unsigned needed : 1;  /* no record here: permerror, not none */
};

struct spf {
	enum spf_result result;
	char domain[DNSQ_NAME_MAX + 1]; /* whose policy it was: MAIL FROM's
					 * domain or HELO's, A-labels */
	char text[SPF_TEXT_MAX + 1];    /* for fail the explanation, else the
				      * reason in a few words; printable */
	unsigned explained : 1;         /* fail, and text is the domain's own */
	/* the rest belongs to spf.c */
	const struct spf_who *who;
	unsigned char ip[16], ip_len;
	const char *local;
	size_t local_len;
	struct dnsq q;
	unsigned char asked; /* what q is for; 0: it has come to its end */
	unsigned char phase, for_macro;
	unsigned terms, voids, depth;
	struct spf_frame frame[SPF_DEPTH_MAX];
	unsigned used; /* of records */
	unsigned mx_n, mx_next, ptr_n, ptr_next;
	char mx[SPF_MX_MAX][DNSQ_NAME_MAX + 1];
	char ptr[SPF_PTR_MAX][DNSQ_NAME_MAX + 1];
	unsigned char ptr_is[SPF_PTR_MAX]; /* unknown, valid, not valid */
	unsigned char valid_known;         /* %{p} of this frame */
	char valid[DNSQ_NAME_MAX + 1];
	char records[SPF_RECORDS_MAX + 1];
};

void spf_init(struct spf *, const struct spf_who *);
/* dns/dnsq.h: 1 with the next question, 0: no more */
int spf_want(struct spf *, struct dnsq *);
void spf_answer(struct spf *, const struct dnsa *);
/* "pass", ...: the words of RFC 8601 section 2.7.2, constants */
const char *spf_word(enum spf_result);

#endif
