#ifndef SASL_SASLNAME_H
#define SASL_SASLNAME_H

#include <stddef.h>

/*
 * Names: of mechanisms (RFC 4422 section 3.1), and how long that of a login
 * may be.
 */
enum {
	SASLNAME_MAX = 20,       /* bytes of a mechanism's name */
	SASLNAME_LOGIN_MAX = 255 /* bytes of a login's name: RFC 4616 section 2
				    wants that many, and nobody more */
};

/* is this a mechanism's name?  Capitals, digits, - and _ */
int saslname_ok(const char *, size_t);
/*
 * may a server that offers it, offer it to our clients through us?  Not who
 * is nobody (ANONYMOUS), not what we answer ourselves (EXTERNAL), not what
 * needs to see the connection (-PLUS), and not GSSAPI, GSS-SPNEGO and NTLM,
 * which are no good over a relay of messages.
 */
int saslname_offered(const char *, size_t);

/*
 * The name of a login: 1 to SASLNAME_LOGIN_MAX bytes of UTF-8 without control
 * characters and blanks at its ends.
 */
int saslname_login_ok(const char *, size_t);

#endif
