/* a recipient's last reply: status, host and text */
#include "bounce/lastreply.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in, *status, *host, *text;
	int result;
} replies[] = {
	{ "5.1.1 mx.example.net 550 no such user", "5.1.1", "mx.example.net",
	    "550 no such user", 0 },
	{ "4.4.1 - connection timed out", "4.4.1", "", "connection timed out",
	    0 },
	{ "5.7.1", "5.7.1", "", "", 0 },
	{ "5.7.1 host", "5.7.1", "host", "", 0 },
	{ "", "", "", "", -1 },
	{ "no such user", "", "", "no such user", -1 },
	{ "3.1.1 a b", "", "", "3.1.1 a b", -1 },
	{ "5.1 a b", "", "", "5.1 a b", -1 },
	{ "5.1.1.1 a b", "", "", "5.1.1.1 a b", -1 },
	{ "5.1234.1 a b", "", "", "5.1234.1 a b", -1 },
	{ "5..1 a b", "", "", "5..1 a b", -1 },
};

static const char *
or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

int
main(void)
{
	struct dsn_rcpt r;
	char *copy;
	size_t i;

	for (i = 0; i < sizeof replies / sizeof *replies; i++) {
		memset(&r, 0, sizeof r);
		copy = strdup(replies[i].in);
		is_num(lastreply(copy, &r), replies[i].result, replies[i].in);
		is_str(or_empty(r.status), replies[i].status, "status");
		is_str(or_empty(r.host), replies[i].host, "host");
		is_str(or_empty(r.text), replies[i].text, "text");
		free(copy);
	}
	return done();
}
