#include "base/ascii.h"
#include "tap.h"

/* each byte, against the lists written out */
static void
classes(void)
{
	static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			  lower[] = "abcdefghijklmnopqrstuvwxyz",
			  digits[] = "0123456789";
	int c, good = 1;
	const char *u, *l, *d;

	for (c = 0; c < 256; c++) {
		u = memchr(upper, c, 26);
		l = memchr(lower, c, 26);
		d = memchr(digits, c, 10);
		good &= ascii_upper((char)c) == (u != NULL) &&
		    ascii_letter((char)c) == (u != NULL || l != NULL) &&
		    ascii_digit((char)c) == (d != NULL) &&
		    ascii_alnum((char)c) ==
			(u != NULL || l != NULL || d != NULL) &&
		    ascii_blank((char)c) == (memchr(" \t", c, 2) != NULL) &&
		    ascii_white((char)c) == (memchr(" \t\r\n", c, 4) != NULL) &&
		    ascii_lower((char)c) ==
			(u != NULL ? lower[u - upper] : (char)c);
	}
	ok(good, "each byte is of its classes");
}

static void
words(void)
{
	static const struct {
		const char *p, *word;
		int is, begins;
	} t[] = {
		{ "", "", 1, 1 },
		{ "a", "", 0, 1 },
		{ "", "a", 0, 0 },
		{ "mail", "MAIL", 1, 1 },
		{ "MaIl", "mail", 1, 1 },
		{ "mail from", "mail", 0, 1 },
		{ "mai", "mail", 0, 0 },
		{ "nail", "mail", 0, 0 },
		{ "m\xe4il", "m\xe4il", 1, 1 },
		{ "m\xe4il", "m\xc4il", 0, 0 },
		{ "a@", "a`", 0, 0 },
		{ "a[", "a{", 0, 0 },
	};
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		n = strlen(t[i].p);
		is_num(ascii_is(t[i].p, n, t[i].word), t[i].is, t[i].p);
		is_num(ascii_begins(t[i].p, n, t[i].word), t[i].begins, t[i].p);
		is_num(ascii_same(t[i].p, n, t[i].word, strlen(t[i].word)),
		    t[i].is, t[i].word);
	}
	ok(ascii_same(NULL, 0, NULL, 0), "nothing is the same as nothing");
	ok(ascii_is("mailx", 4, "mail"), "only the bytes given are looked at");
	ok(!ascii_begins("mailx", 3, "mail"), "nor more");
}

static void
copies(void)
{
	char t[] = "A\0z[\xc4Z", out[7] = "......";

	ascii_lower_copy(out, t, 6);
	ok(memcmp(out, "a\0z[\xc4z", 7) == 0, "lower case of n bytes");
	ascii_lower_copy(t, t, 5);
	ok(memcmp(t, "a\0z[\xc4Z", 7) == 0, "in its place");
}

static void
which(void)
{
	static const char *const list[] = { "one", "", "on", "one" };

	is_num(ascii_which(list, 4, "one", 3), 0, "the first of two");
	is_num(ascii_which(list, 4, "one", 2), 2, "all of it counts");
	is_num(ascii_which(list, 4, "one", 0), 1, "an empty one");
	is_num(ascii_which(list, 4, "One", 3), -1, "another case");
	is_num(ascii_which(list, 4, "ones", 4), -1, "one that is longer");
	is_num(ascii_which(list, 2, "on", 2), -1, "behind the list");
	is_num(ascii_which(list, 0, "one", 3), -1, "no list");
}

static void
hex(void)
{
	static const char digits[] = "0123456789abcdef";
	char out[3] = "";
	const char *l;
	int c, want, good = 1;

	for (c = 0; c < 256; c++) {
		l = c < 'G' || c > 'F' + 32 ? NULL : memchr(digits, c, 16);
		if (c < 'G')
			l = memchr(digits, c >= 'A' ? c + 32 : c, 16);
		want = l == NULL ? -1 : (int)(l - digits);
		good &= ascii_hex_value((char)c) == want &&
		    ascii_hex_value_upper((char)c) == (c >= 'a' ? -1 : want);
		ascii_hex(out, c);
		good &=
		    ascii_hex_value(out[0]) * 16 + ascii_hex_value(out[1]) == c;
		ascii_hex_upper(out, c);
		good &= ascii_hex_value_upper(out[0]) * 16 +
			ascii_hex_value_upper(out[1]) ==
		    c;
	}
	ok(good, "each byte, as a digit and as two");
	ascii_hex(out, 0xaf);
	is_str(out, "af", "small letters");
	ascii_hex_upper(out, 0xaf);
	is_str(out, "AF", "and capital ones");
}

static void
like(void)
{
	static const struct {
		const char *pattern, *s;
		int good;
	} cases[] = {
		{ "", "", 1 },
		{ "", "a", 0 },
		{ "a", "", 0 },
		{ "a", "A", 1 },
		{ "abc", "ab", 0 },
		{ "ab", "abc", 0 },
		{ "*", "", 1 },
		{ "*", "abc", 1 },
		{ "**", "abc", 1 },
		{ "?", "", 0 },
		{ "?", "x", 1 },
		{ "a?c", "abc", 1 },
		{ "*c", "abcc", 1 },
		{ "a*", "abc", 1 },
		{ "*b*", "abc", 1 },
		{ "*ab*ab*", "xabyab", 1 },
		{ "*ab*ab*", "xabyb", 0 },
		{ "a*b?d", "aXbbcd", 1 },
		{ "*.x", "mx.x.x", 1 },
	};
	static char many[20001];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(ascii_like(cases[i].pattern, strlen(cases[i].pattern),
			   cases[i].s, strlen(cases[i].s)),
		    cases[i].good, cases[i].pattern);
	/* no pattern makes it slow */
	memset(many, 'a', sizeof many - 1);
	ok(!ascii_like("*a*a*a*a*a*a*a*b", 16, many, sizeof many - 1),
	    "many stars");
}

int
main(void)
{
	like();
	classes();
	words();
	copies();
	which();
	hex();
	return done();
}
