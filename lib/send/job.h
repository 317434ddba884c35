#ifndef SEND_JOB_H
#define SEND_JOB_H

#include "base/list.h"
#include "chain/dial.h"
#include "format/deliverby.h"
#include "format/ltsv.h"
#include "send/relayout.h"
#include "smtp/smtpout.h"
#include <stdint.h>

/*
 * Jobs for remote-send as transactions: jobs that stand next to each other
 * and agree in message, sender, site and hosts become one.  job(5).
 */
enum {
	SENDJOB_RCPTS = 100,      /* recipients of a transaction, default */
	SENDJOB_KEY_MAX = 4096,   /* bytes of the labels that name a site */
	SENDJOB_TEXT_MAX = 32768, /* bytes of all labels used */
	SENDSITE_NAMES_MAX = 8,   /* words of tls-names: TLS_NAMES_MAX */
	SENDSITE_PINS_MAX = 16,   /* words of tls-pins */
	SENDSITE_PIN = 32         /* bytes of one: SHA-256 */
};

/* the labels that are used, as they stand in the line */
enum sendjob_label {
	SENDJOB_ID,
	SENDJOB_N,
	SENDJOB_FROM,
	SENDJOB_TO,
	SENDJOB_FILE,
	SENDJOB_OFF,
	SENDJOB_SIZE,
	SENDJOB_BODY,
	SENDJOB_UTF8,
	SENDJOB_RET,
	SENDJOB_ENVID,
	SENDJOB_NOTIFY,
	SENDJOB_ORCPT,
	SENDJOB_MX,
	SENDJOB_CONNS,
	SENDJOB_MSGS,
	SENDJOB_TRY,
	SENDJOB_TLS_FROM,
	SENDJOB_TLSA,
	SENDJOB_MX_SECURE,
	SENDJOB_STS,
	SENDJOB_STS_ID,
	SENDJOB_STS_BAD,
	SENDJOB_DOMAIN,
	SENDJOB_PRIORITY,
	SENDJOB_BY,
	SENDJOB_VERIFY,
	SENDJOB_MS_DNS,
	SENDJOB_DOUBT_HOST,
	SENDJOB_MX_GROUPS,
	SENDJOB_SMARTHOST,
	SENDJOB_SITE, /* the rest names the site: */
	SENDJOB_PROVIDER,
	SENDJOB_VIA,
	SENDJOB_SRC,
	SENDJOB_PROTO,
	SENDJOB_HELO,
	SENDJOB_BIND,
	SENDJOB_BIND6,
	SENDJOB_TLS,
	SENDJOB_TLS_ELSE,
	SENDJOB_TLS_NAMES,
	SENDJOB_TLS_PINS,
	SENDJOB_LOGIN,
	SENDJOB_CLIENT_CERT,
	SENDJOB_IMPLICIT,
	SENDJOB_REQUIRETLS,
	SENDJOB_BDAT,
	SENDJOB_SOCKS,
	SENDJOB_SOCKS_LOGIN,
	SENDJOB_PROXY,
	SENDJOB_LABELS
};

/* the words of the label tls; without it MAY, but NONE for LMTP and over Unix
 * sockets */
enum sendtls {
	SENDTLS_NONE,
	SENDTLS_MAY,
	SENDTLS_MUST,
	SENDTLS_VERIFY,
	SENDTLS_FINGERPRINT,
	SENDTLS_DANE,
	SENDTLS_STS,
	SENDTLS_UNSAID
};

/* the label bdat: 1, 0 */
enum sendbdat { SENDBDAT_UNSAID, SENDBDAT_NO, SENDBDAT_YES };

struct sendjob {
	struct ltsv line;
	const struct ltsv_field *f[SENDJOB_LABELS]; /* NULL: not there */
	uint64_t n, off, size, conns, msgs; /* conns, msgs: 0 not said */
	uint64_t attempt;                   /* try + 1, 0: not said */
	uint64_t dns_ms;
};

/* milliseconds that the stages of an attempt took; 0: less than one, or it
 * did not go through that */
struct sendstages {
	uint32_t dns, connect, tls, data;
};

/* where connections are kept: same site, provider, via, source, protocol and policy */
struct sendsite {
	char *key; /* the labels as they stand, one behind the other */
	size_t key_len;
	char *name, *provider, *via, *src, *helo; /* NULL: not said */
	char *login;       /* of which name; NULL: none */
	char *cert;        /* of ours, to be shown; the same */
	char *relay_login; /* at the relay; the same */
	struct dial_addr bind, bind6;
	struct dial_addr relay;   /* kind NONE: its label is malformed */
	unsigned char relay_kind; /* enum relayout_kind */
	const char *names[SENDSITE_NAMES_MAX]; /* of certificates */
	unsigned char (*pins)[SENDSITE_PIN];   /* of them or their keys */
	unsigned char n_names, n_pins;
	unsigned char tls;      /* enum sendtls */
	unsigned char tls_else; /* with DANE, for a host without TLSA records;
				 * DANE: there is nothing else */
	unsigned char bdat;     /* enum sendbdat */
	unsigned lmtp : 1;
	unsigned implicit : 1;   /* TLS from the first byte */
	unsigned requiretls : 1; /* messages with REQUIRETLS, RFC 8689 */
};

struct sendtxn {
	struct smtpout_mail mail;
	struct smtpout_rcpt one; /* mail.rcpt while there is but one */
	struct sendslot *slot;   /* its site */
	struct list_node line;   /* of those that wait for it */
	uint64_t off, size;
	int64_t queued_ms;
	int64_t started_ms; /* 0: not begun */
	int64_t data_ms;    /* since when its text is sent; 0: not begun */
	struct sendstages stages;
	unsigned rcpt_cap, msgs, retried;
	unsigned passed;      /* times that others of its line went before */
	char *id, *file, *mx; /* file: NULL to verify, mail.verify */
	unsigned char *tiers; /* of the words of mx, hostlist.h */
	char
	    *doubt_host; /* may have it, and is to be asked first; NULL: none */
	/* of TLS, NULL: not said */
	char *tls_from, *tlsa, *mx_secure, *sts, *sts_id, *sts_bad, *domain;
	struct deliverby by;    /* mode 0: not said */
	unsigned smarthost : 1; /* a rule of ours names the hosts */
	char text[];
};

/*
 * sendjob_parse - read a job line
 *
 * Returns NULL when it can be sent; otherwise what is wrong with it.  The
 * fields id and n are there, and an answer possible, if j->f[SENDJOB_ID]
 * is not NULL afterwards.
 */
const char *sendjob_parse(const char *line, size_t n, struct sendjob *j);
/* may its addresses stand in commands? (smtpout_address) */
enum sendjob_verdict { SENDJOB_GOOD, SENDJOB_BAD_FROM, SENDJOB_BAD_TO };
enum sendjob_verdict sendjob_addresses(const struct sendjob *);
/* the key of its site into out (without a name the hosts are the site); its
 * length, or 0 when it has no room */
size_t sendjob_key(const struct sendjob *, char out[SENDJOB_KEY_MAX]);
/* what the labels say of a site; 0, or -1 with ENOMEM */
int sendsite_fill(struct sendsite *, const struct sendjob *, const char *key,
    size_t n);
/* from which addresses alone */
void sendsite_bind(struct sendsite *, const struct sendjob *);
void sendsite_free(struct sendsite *);

/* a new transaction with this job's recipient, or NULL with ENOMEM */
struct sendtxn *sendtxn_new(const struct sendjob *);
/* does the job belong to it?  (The caller has compared the sites.) */
int sendtxn_same(const struct sendtxn *, const struct sendjob *);
/* add the job's recipient; 0, or -1 with ENOMEM */
int sendtxn_add(struct sendtxn *, const struct sendjob *);
/* are its addresses all ASCII, whatever the smtputf8 label says? */
int sendtxn_ascii(const struct sendtxn *);
/* as if it had not been begun; 0 when a recipient has his answer already */
int sendtxn_again(struct sendtxn *);
void sendtxn_free(struct sendtxn *);

#endif
