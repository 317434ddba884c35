#ifndef SEND_LASTTRIES_H
#define SEND_LASTTRIES_H

#include "base/buf.h"
#include "send/host.h"
#include "send/result.h"

/*
 * The last attempts at each site, for who asks why its mail waits: when, which
 * host, from where, what came of it.  Recipients of a transaction with the same
 * answer are one.  A site is known by its name; of two whose names fall on one
 * place the later one has it.
 */
enum {
	LASTTRIES_N = 10,      /* of a site */
	LASTTRIES_SITES = 1024 /* places, each with memory when it is used */
};

/* all zero: none */
struct lasttries {
	struct lasttries_site *site[LASTTRIES_SITES];
};

/*
 * lasttries_add - an attempt has an answer
 *
 * txn   which transaction it is of
 * host  that answered; NULL: none was tried, and nothing is kept
 * now_us  since 1970
 *
 * Without memory it is not kept.
 */
void lasttries_add(struct lasttries *, const struct sendsite *,
    const struct sendtxn *txn, const struct sendhost *host,
    const struct sendresult *, int64_t now_us);
/*
 * lasttries_put - append them as text for people, the last first, a line each
 *
 * site, n  its name as in the label
 *
 * Returns 0, or -1 with ENOMEM.
 */
int lasttries_put(const struct lasttries *, const char *site, size_t n,
    struct buf *);
void lasttries_free(struct lasttries *);

#endif
