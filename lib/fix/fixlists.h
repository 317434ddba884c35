#ifndef FIX_FIXLISTS_H
#define FIX_FIXLISTS_H

#include "fix/fix.h"
#include "suppress/suppressask.h"

/*
 * Recipients who get no more mail are taken out of a message, each with an
 * event `suppressed': here tenant and stream are known, which are not at RCPT.
 *
 * env   its envelope, as the rules have left it
 * text  receives what the sender is told when it is refused
 *
 * FIX_PASS: somebody is left; FIX_PERM: nobody is; FIX_TEMP: that cannot be
 * known now; -1 with ENOMEM.
 */
int fixlists(struct suppressask *, struct buf *env, int64_t now_s,
    const char **text);

#endif
