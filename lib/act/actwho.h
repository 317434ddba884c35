#ifndef ACT_ACTWHO_H
#define ACT_ACTWHO_H

#include <sys/types.h>

/*
 * actwho_login - who has logged in, where that is another one than who acts
 *
 * loginuid  what /proc/self/loginuid has, of the kernel's audit: a number that
 *           stays through su and sudo; NULL: it could not be read
 * uid       who acts
 * sudo      SUDO_UID of the environment, or NULL: it is taken from root alone,
 *           who may write whatever he likes anyway, where the kernel knows
 *           nothing
 * out       receives him
 *
 * 1, or 0: nobody else is known.
 */
int actwho_login(const char *loginuid, uid_t uid, const char *sudo, uid_t *out);

#endif
