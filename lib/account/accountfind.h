#ifndef ACCOUNT_ACCOUNTFIND_H
#define ACCOUNT_ACCOUNTFIND_H

#include "account/accountdb.h"
#include "account/accountjudge.h"

/* what is known of a key by its number, of a user by ORG/NAME, or by a name that
 * one organisation alone has: 1, 0: there is none, or -1 with fault */
int accountfind_key(struct accountdb *, struct slice number,
    struct account_found *);
int accountfind_user(struct accountdb *, struct slice name,
    struct account_found *);

#endif
