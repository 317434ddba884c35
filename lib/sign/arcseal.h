#ifndef SIGN_ARCSEAL_H
#define SIGN_ARCSEAL_H

#include "crypt/digest.h"
#include "dkim/canon.h"
#include <stdint.h>

/*
 * Makes one ARC set (RFC 8617 section 5.1), but for the two signatures,
 * which are made elsewhere of the hashes that come out:
 *
 *	arcseal_begin(&s, &who, header, n);   what is to be done?
 *	arcseal_body(&s, piece, n);           any number of times
 *	arcseal_message(&s, cv, hash);        to be signed ...
 *	arcseal_seal(&s, b64, n, hash);       ... and once more
 *	arcseal_end(&s, b64, n, &front);
 *	arcseal_free(&s);
 *
 * header must live until arcseal_seal().
 */
enum {
	ARCSEAL_SETS_MAX = 50,      /* section 4.2.1 */
	ARCSEAL_NAMES_MAX = 100,    /* fields that are signed */
	ARCSEAL_HEADERS_MAX = 2000, /* bytes of a list of names */
	ARCSEAL_RESULTS_MAX = 32768 /* bytes of results that are taken over */
};

enum arcseal_cv { ARCSEAL_CV_NONE, ARCSEAL_CV_PASS, ARCSEAL_CV_FAIL };

/* must live as long as the seal */
struct arcseal_who {
	const char *id; /* authserv-id: whose results are taken over */
	const char *domain, *selector;
	const char *algorithm; /* "rsa-sha256" */
	const char *headers;   /* names to be signed, colon between; NULL: the
				* usual ones, as far as they are there */
	int64_t now;           /* t= */
};

enum arcseal_plan {
	ARCSEAL_GO,
	ARCSEAL_FAILED, /* the newest seal says cv=fail: the chain has ended */
	ARCSEAL_FULL,   /* there are ARCSEAL_SETS_MAX sets */
	ARCSEAL_GARBAGE /* a line in the header is no field: readers will not
			 * agree where the header ends */
};

struct arcseal {
	const struct arcseal_who *who;
	enum arcseal_plan plan;
	unsigned instance; /* of the new set */
	/* internal */
	const char *header;
	size_t header_len;
	enum arcseal_cv cv;
	struct buf results, signature, seal; /* the new fields, raw */
	struct digest body;
	struct canon_body canon;
};

/*
 * arcseal_begin - look at the chain that is there
 *
 * header  all fields, LF line ends, without the empty line
 *
 * Sets plan and instance; the structure must not move any more.  Returns 0, or
 * -1 with ENOMEM; the next three, too.
 */
int arcseal_begin(struct arcseal *, const struct arcseal_who *,
    const char *header, size_t n);
void arcseal_body(struct arcseal *, const char *, size_t n);
/* the body is over; cv: what the chain proved to be.  hash is to be signed; 0,
 * or -1 with ENOMEM, as the next two */
int arcseal_message(struct arcseal *, enum arcseal_cv,
    unsigned char hash[DIGEST_LEN]);
/* the signature of that hash, in base64 without blanks */
int arcseal_seal(struct arcseal *, const char *b64, size_t n,
    unsigned char hash[DIGEST_LEN]);
/* the signature of the second hash: appends the three fields, to be put in
 * front of the header */
int arcseal_end(struct arcseal *, const char *b64, size_t n, struct buf *out);
void arcseal_free(struct arcseal *);

/*
 * Is this a list of names that may be signed?  Neither Authentication-Results
 * (section 4.1.2), which the next one may take out, nor ARC fields.  NULL,
 * or what is wrong.
 */
const char *arcseal_headers_fault(const char *list);

#endif
