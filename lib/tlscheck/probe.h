#ifndef TLSCHECK_PROBE_H
#define TLSCHECK_PROBE_H

#include "tlscheck/chainsaid.h"
#include <stdint.h>

/*
 * What one address of a mail server offers in TLS: asked over connections of
 * its own, one behind the other, as a sender comes in, and told line by line.
 * No mail is sent, and none is asked for.
 */
enum { PROBE_GREETING_MAX = 200 }; /* bytes of a reply that is shown */

struct probe {
	struct chainsaid said; /* where, host, port, anchors, now_s, dns, tlsa,
				* report */
	const unsigned char *ip; /* 4 or 16 bytes */
	size_t ip_len;
	const char *name; /* of the server, to be said; NULL: it has none */
	const char *helo;
	int64_t step_ms;
	unsigned implicit : 1; /* TLS from the first byte */
	unsigned each : 1;     /* ask for each suite */
};

void probe(const struct probe *);

#endif
