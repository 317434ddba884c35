#ifndef SEND_LOGINREAD_H
#define SEND_LOGINREAD_H

#include <stddef.h>

/*
 * The file of logins at other servers, remote-send(8): a line "NAME USER
 * PASSWORD" each, one blank between, the password is the rest of it.  It is
 * read when a login is needed, and nothing of it is kept.
 */
enum {
	LOGINREAD_BYTES_MAX = 65536, /* of the file */
	LOGINREAD_WHY = 200          /* bytes of a fault, with its NUL */
};

struct loginread {
	char *user, *password; /* in room */
	char *room;
	size_t len; /* of it */
};

/*
 * loginread - the login of a name
 *
 * file  nobody but its owner may read or write it; no link; NULL: there is none
 * why   receives what is wrong
 *
 * Returns 0, and loginread_free() wipes it; or -1.
 */
int loginread(struct loginread *, const char *file, const char *name,
    char why[LOGINREAD_WHY]);
void loginread_free(struct loginread *);

#endif
