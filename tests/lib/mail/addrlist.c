#include "mail/addrlist.h"
#include "tap.h"
#include <stdlib.h>

/* the addresses one after the other with a bar between; ! for a bad one */
static void
list(const char *in, size_t n, char *out)
{
	char one[ADDRLIST_ADDRESS_MAX + 1];
	const char *p = in, *before;
	long r;

	*out = '\0';
	do {
		before = p;
		r = addrlist_next(&p, in + n, one);
		if (r == 0)
			break;
		if (*out != '\0')
			strcat(out, "|");
		strcat(out, r == -1 ? "!" : one);
	} while (p > before);
	if (r != 0)
		strcat(out, "STUCK");
}

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ " \t\n ", "" },
	{ "a@b", "a@b" },
	{ "a@b, c@d", "a@b|c@d" },
	{ "a@b,c@d,", "a@b|c@d" },
	{ ",,a@b,,,c@d", "a@b|c@d" },
	{ "a@b; c@d", "a@b|c@d" },
	{ "bob", "bob" },
	{ "bob, eve", "bob|eve" },
	{ "<a@b>", "a@b" },
	{ "< a@b >", "a@b" },
	{ "Ann <a@b>", "a@b" },
	{ "Ann B. C. <a@b>, D <d@e>", "a@b|d@e" },
	{ "\"Ann, the \\\"first\\\"\" <a@b>", "a@b" },
	{ "Ann\n\tOther\n <a@b>,\n c@d", "a@b|c@d" },
	{ "a@b (Ann)", "a@b" },
	{ "(x) a (y) @ (z) b (w)", "a@b" },
	{ "(a (nested \\) ) comment, with comma) c@d", "c@d" },
	{ "a . b @ c . d", "a.b@c.d" },
	{ "\"x y\"@b", "\"x y\"@b" },
	{ "\"x\\\"y\"@b", "\"x\\\"y\"@b" },
	{ "\"x,y\"@b, c@d", "\"x,y\"@b|c@d" },
	{ "\"a\".\"b\"@c", "\"a\".\"b\"@c" },
	{ "\"a\n b\"@c", "\"a b\"@c" },
	{ "a@[127.0.0.1]", "a@[127.0.0.1]" },
	{ "a@[IPv6:::1], b", "a@[IPv6:::1]|b" },
	{ "<@x,@y:a@b>", "a@b" },
	{ "Z <@x:a@b>", "a@b" },
	{ "undisclosed-recipients:;", "" },
	{ "Undisclosed recipients: ;", "" },
	{ "Friends: a@b, C <c@d>;, e@f", "a@b|c@d|e@f" },
	{ "A Group:a@b,c@d;x@y", "a@b|c@d|x@y" },
	{ "=?utf-8?q?J=C3=B6rg?= <j@x>", "j@x" },
	{ "=?utf-8?b?SsO2cmc=?=\n =?utf-8?q?_M?= <j@x>", "j@x" },
	{ "J\303\266rg <j\303\266rg@\303\266.example>",
	    "j\303\266rg@\303\266.example" },
	{ "Ann <a@b> (work)", "a@b" },
	{ "Ann <a@b> Smith", "a@b" },
	{ "a@b.c <x@y>", "x@y" },
	{ "x@y.z@w <x@y>", "x@y" },
	{ "'a@b'", "'a@b'" },
	{ "a+b=c/d!e#f@g", "a+b=c/d!e#f@g" },
	{ "user%host@relay", "user%host@relay" },
	/* dots as people have them */
	{ ".a@b", ".a@b" },
	{ "a.@b", "a.@b" },
	{ "A <a..b@c>, d", "a..b@c|d" },
	{ "a@b., <c@d.>, e@f. (g)", "a@b|c@d|e@f" },
	{ ".NET <a@b>", "a@b" },
	{ "A. B.. <a@b>", "a@b" },
	{ "\"a\r\n b\"@c,\r\n d\r\n\t@e", "\"a b\"@c|d@e" },
	/* bad ones, and going on behind them */
	{ "Ann Other", "!" },
	{ "Ann Other, a@b", "!|a@b" },
	{ "a@b c@d", "!" },
	{ "a@", "!" },
	{ "@b", "!" },
	{ "a@@b, c", "!|c" },
	{ "a@b@c, d", "!|d" },
	{ ".@b", "!" },
	{ "a@b..", "!" },
	{ "a@b..c", "!" },
	{ "a.", "!" },
	{ "\"a\rb\"@c", "!" },
	{ "a\rb@c", "!" },
	{ "a@b\r", "!" },
	{ "a@.b", "!" },
	{ "<>", "!" },
	{ "<a@b", "!" },
	{ "<a@b, c@d", "!|c@d" },
	{ "a@b>", "!" },
	{ "<a@b> <c@d>", "!" },
	{ "<<a@b>>", "!" },
	{ "\"a@b", "!" },
	{ "(a@b", "!" },
	{ "a@b)", "!" },
	{ "a@[1.2.3.4", "!" },
	{ "a@\"b\"", "!" },
	{ "[a]@b", "!" },
	{ "a\\b@c", "!" },
	{ "a\001b@c", "!" },
	{ "\"a\001b\"@c", "!" },
	{ "\"a\\\001b\"@c", "!" },
	{ "\"a\\\nb\"@c", "!" },
};

/* prefix, count times c, suffix */
static void
limit(const char *prefix, char c, size_t count, const char *suffix, int good,
    const char *name)
{
	size_t a = strlen(prefix), b = strlen(suffix);
	char *s = malloc(a + count + b + 1), one[ADDRLIST_ADDRESS_MAX + 1];
	const char *p = s;

	memcpy(s, prefix, a);
	memset(s + a, c, count);
	memcpy(s + a + count, suffix, b + 1);
	ok((addrlist_next(&p, s + a + count + b, one) > 0) == good, name);
	free(s);
}

int
main(void)
{
	static char got[4096];
	char one[ADDRLIST_ADDRESS_MAX + 1], *exact;
	const char *p;
	size_t i, n;
	int stuck = 0;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		/* in memory of just that size: nothing behind it is read */
		exact = malloc(n + 1);
		memcpy(exact, cases[i].in, n);
		list(exact, n, got);
		is_str(got, cases[i].want, cases[i].want);
		for (; n > 0; n--) {
			list(exact, n, got);
			stuck += strstr(got, "STUCK") != NULL;
		}
		free(exact);
	}
	is_num(stuck, 0, "every prefix comes to an end");
	p = "a\0b@c";
	is_num(addrlist_next(&p, p + 5, one), -1, "NUL");
	limit("", 'x', ADDRLIST_ADDRESS_MAX - 2, "@b", 1, "at the limit");
	limit("", 'x', ADDRLIST_ADDRESS_MAX - 1, "@b", 0, "one above");
	limit("A ", 'x', 100000, " <a@b>", 1, "long display name");
	limit("", '(', ADDRLIST_COMMENTS_MAX, "", 0, "unfinished comment");
	limit("a@b ((((((((((((((((((((((((((((((((", ')',
	    ADDRLIST_COMMENTS_MAX, "", 1, "comments at the limit");
	limit("a@b (((((((((((((((((((((((((((((((((", ')',
	    ADDRLIST_COMMENTS_MAX + 1, "", 0, "comments one above");
	return done();
}
