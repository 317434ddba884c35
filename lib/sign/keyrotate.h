#ifndef SIGN_KEYROTATE_H
#define SIGN_KEYROTATE_H

#include "base/buf.h"
#include "crypt/privkey.h"
#include "dns/resolve.h"
#include "sign/signing.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * Gives a domain a new key, a step at a time, for cron:
 *
 *	state     until                      then
 *	idle      the key is old enough      make the next one: publish
 *	publish   the DNS has its record     change the lines of dkim: overlap
 *	overlap   the time is over           print the old one's revocation: idle
 *
 * So nothing is signed with a key that is not published.  The state is in
 * KEYDIR/DOMAIN/rotate-ALGORITHM, one line "STATE OLD NEW SINCE OLDKEY"; a
 * step that was interrupted is done again.  Root does with keys what is to be
 * done as the owner of KEYDIR, folder.h.
 */
struct keyrotate {
	struct resolve *dns;
	const char *confdir, *keydir, *domain;
	enum signing_algorithm algorithm;
	unsigned bits;
	gid_t gid; /* (gid_t)-1: none */
	int64_t now, wait_ms;
	uint64_t age_s; /* of a key that is to be replaced */
	uint64_t overlap_s;
};

/* the mode of keys, and of the folder of a domain */
static inline mode_t
keyrotate_mode(gid_t gid)
{
	return gid == (gid_t)-1 ? 0600 : 0640;
}

/* what is done with a key of KEYDIR, an act of act/act.h */
void keyrotate_log(const char *act, const char *keydir, const char *domain,
    const char *selector);
/*
 * make KEYDIR/DOMAIN/SELECTOR.pem, never over one that is there; the key
 * belongs to the caller.  Dies when it cannot be made
 */
struct privkey *keyrotate_make(const char *keydir, const char *domain,
    const char *selector, enum privkey_kind, unsigned bits, gid_t gid);
/* one step; out receives lines for people.  Dies on trouble */
void keyrotate(const struct keyrotate *, struct buf *out);

#endif
