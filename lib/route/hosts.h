#ifndef ROUTE_HOSTS_H
#define ROUTE_HOSTS_H

#include "base/buf.h"
#include "conf/word.h"
#include "route/hostaddr.h"
#include "route/site.h"
#include <stdint.h>

/*
 * From what DNS says about a destination to the list of hosts to try, and
 * to the name of its site.  Pure: the questions are asked elsewhere.
 */
enum {
	HOSTS_MX_MAX = 100, /* MX records looked at, the best are kept */
	HOSTS_MAX = SITE_HOSTS_MAX, /* hosts whose addresses are looked up */
	HOSTS_ADDRS_MAX = 16,       /* addresses of one host */
	HOSTS_LIST_MAX = 32         /* addresses in one job */
};

/* one host while its addresses come in */
struct hosts_host {
	char name[WORD_DOMAIN_MAX + 1]; /* lower case, no dot at the end */
	unsigned pref, port;
	unsigned failed; /* some look-up of it gave no answer */
	unsigned n;
	struct hostaddr ip[HOSTS_ADDRS_MAX];
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
	struct hosts_item {
		unsigned short pref, first, n4, n6; /* item's pieces: v4, v6 */
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
/* an answer without hosts */
int hosts_none(struct hosts *, int temporary, const char *esc,
    const char *class, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void hosts_free(struct hosts *);

/* which addresses, in which order */
enum hosts_inet { HOSTS_46, HOSTS_64, HOSTS_4, HOSTS_6 };
/*
 * hosts_order - put the list of a job, "HOST/PORT/IP HOST/PORT/IP ..."
 *
 * Hosts of one preference, and the addresses of a host, stand in an order
 * drawn from seed; the families take turns.  Returns the number of
 * addresses put, -1 with ENOMEM.
 */
int hosts_order(struct buf *, const struct hosts *, enum hosts_inet,
    uint64_t seed);

#endif
