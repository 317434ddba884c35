/* TLS-Required in a header */
#include "mail/tlsrequired.h"
#include "tap.h"

int
main(void)
{
	static const struct {
		const char *header;
		int no;
	} t[] = {
		{ "", 0 },
		{ "Subject: x\n", 0 },
		{ "TLS-Required: No\n", 1 },
		{ "TLS-Required: No", 1 },
		{ "TLS-Required: No\n\nTLS-Required: No\n", 1 },
		{ "TLS-REQUIRED:no\n", 1 },
		{ "TLS-Required : No\n", 1 },
		{ "TLS-Required:\n \tno \n", 1 },
		{ "TLS-Required: Yes\n", 0 },
		{ "TLS-Required: No, really\n", 0 },
		{ "TLS-Required:\n", 0 },
		{ "TLS-Required-Not: No\n", 0 },
		{ "TLS-Required: No\nTLS-Required: No\n", 0 },
		{ "TLS-Required: No\nTLS-Required: x\n", 0 },
		{ "X: a\n TLS-Required: No\n", 0 },
		{ "X: a\n\nTLS-Required: No\n", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_num(tlsrequired_no(t[i].header, strlen(t[i].header)),
		    t[i].no, t[i].header);
	return done();
}
