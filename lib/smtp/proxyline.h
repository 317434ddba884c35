#ifndef SMTP_PROXYLINE_H
#define SMTP_PROXYLINE_H

#include "base/ip.h"
#include <stddef.h>
#include <stdint.h>

/*
 * The header that a proxy puts in front of a connection, by which it says
 * whose it is: haproxy's proxy-protocol.txt, version 1 (section 2.1, a line)
 * and 2 (section 2.2, bytes).  Only trusted peers may be read so; who else
 * sends one has sent something else.
 */
enum {
	PROXYLINE_V1_MAX = 107, /* the line with its CR LF */
	PROXYLINE_V2_HEAD = 16, /* what says how much follows */
	PROXYLINE_V2_MAX =
	    PROXYLINE_V2_HEAD + 2048 /* with TLVs, which are passed over */
};

enum proxyline_kind {
	PROXYLINE_MORE, /* not whole yet */
	PROXYLINE_BAD,
	PROXYLINE_OWN, /* the proxy's own connection: LOCAL, to look whether we
			* are there */
	PROXYLINE_UNKNOWN, /* of somebody whom it cannot name */
	PROXYLINE_CLIENT
};

/* addresses of CLIENT, those of IPv4 mapped; from is the client */
struct proxyline {
	enum proxyline_kind kind;
	unsigned char from[IP_LEN], to[IP_LEN];
	uint16_t from_port, to_port;
};

/*
 * proxyline_get - the header at the front
 *
 * Returns its bytes; 0 with MORE and BAD.  Nothing behind it is looked at.
 */
size_t proxyline_get(const char *p, size_t n, struct proxyline *);

/*
 * proxyline_wants - how many bytes may be read next
 *
 * So many that nothing behind the header is among them: what follows may be
 * TLS, which must find its first byte.  0: the header is whole, or none.
 */
size_t proxyline_wants(const char *p, size_t n);

#endif
