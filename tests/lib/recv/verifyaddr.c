/* what the output of route -n means; who is there is in tests/cmd/sendmail.t */
#include "recv/verifyaddr.h"
#include "tap.h"

static const struct {
	const char *out;
	enum verifyaddr want;
} cases[] = {
	{ "local: b is local\nlocal via:local user:a\n", VERIFYADDR_GOES },
	{ "local\n", VERIFYADDR_GOES },
	{ "local: b is local\n", VERIFYADDR_LATER },
	{ "mx domain:b via:default\nsite:m\nm/25/192.0.2.1\n",
	    VERIFYADDR_GOES },
	{ "host host:m:25 domain:b\n", VERIFYADDR_GOES },
	{ "lmtp lmtp:m:24 domain:b\n", VERIFYADDR_GOES },
	{ "discard text:thrown away\n", VERIFYADDR_GOES },
	{ "mx domain:b\nbounced esc:5.1.2 class:dns text:no\n",
	    VERIFYADDR_NEVER },
	{ "mx domain:b\ndeferred esc:4.4.3 class:dns text:no\n",
	    VERIFYADDR_LATER },
	{ "routes:1: matches a@b\nbounced esc:5.7.1 class:policy text:no\n",
	    VERIFYADDR_NEVER },
	{ "mx domain:b\nsite:bounced\nbounced/25/192.0.2.1\n",
	    VERIFYADDR_GOES },
	{ "bounced esc:5.1.2", VERIFYADDR_LATER },
	{ "mxx a\n", VERIFYADDR_LATER },
	{ "\n", VERIFYADDR_LATER },
	{ "", VERIFYADDR_LATER },
};

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(verifyaddr_said(cases[i].out, strlen(cases[i].out)),
		    cases[i].want, cases[i].out);
	return done();
}
