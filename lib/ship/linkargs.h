#ifndef SHIP_LINKARGS_H
#define SHIP_LINKARGS_H

#include "ship/shipconn.h"
#include "ship/shipkeys.h"

/*
 * The command line of a link of log-ship, KIND PLACE [KEY=VALUE]..., which is
 * all that it has.  What is wrong ends the program with EXIT_PERM: usage, what
 * shipkeys_parse() says, a kind that is another program's.
 */
void linkargs_take(struct shipkeys *, int argc, char **argv, const char *usage);

/* the keys ca-file, cert-file and key-file */
void linkargs_tls(struct shipconn_to *, const struct shipkeys *);

/* a name and a password, of a file's first line, NAME:PASSWORD; either may be
 * empty */
enum { LINKARGS_USER_MAX = 4096 /* bytes of that file */ };
struct linkargs_user {
	char text[LINKARGS_USER_MAX + 1];
	const char *name, *password; /* in text; NULL: there is no file */
};
/*
 * linkargs_user - what the key user-file names, if it is given
 *
 * Returns 0, or -1 with errno: the file cannot be read, EINVAL: it has no such
 * line, EFBIG: it is too large.
 */
int linkargs_user(struct linkargs_user *, const struct shipkeys *);
/* the same; what is wrong ends the program with EXIT_TEMP */
void linkargs_need_user(struct linkargs_user *, const struct shipkeys *);

#endif
