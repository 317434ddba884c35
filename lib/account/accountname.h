#ifndef ACCOUNT_ACCOUNTNAME_H
#define ACCOUNT_ACCOUNTNAME_H

#include "account/accountwire.h"

/*
 * What stands in the words of an edit: names, addresses of clients.
 */
/* of an organisation, a tenant or a user: 1 to max letters, digits and ._=+@-,
 * none of .- in front.  1 or 0 */
int accountname_ok(struct slice, size_t max);
/* "ORG/NAME", or a name alone, then org->n is 0 */
void accountname_split(struct slice, struct slice *org, struct slice *name);

/* addresses and networks with commas between them: NULL, or what is wrong */
const char *accountclients_fault(struct slice list);
/* is this text of an address among them?  What is none is in no list but the
 * empty one, which has all */
int accountclients_have(struct slice list, struct slice ip);

#endif
