#ifndef TLSCHECK_HELLOWIRE_H
#define TLSCHECK_HELLOWIRE_H

/*
 * Numbers and sizes of a handshake as it stands on the wire: RFC 8446 section 4
 * and 5, and for what is of TLS 1.2 only RFC 5246 section 7.4.  Only for the
 * parts of hello.h.
 */
enum { ALERT = 21, HANDSHAKE = 22 };
enum {
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	CERTIFICATE = 11,
	KEY_EXCHANGE = 12,
	CERTIFICATE_REQUEST = 13,
	HELLO_IS_DONE = 14
};
enum {
	X_NAME = 0,
	X_GROUPS = 10,
	X_POINTS = 11,
	X_SIGNATURES = 13,
	X_VERSIONS = 43,
	X_SHARES = 51,
	X_RENEGOTIATION = 0xff01
};
enum { MESSAGE_HEAD = 4, RANDOM = 32, NAMED_CURVE = 3 };

#endif
