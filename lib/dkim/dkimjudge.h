#ifndef DKIM_DKIMJUDGE_H
#define DKIM_DKIMJUDGE_H

#include "dkim/dkimverify.h"

/*
 * What signatures and the chain come to: the inside of dkimverify, and its
 * half that has the keys.
 */

/* c comes to r; why is not used with a pass */
void dkimjudge_settle(struct dkimverify *, struct dkimverify_check *c,
    enum dkim_result r, const char *why);

/* the chain fails: because of part and instance i, unless part is NULL.  The
 * first failure that is certain stays; r tells temporary ones */
void dkimjudge_chain(struct dkimverify *, enum dkim_result r, const char *part,
    unsigned i, const char *why);

#endif
