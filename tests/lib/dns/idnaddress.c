/* the form by which an address is known again */
#include "dns/idnaddress.h"
#include "tap.h"
#include <string.h>

static const struct {
	const char *in, *form; /* NULL: none */
} t[] = {
	{ "joe@example.net", "joe@example.net" },
	{ "Joe+News@Example.NET.", "joe+news@example.net" },
	{ "\"Joe\"@example.net", "joe@example.net" },
	{ "\"joe x\"@example.net", "\"joe x\"@example.net" },
	{ "joe@b\xc3\xbc"
	  "cher.example",
	    "joe@xn--bcher-kva.example" },
	{ "joe@B\xc3\x9c"
	  "CHER.example",
	    "joe@xn--bcher-kva.example" },
	{ "joe@XN--BCHER-kva.example", "joe@xn--bcher-kva.example" },
	{ "j\xc3\xb6@example.net", "j\xc3\xb6@example.net" },
	{ "joe@[192.0.2.1]", "joe@[192.0.2.1]" },
	{ "", NULL },
	{ "joe", NULL },
	{ "joe@", NULL },
	{ "@example.net", NULL },
	{ "j\toe@example.net", NULL },
};

int
main(void)
{
	char out[WORD_ADDRESS_MAX + 1], in[WORD_ADDRESS_MAX + 2];
	unsigned i;
	int n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		n = idnaddress_form(t[i].in, strlen(t[i].in), out);
		is_num(n, t[i].form == NULL ? -1 : (int)strlen(t[i].form),
		    t[i].in);
		if (n != -1 && t[i].form != NULL)
			is_str(out, t[i].form, "its form");
	}
	memset(in, 'a', sizeof in);
	in[WORD_ADDRESS_MAX - 2] = '@';
	is_num(idnaddress_form(in, WORD_ADDRESS_MAX, out), WORD_ADDRESS_MAX,
	    "the longest");
	is_num(idnaddress_form(in, WORD_ADDRESS_MAX + 1, out), -1, "one more");
	return done();
}
