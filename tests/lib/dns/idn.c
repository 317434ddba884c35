/* domains as DNS knows them */
#include "conf/word.h"
#include "dns/idn.h"
#include "tap.h"

static const struct {
	const char *in, *want; /* NULL: none */
} cases[] = {
	{ "b\xc3\xbc"
	  "cher.example",
	    "xn--bcher-kva.example" },
	{ "B\xc3\x9c"
	  "CHER.example",
	    "xn--bcher-kva.example" },
	/* u and a combining diaeresis are put together */
	{ "bu\xcc\x88"
	  "cher.example",
	    "xn--bcher-kva.example" },
	/* no transition: sharp s stays one */
	{ "stra\xc3\x9f"
	  "e.example",
	    "xn--strae-oqa.example" },
	{ "\xe4\xbe\x8b\xe3\x81\x88.example", "xn--r8jz45g.example" },
	{ "a.example", "a.example" },
	{ "a_b.example", "a_b.example" },
	{ "xn--bcher-kva.example", "xn--bcher-kva.example" },
	{ "", NULL },
	{ "a b.example", NULL },
	{ "a..example", NULL },
	{ "\xff.example", NULL },
	{ "\xc3", NULL },
	{ "\xe2\x80\x8b"
	  "a.example\xe2\x80\x8b/",
	    NULL },
};

static void
limits(void)
{
	char in[WORD_DOMAIN_MAX + 8], out[WORD_DOMAIN_MAX + 1];
	size_t n, i;

	for (n = WORD_DOMAIN_MAX; n <= WORD_DOMAIN_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			in[i] = i % 60 == 59 ? '.' : 'a';
		is_num(idn_ascii(in, n, out), n == WORD_DOMAIN_MAX ? 0 : -1,
		    "length of a domain");
	}
	/* 63 bytes of a label, as A-label */
	for (n = 56; n <= 57; n++) {
		memset(in, 'a', n);
		memcpy(in + n, "\xc3\xbc.de", 5);
		is_num(idn_ascii(in, n + 5, out) == 0 &&
			strchr(out, '.') - out > 63,
		    0, "length of a label");
	}
	is_num(idn_ascii("a\0b", 3, out), -1, "NUL");
}

int
main(void)
{
	char out[WORD_DOMAIN_MAX + 1], utf8[IDN_UTF8_ROOM];
	size_t i;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		r = idn_ascii(cases[i].in, strlen(cases[i].in), out);
		is_num(r, cases[i].want == NULL ? -1 : 0, cases[i].in);
		if (r == 0 && cases[i].want != NULL)
			is_str(out, cases[i].want, "ASCII");
	}
	is_num(idn_utf8("xn--mller-kva.example", 21, utf8), 0, "for people");
	is_str(utf8, "m\xc3\xbcller.example", "for people");
	is_num(idn_utf8("a.example", 9, utf8), 0, "nothing in it");
	is_str(utf8, "a.example", "is the same");
	is_num(idn_utf8("a\0b", 3, utf8), -1, "NUL");
	is_num(idn_needed("a.example", 9), 0, "ASCII needs nothing");
	is_num(idn_needed("\xc3\xbc", 2), 1, "UTF-8 does");
	is_num(idn_needed("a\xc3", 1), 0, "only what is counted");
	limits();
	return done();
}
