#ifndef LOCAL_USERS_H
#define LOCAL_USERS_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `users`, conf(5): who has a mailbox although no Maildir is there
 * yet, one a line:
 *
 *   user           at every local domain
 *   user@domain    there alone
 *   :system        whom the system knows (getpwnam)
 *
 * Record: key in lower case, of :system the empty one; data the line's
 * number.
 */
extern const struct conffile conffile_users;

enum { USERS_NAME_MAX = 128 }; /* bytes of a mailbox name */

/*
 * may this be the name of a mailbox?  Not empty, not too long, no slash, no
 * control bytes, and in front no dot, hyphen, bar or colon: it names a
 * folder, stands in commands and in this file.
 */
int users_name_ok(const char *, size_t);

/* is there a line for the user?  lower case; 1, 0, or -1: table missing or
 * damaged */
int users_has(const struct lookup *, struct slice user, struct slice domain);
/* does the line :system stand there?  the same */
int users_system(const struct lookup *);

#endif
