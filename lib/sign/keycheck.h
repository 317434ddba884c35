#ifndef SIGN_KEYCHECK_H
#define SIGN_KEYCHECK_H

#include "crypt/privkey.h"
#include "dns/resolve.h"
#include "sign/dkimrecord.h"

/*
 * Does the DNS have the record of this key?  Asks it, which takes up to
 * wait_ms; *why as dkimrecord_judge() says it.
 */
enum dkimrecord_verdict keycheck(struct resolve *dns, const char *domain,
    const char *selector, const struct privkey *, int64_t wait_ms,
    const char **why);
/* the text of the record that should be there; 0, or -1 with ENOMEM */
int keycheck_record(struct buf *, const struct privkey *);
enum signing_algorithm keycheck_algorithm(const struct privkey *);

#endif
