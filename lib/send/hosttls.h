#ifndef SEND_HOSTTLS_H
#define SEND_HOSTTLS_H

#include "send/host.h"
#include "tls/tls.h"

/*
 * What one host must show, by the policy of its site (job(5), tls), and what
 * it means when it does not.
 */
struct hosttls {
	const char *cert;  /* the site's */
	enum sendtls word; /* the policy that holds at this host */
	/* for tls_client_start(); all of it points into the site, the
	 * transaction, the host or in here, so that it stays where it is until
	 * hosttls_free() */
	struct tls_target target;
	struct tls_demand demand;
	const char *names[TLS_NAMES_MAX]; /* that the certificate may have */
	struct hosttls_dane *dane;        /* TLSA records, NULL: none */
	uint64_t hash;  /* of all that is demanded: by that it is remembered
			 * that a host does not do */
	uint64_t facts; /* of what the DNS says of the host */
};

/* the policy of a site, where it does not depend on the host's records */
enum sendtls hosttls_policy(const struct sendsite *, const struct sendhost *);
/* its word, as in job(5) */
const char *hosttls_word(enum sendtls);
/* the label tls-policy: the word, and "+requiretls" */
const char *hosttls_label(enum sendtls, const struct sendsite *);

/* is it said for good, by the host itself, that it does not do? */
int hosttls_is_final(enum tls_failure);

enum hosttls_fault {
	HOSTTLS_GOOD,
	HOSTTLS_NO_TLSA,   /* the site wants records, and there are none */
	HOSTTLS_MALFORMED, /* those of the label */
	HOSTTLS_NO_MEMORY
};
/* fill for the host that has its turn; with GOOD hosttls_free() it */
enum hosttls_fault hosttls_fill(struct hosttls *, const struct sendsite *,
    const struct sendtxn *, const struct sendhost *);
/* when the handshake is over: the records go, word, hash and facts stay */
void hosttls_free(struct hosttls *);
/* may a session that came up so carry this transaction, too?  What the DNS says
 * may have changed since */
int hosttls_serves(const struct hosttls *, const struct sendtxn *,
    const struct sendhost *);
/* does a certificate with this name do for this transaction alone?  So it is
 * when it has the name of the destination, and none of the host's */
int hosttls_once(const struct hosttls *, const char *matched);
/* the records of the label tlsa, behind the name by which they were found; their
 * length, 0: none, or none that is usable */
size_t hosttls_records(const struct sendtxn *, const struct sendhost *,
    const char **at);
/* append all of it: by that a session is found again.  0, or -1 with ENOMEM */
int hosttls_key(const struct hosttls *, struct buf *);

/*
 * hosttls_result - how a session went, as RFC 8460 section 4.3 calls it
 *
 * failure  why it did not come up
 * verdict  on the certificate, TLS_V_NONE when there was none
 *
 * Returns a word of that section.  What the site forbids is a failure of the
 * certificate: TLS_CERTIFICATE.
 */
const char *hosttls_result(enum tls_failure, enum tls_verdict);
/* one of its words, as it stands there; NULL: it is none */
const char *hosttls_result_word(const char *, size_t n);
/* what it is when STARTTLS is not offered, or refused */
extern const char hosttls_not_supported[];
/* and when a host has no TLSA records, which it must have */
extern const char hosttls_dane_required[];

#endif
