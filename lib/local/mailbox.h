#ifndef LOCAL_MAILBOX_H
#define LOCAL_MAILBOX_H

#include "conf/softtable.h"
#include "local/users.h"

/*
 * Is there a mailbox for a local user?  smtp-recv asks before it takes a
 * recipient, local-deliver before it makes a Maildir or bounces: both by
 * this function, so that what one takes the other delivers.
 */
struct mailbox_conf {
	const char *dir;         /* of the Maildirs; NULL: they are not here */
	struct softtable *users; /* the file `users`; NULL: none */
};

enum mailbox_answer {
	MAILBOX_NONE,
	MAILBOX_HERE,   /* the Maildir is there, or a link to it */
	MAILBOX_LISTED, /* not yet, but the user is known */
	MAILBOX_UNSURE  /* it cannot be known now; errno says why */
};

/*
 * mailbox_find - user and domain in lower case
 *
 * The Maildir first, then the file `users`, then, where it says so, the
 * system.  It need not be allowed to read the directory of the Maildirs,
 * only to search it.  A directory that is not there, or holds nothing
 * although nobody is listed, is more likely one that is not mounted:
 * UNSURE.
 */
enum mailbox_answer mailbox_find(const struct mailbox_conf *, struct slice user,
    struct slice domain);

/* before a program gives up files and system calls: what the system needs to
 * look for its users (nsswitch.conf(5)) is loaded, where `users` says that it is
 * asked */
void mailbox_prepare(const struct mailbox_conf *);

#endif
