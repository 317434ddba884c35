#ifndef DNS_ALLOWOPT_H
#define DNS_ALLOWOPT_H

#include "dns/hostaddr.h"

/* The option that names addresses to which a program goes although they are
 * nonsense elsewhere, as those of this machine. */
enum { ALLOWOPT_MAX = 64 };

/* one more; room: those of the policy.  What will not do ends the program, as
 * in base/opt.h */
void allowopt_take(int option, const char *text, struct hostaddr_policy *,
    struct hostaddr_prefix room[ALLOWOPT_MAX]);

#endif
