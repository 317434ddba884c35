#ifndef SENDMAIL_LOCALUSER_H
#define SENDMAIL_LOCALUSER_H

#include "sendmail/envelope.h"
#include "sendmail/localheader.h"

/* The user who runs a program that sends mail for him. */
struct localuser {
	char from
	    [ENVELOPE_ADDRESS_ROOM]; /* of localuser_address(), or uidN@me */
	const char *name; /* his full name, valid until the next look-up of
			   * a user; empty when unknown */
	char origin[32], message_id[HOSTNAME_MAX + 80]; /* of a message now */
};

void localuser_read(struct localuser *, const char *me);
/*
 * localuser_address - the address of a user by the name that the system has
 *
 * NAME@me, with quotes where they are needed ("DOMAIN\\user"@me); a name that
 * is an address, as directories have them, is one.
 */
void localuser_address(char out[ENVELOPE_ADDRESS_ROOM], const char *name,
    const char *me);

/*
 * localuser_stamp - what says when and by whom a message was made
 *
 * Fills message_id, origin, now and offset of s, from s->me; the texts are
 * in the caller.  Returns 0, or -1 with errno when there is no chance.
 */
int localuser_stamp(struct localuser *, struct localheader *s);

#endif
