#ifndef SMTP_XCLIENT_H
#define SMTP_XCLIENT_H

#include "conf/word.h"

/*
 * What stands behind XCLIENT, by which a trusted peer says whose connection it
 * passes on: Postfix's XCLIENT_README.  NAME=VALUE with blanks between, in any
 * case, values in xtext.
 */
enum xclient_attribute {
	XCLIENT_NAME,
	XCLIENT_ADDR,
	XCLIENT_PORT,
	XCLIENT_PROTO,
	XCLIENT_HELO,
	XCLIENT_LOGIN,
	XCLIENT_DESTADDR,
	XCLIENT_DESTPORT,
	XCLIENT_ATTRIBUTES
};

struct xclient {
	/* p NULL: not there; n 0: [UNAVAILABLE] or [TEMPUNAVAIL], the peer
	 * does not know */
	struct slice value[XCLIENT_ATTRIBUTES];
};

/*
 * xclient_parse - the attributes of one command
 *
 * p, n  all of them
 * room  for n bytes, into which the values point
 *
 * Returns 0; -1 when one is not known, stands twice, has no value, or one
 * that is no xtext of printable UTF-8.
 */
int xclient_parse(const char *p, size_t n, struct xclient *, char *room);

#endif
