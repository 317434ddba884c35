#ifndef AUTH_JUDGE_H
#define AUTH_JUDGE_H

#include "dkim/dkimverify.h"
#include "dmarc/author.h"
#include "dmarc/dmarc.h"
#include "dns/dnsrun.h"
#include "dns/iprev.h"
#include "spf/spf.h"

/*
 * Judges one message: SPF, the client's name, DKIM, ARC, DMARC, each a pure
 * machine with questions, all of them asking at the same time as far as they
 * can: SPF and the name from the start, DKIM and ARC when the body is there,
 * DMARC when it knows who vouches.
 *
 *	judge_begin(&j, &conf, &who, header, n);
 *	judge_body(&j, piece, n);        if judge_needs_body()
 *	judge_whole(&j, done, arg);
 *	done(arg): j.spf.result ...
 *
 * It is large (90 KB): keep it for the next message.
 */
enum {
	JUDGE_ADDRESS_MAX = 512
}; /* bytes of MAIL FROM and HELO; longer: no
				   * SPF */

struct judge_conf {
	struct resolve *dns;
	const char *me;           /* our name, for SPF */
	int64_t deadline_ms;      /* for all questions about a message */
	int64_t now;              /* seconds since 1970, -1: the clock's */
	unsigned suffix_list : 1; /* DMARC by RFC 7489 */
};

struct judge_who {
	const char *ip;     /* of the client, as text; NULL or no address:
			     * neither SPF nor the name are judged */
	const char *sender; /* MAIL FROM without brackets; NULL: unknown */
	const char *helo;   /* NULL: unknown */
};

struct judge {
	/* what was found out; spf and iprev only if has_client */
	struct spf spf;
	struct iprev iprev;
	struct dkimverify dkim;
	struct dmarc dmarc; /* dmarc.found, only if author is AUTHOR_FOUND */
	struct author_found author;
	/* otherwise, of each domain that From mentions: what it asks for, as
	 * far as nobody vouches for it; DMARC_P_NONE: nothing */
	enum dmarc_policy mentioned[MENTION_DOMAINS_MAX];
	unsigned has_client : 1;
	unsigned by_helo : 1; /* SPF is HELO's: there was no sender */
	/* internal */
	const struct judge_conf *conf;
	struct spf_who spf_who;
	struct dmarc_who dmarc_who;
	char sender[JUDGE_ADDRESS_MAX + 1], helo[JUDGE_ADDRESS_MAX + 1];
	char domain[DMARC_DOMAINS_MAX][DNSQ_NAME_MAX + 1];
	struct dnsrun run[4];
	int64_t end_ms;
	unsigned running : 4; /* machines, by their bits */
	unsigned whole : 1;
	unsigned next; /* domain that From mentions */
	void (*done)(void *arg);
	void *arg;
};

/* header: all fields, LF line ends; must stay until done(), and conf, too */
void judge_begin(struct judge *, const struct judge_conf *,
    const struct judge_who *, const char *header, size_t n);
/* 1 when something is to be verified over the body, else 0 */
int judge_needs_body(const struct judge *);
void judge_body(struct judge *, const char *, size_t n);
/* done() comes once, from the event loop or from in here */
void judge_whole(struct judge *, void (*done)(void *), void *arg);
/* no questions any more, done() does not come; after done() not needed */
void judge_cancel(struct judge *);

/* of several signatures the best result: pass, temperror, fail, policy,
 * permerror, neutral, none */
enum dkim_result judge_dkim(const struct judge *);
/* what ARC is said to be: as the chain's, temperror told from fail */
enum dkim_result judge_arc(const struct judge *);
/* the word of DMARC: permerror when From names no one domain; temperror
 * instead of fail when a name that might be aligned could not be asked */
enum dmarc_result judge_dmarc(const struct judge *);

#endif
