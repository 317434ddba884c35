#ifndef HTTP_HTTPSURL_H
#define HTTP_HTTPSURL_H

#include "conf/word.h"

/*
 * An https URL (RFC 9110 section 4.2.2) of a host that has a name: with an
 * address in place of one no certificate says whose it is, and nobody in the
 * DNS that it may be asked.  Pure.
 */
enum {
	HTTPSURL_MAX = 1024, /* bytes */
	HTTPSURL_PORT = 443  /* where none is named */
};

struct httpsurl {
	char host[WORD_DOMAIN_MAX + 1]; /* lower case, no dot at its end */
	unsigned port;
	/* what is asked for there, beginning with / or ?; in the text; a
	 * fragment is left out.  Empty: / is meant */
	struct slice path;
};

/* 0, or -1 when it is none: another scheme, a name or password in front of the
 * host, an address, blanks, bytes that are not printable ASCII, too long */
int httpsurl_scan(const char *, size_t n, struct httpsurl *);

#endif
