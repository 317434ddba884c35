#include "smtp/foreign.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in;
	int first, later;
} cases[] = {
	{ "", 0, 0 },
	{ "\r\n", 0, 0 },
	{ " \r\n", 0, 0 },
	{ " GET / HTTP/1.0\r\n", 1, 1 },
	{ "EHLO x\r\n", 0, 0 },
	{ "MAIL FROM:<get@x>\r\n", 0, 0 },
	{ "what\r\n", 0, 0 },
	{ "GETX / \r\n", 0, 0 },
	{ "GET / HTTP/1.1\r\n", 1, 1 },
	{ "get /\r\n", 1, 1 },
	{ "GET\r\n", 1, 1 },
	{ "GET / HTTP/1.1\n", 1, 1 },
	{ "POST /x HTTP/1.1\r\n", 1, 1 },
	{ "PUT /\r\n", 1, 1 },
	{ "HEAD /\r\n", 1, 1 },
	{ "CONNECT h:25 HTTP/1.1\r\n", 1, 1 },
	{ "OPTIONS * \r\n", 1, 1 },
	{ "DELETE /\r\n", 1, 1 },
	{ "PATCH /\r\n", 1, 1 },
	{ "PRI * HTTP/2.0\r\n", 1, 1 },
	{ "FROB /x HTTP/1.1\r\n", 1, 1 },
	{ "say HTTP/1.1\r\n", 1, 1 },
	{ "x\r\nGET /\r\n", 0, 0 },
	{ "\026\003\001\002", 1, 0 },
	{ "\200.\001\003", 1, 0 },
	{ "\004\001", 1, 0 },
	{ "*1\r\n", 1, 0 },
	{ "{\"a\":1}\r\n", 1, 0 },
	{ "<a@b>\r\n", 1, 0 },
	{ "SSH-2.0-x\r\n", 1, 0 },
	{ "PROXY TCP4 192.0.2.1 192.0.2.2 1 25\r\n", 1, 0 },
	{ "USER a\r\n", 1, 0 },
	{ "INVITE sip:a@b SIP/2.0\r\n", 1, 0 },
};

int
main(void)
{
	char *exact;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].in, n);
		is_num(foreign_line(exact, n, 1), cases[i].first, cases[i].in);
		is_num(foreign_line(exact, n, 0), cases[i].later, "  later");
		free(exact);
	}
	return done();
}
