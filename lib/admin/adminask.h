#ifndef ADMIN_ADMINASK_H
#define ADMIN_ADMINASK_H

#include "account/accountwire.h"

/*
 * adminask - a question to account-check, waited for
 *
 * address  unix:PATH
 * answer   receives what was said; status LATER where nothing was
 *
 * 0, or -1: it is none that may be asked, accountwire_fault() says why.  Once for
 * a process at a time: it is its event loop.
 */
int adminask(const char *address, const struct accountwire_question *,
    struct accountwire_answer *);

#endif
