#ifndef FIX_SRS_H
#define FIX_SRS_H

#include "base/buf.h"
#include "conf/word.h"
#include "mail/token.h"

/*
 * The Sender Rewriting Scheme: a return path of our own for mail that we
 * forward, which says whose it was, so that what comes back can be handed on.
 * Its layout is that of Mail::SRS and libsrs2:
 *
 *	SRS0=HASH=TT=domain=user@our.domain          of user@domain
 *	SRS1=HASH=relay==HHH=TT=domain=user@our.domain   of SRS0=...@relay, and of
 *	                                              SRS1=...=relay==...@other
 *
 * TT is the day, modulo 1024, in base32.  HASH is ours and read by nobody
 * else: SRS_HASH_LEN characters of base32, of a keyed hash (HMAC-SHA-256) over
 * all that stands behind it.  Letter case counts in none of them, as relays
 * change it.  - and + stand for the first = where others have written it so.
 */
enum {
	SRS_HASH_LEN = 6, /* 30 bits */
	SRS_LOCAL_LEN =
	    64, /* bytes of a local part, RFC 5321 section 4.5.3.1.1 */
	SRS_LOCAL_MAX = 255, /* more than any is allowed to have */
	SRS_DAYS_DEFAULT = 21,
	SRS_DAYS_MAX = 365
};

/*
 * srs_make - the return path of a sender
 *
 * domain   ours
 * day      since 1970
 * most     bytes of its local part, at most
 *
 * Returns 1 with it in out; 0: he stays as he is, since it gets too long, or he
 * has no domain, or a local part that needs quotes; -1 with ENOMEM.
 */
int srs_make(struct buf *out, const struct token_keys *, struct slice sender,
    struct slice domain, unsigned day, size_t most);

enum srs_verdict {
	SRS_GOOD,
	SRS_EXPIRED, /* ours, and older than asked for */
	SRS_FORGED,  /* of the form, and not made with any of the keys */
	SRS_NONE     /* something else */
};

/*
 * srs_take - whom an address is to be handed on to
 *
 * local  a local part, to whose domain mail for such paths comes
 * today  days since 1970
 * days   how old it may be
 * out    receives with GOOD the address it was made of, for SRS1 the SRS0 of
 *        the relay
 *
 * Returns an enum srs_verdict, or -1 with ENOMEM.
 */
int srs_take(struct buf *out, const struct token_keys *, struct slice local,
    unsigned today, unsigned days);

#endif
