#ifndef ROUTE_HOSTS_H
#define ROUTE_HOSTS_H

#include "base/buf.h"
#include "conf/word.h"
#include "dns/hostaddr.h"
#include "route/site.h"
#include "sts/stsrecord.h"
#include <stdint.h>

/*
 * From what DNS says about a destination to the list of hosts to try, and
 * to the name of its site.  Pure: the questions are asked elsewhere.
 *
 *   hosts.c       the draft, and the answer that it makes
 *   hostsorder.c  that answer in jobs: which of them, in which order
 */
enum {
	HOSTS_MX_MAX = 100, /* MX records looked at, the best are kept */
	HOSTS_MAX = SITE_HOSTS_MAX, /* hosts whose addresses are looked up */
	HOSTS_ADDRS_MAX = 16,       /* addresses of one host */
	HOSTS_LIST_MAX = 32,        /* addresses in one job */
	HOSTS_GROUPS_TEXT = 3 * HOSTS_LIST_MAX + 1, /* of label mx-groups */
	HOSTS_TLSA_TEXT_MAX = 8192 /* bytes of the label tlsa */
};

/* TLSA records of a host, RFC 7672 */
enum hosts_dane {
	HOSTS_DANE_NONE, /* there are none that the DNS vouches for */
	HOSTS_DANE_TLSA,
	HOSTS_DANE_UNUSABLE, /* there are, and none is of use */
	HOSTS_DANE_FAILED    /* they cannot be had, or are forged */
};

/* one host while its addresses come in */
struct hosts_host {
	char name[WORD_DOMAIN_MAX + 1]; /* lower case, no dot at the end */
	unsigned pref, port;
	unsigned failed; /* some look-up of it gave no answer */
	unsigned n;
	struct hostaddr ip[HOSTS_ADDRS_MAX];
	/* the DNS vouches for some of its addresses, and for all of them */
	unsigned secure : 1, insecure : 1;
	char canon[WORD_DOMAIN_MAX + 1]; /* where CNAMEs lead, or "" */
	enum hosts_dane dane;
	const char *base;  /* TLSA: below which they stand, "": the name */
	struct slice tlsa; /* as in the label; both must stay */
};

enum hosts_kind {
	HOSTS_BY_MX, /* policy applies */
	HOSTS_GIVEN, /* by the site's own rules: taken as they are */
	HOSTS_LMTP   /* the same */
};

struct hosts_draft {
	enum hosts_kind kind;
	char domain[WORD_DOMAIN_MAX + 8];
	struct { /* MX records, the best first */
		unsigned pref;
		char name[WORD_DOMAIN_MAX + 1];
	} mx[HOSTS_MX_MAX];
	unsigned n_mx, n_seen;
	unsigned null_mx;
	unsigned mx_secure; /* the DNS vouches for the list */
	unsigned unsure;    /* nobody can tell now whether it does */
	struct hosts_host host[HOSTS_MAX];
	unsigned n;
};

/*
 * add an MX record.  rdata as on the wire: preference and an uncompressed
 * name.  -1 when it is damaged (and ignored).
 */
int hosts_add_mx(struct hosts_draft *, const unsigned char *rdata, size_t n);
/* add a host; NULL when there is no room */
struct hosts_host *hosts_add(struct hosts_draft *, const char *name, size_t n,
    unsigned pref, unsigned port);
/* an address of it, A or AAAA as on the wire; more than fit are ignored */
void hosts_add_ip(struct hosts_host *, const unsigned char *rdata, size_t n);
/* what the DNS says of an answer that had some of them; canon may be NULL */
void hosts_vouch(struct hosts_host *, int secure, const char *canon);
/* after the MX records: the best become hosts */
void hosts_take_mx(struct hosts_draft *);

/* the answer: small, to be kept */
struct hosts {
	/* n 0: there is no host, and why: */
	unsigned n;
	unsigned temporary;
	const char *esc, *class;
	char *text;
	char *site;
	unsigned mx_secure; /* the DNS, or a rule, vouches for the hosts */
	unsigned unsure;    /* 0, or it cannot be known now */
	unsigned sts;       /* enum sts_mode: of the domain's MTA-STS policy */
	char sts_id[STS_ID_MAX + 1];
	struct hosts_item {
		unsigned short pref, first, n4, n6; /* item's pieces: v4, v6 */
		unsigned char name_len;             /* of its name, in each */
		unsigned char dane;                 /* enum hosts_dane */
		unsigned char listed;               /* by that policy */
		unsigned tlsa_at, tlsa_len;         /* its word of the label */
	} * item;
	struct hosts_piece {
		unsigned at, len; /* HOST/PORT/IP in bytes */
	} * piece;
	char *bytes;
};

/*
 * hosts_finish - draft to answer
 *
 * Drops nonsense addresses and, if we are among the hosts, those that are
 * no better than we (RFC 5321 section 5.1).  -1 with ENOMEM.
 */
int hosts_finish(const struct hosts_draft *, const struct hostaddr_policy *,
    struct hosts *);
/* an answer without hosts, fmt as for printf; 0, or -1 with ENOMEM.  esc and
 * class are constants */
int hosts_none(struct hosts *, int temporary, const char *esc,
    const char *class, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void hosts_free(struct hosts *);

/* which addresses, in which order */
enum hosts_inet { HOSTS_46, HOSTS_64, HOSTS_4, HOSTS_6 };
/*
 * hosts_order - put the list of a job, "HOST/PORT/IP HOST/PORT/IP ..."
 *
 * groups  receives how many of it are of one preference each, as the label
 *         mx-groups has it; "": all are.  NULL: that is not asked
 *
 * Hosts of one preference, and the addresses of a host, stand in an order
 * drawn from seed; the families take turns.  keep: a byte for each host, 0
 * leaves it out; NULL: all.  Returns the number of addresses put, -1 with
 * ENOMEM.
 */
int hosts_order(struct buf *, const struct hosts *, const unsigned char *keep,
    enum hosts_inet, uint64_t seed, char groups[HOSTS_GROUPS_TEXT]);
/*
 * hosts_tlsa - the label tlsa, job(5), of the hosts in keep
 *
 * Of hosts whose records would make it longer than HOSTS_TLSA_TEXT_MAX none is
 * kept, but the first always is.  0, or -1 with ENOMEM.
 */
int hosts_tlsa(struct buf *, const struct hosts *, unsigned char *keep);
/* the name of host i, valid as long as the answer */
struct slice hosts_name(const struct hosts *, unsigned i);

#endif
