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

/* each has its own tables, and the text of its last answer */
static void
two(void)
{
	static struct verifyaddr_conf one, other;
	const char *why = "", *its = "";

	verifyaddr_open(&one, "/nonexistent", "/nonexistent", "one.example");
	verifyaddr_open(&other, "/nonexistent", "/nonexistent",
	    "other.example");
	is_num(verifyaddr_ask(&one, "a@one.example", &why), VERIFYADDR_LATER,
	    "a domain of the one: who is there cannot be known");
	is_num(verifyaddr_ask(&other, "a@one.example", &its), VERIFYADDR_GOES,
	    "the other knows nothing of it");
	is_str(its, "", "and says nothing");
	is_num(verifyaddr_ask(&other, "a@other.example", &its),
	    VERIFYADDR_LATER, "it has its own");
	ok(why == one.text && its == other.text, "each its own text");
}

int
main(void)
{
	size_t i;

	/* that there are no Maildirs is not of interest here */
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	two();

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(verifyaddr_said(cases[i].out, strlen(cases[i].out)),
		    cases[i].want, cases[i].out);
	return done();
}
