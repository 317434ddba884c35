#include "smtp/xclient.h"
#include "tap.h"
#include <stdlib.h>

/* want: values by number, NULL: bad.  A value that is not known is () */
static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ "  ", "" },
	{ "NAME=spike.example.com ADDR=168.100.189.2",
	    "0(spike.example.com)1(168.100.189.2)" },
	{ "name=a Addr=IPv6:2001:db8::1 port=1025 proto=ESMTP helo=me "
	  "LOGIN=ann DESTADDR=192.0.2.1 DESTPORT=25",
	    "0(a)1(IPv6:2001:db8::1)2(1025)3(ESMTP)4(me)5(ann)6(192.0.2.1)"
	    "7(25)" },
	{ "ADDR=[UNAVAILABLE] NAME=[tempunavail]", "0()1()" },
	{ "HELO=a+2Bb+3Dc+20d", "4(a+b=c d)" },
	{ "LOGIN=+5BUNAVAILABLE+5D", "5([UNAVAILABLE])" },
	{ "  HELO=a  PORT=1  ", "2(1)4(a)" },
	{ "NAME", NULL },
	{ "NAME=", NULL },
	{ "=a", NULL },
	{ "FOO=a", NULL },
	{ "NAMES=a", NULL },
	{ "NAM=a", NULL },
	{ "NAME=a NAME=b", NULL },
	{ "NAME=[UNAVAILABLE] name=b", NULL },
	{ "NAME=a=b", NULL },
	{ "NAME=a+2", NULL },
	{ "NAME=a+2b", NULL },
	{ "NAME=+00", NULL },
	{ "NAME=+0A", NULL },
	{ "NAME=+7F", NULL },
	{ "HELO=+C3+A4", "4(\xc3\xa4)" },
	{ "HELO=+C3", NULL },
	{ "HELO=+C2+80", NULL },
	{ "NAME=\xc3\xa4", NULL },
	{ "NAME=a\tADDR=b", NULL },
};

int
main(void)
{
	struct xclient x;
	char got[500], *in, *room;
	size_t i, n, off;
	unsigned k;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		in = malloc(n + 1);
		room = malloc(n + 1); /* for the sanitizer: no byte more */
		memcpy(in, cases[i].in, n);
		r = xclient_parse(in, n, &x, room);
		is_num(r, cases[i].want == NULL ? -1 : 0, cases[i].in);
		for (k = 0, off = 0; r == 0 && k < XCLIENT_ATTRIBUTES; k++)
			if (x.value[k].p != NULL)
				off += snprintf(got + off, sizeof got - off,
				    "%u(%.*s)", k, (int)x.value[k].n,
				    x.value[k].p);
		got[off] = '\0';
		if (r == 0 && cases[i].want != NULL)
			is_str(got, cases[i].want, "values");
		free(in);
		free(room);
	}
	return done();
}
