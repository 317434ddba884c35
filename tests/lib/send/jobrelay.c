#include "send/jobrelay.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

int
main(void)
{
	static const struct {
		const char *labels;
		enum relayout_kind kind;
		enum dial_kind relay;
		unsigned port;
	} c[] = { { "x:1", RELAYOUT_NONE, DIAL_NONE, 0 },
		{ "socks:r/1080/192.0.2.9", RELAYOUT_SOCKS, DIAL_V4, 1080 },
		{ "proxy:r/5000/::1", RELAYOUT_PROXY, DIAL_V6, 5000 },
		{ "proxy:r/5000/::1\tsocks:r/1080/192.0.2.9", RELAYOUT_SOCKS,
		    DIAL_V4, 1080 },
		{ "proxy:r/5000/::1\tsocks:", RELAYOUT_PROXY, DIAL_V6, 5000 },
		{ "socks:r", RELAYOUT_SOCKS, DIAL_NONE, 0 },
		{ "proxy:r/25/name", RELAYOUT_PROXY, DIAL_NONE, 0 },
		{ "socks:r/0//path", RELAYOUT_SOCKS, DIAL_NONE, 0 } };
	static struct sendjob j;
	struct sendsite s;
	char line[300];
	size_t i;
	int n;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		n = snprintf(line, sizeof line,
		    "id:m\tn:0\tfrom:\tto:a@b\tsize:1\tfile:/f\tmx:m\t%s\n",
		    c[i].labels);
		if (sendjob_parse(line, (size_t)n, &j) != NULL)
			abort();
		memset(&s, 0, sizeof s);
		jobrelay_fill(&s, &j);
		is_num(s.relay_kind, c[i].kind, c[i].labels);
		is_num(s.relay.kind, c[i].relay, "its address");
		if (s.relay.kind != DIAL_NONE)
			is_num(s.relay.port, c[i].port, "its port");
	}
	return done();
}
