/* addresses in running text */
#include "feedback/addrfind.h"
#include "tap.h"

static const struct {
	const char *text, *want; /* with a bar behind each */
} cases[] = {
	{ "", "" },
	{ "nobody here", "" },
	{ "a@b", "" },
	{ "@b.example", "" },
	{ "a@", "" },
	{ "a@b.example", "a@b.example|" },
	{ "<a@b.example>:", "a@b.example|" },
	{ "to a@b.example, c@d.example.", "a@b.example|c@d.example|" },
	{ "(a.b+c=d@b.example)", "a.b+c=d@b.example|" },
	{ "\"a b\"@b.example said", "\"a b\"@b.example|" },
	{ "x\"a@b.example", "a@b.example|" },
	{ "a@[192.0.2.1]: no", "a@[192.0.2.1]|" },
	{ "a@[192.0.2.1 no", "" },
	{ "a@b.example... User unknown", "a@b.example|" },
	{ "a@b..example", "a@b..example|" },
	{ "a@-b.example-", "a@-b.example|" },
	{ "http://x@b.example/", "" },
	{ "see https://b.example/?u=a@b.example now a@c.example",
	    "a@c.example|" },
	{ "mailto:a@b.example", "a@b.example|" },
	{ "rfc822;a@b.example", "a@b.example|" },
	{ "'a@b.example'", "a@b.example|" },
	{ "\"emailAddress\":\"a@b.example\",", "a@b.example|" },
	{ "F=[a@b.example] T=[c@d.example]", "a@b.example|c@d.example|" },
	{ "an\303\244a@b.example", "an\303\244a@b.example|" },
	{ "\343\201\257a@b.example\343\201\253", "a@b.example|" },
	{ "\303\266\303\244@\303\274.example",
	    "\303\266\303\244@\303\274.example|" },
	{ "a@@b.example", "" },
	{ "a@b@c.example", "b@c.example|" },
};

static void
finds(void)
{
	char got[400];
	const char *p, *end;
	struct slice a;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		p = cases[i].text;
		end = p + strlen(p);
		for (n = 0; addrfind_next(&p, end, &a);)
			n += (size_t)snprintf(got + n, sizeof got - n, "%.*s|",
			    (int)a.n, a.p);
		got[n] = '\0';
		is_str(got, cases[i].want, cases[i].text);
		ok(p == end, "and looks at all of it");
	}
}

static void
limits(void)
{
	char text[2 * ADDRFIND_URL_MAX];
	const char *p = text;
	struct slice a;

	memset(text, 'a', sizeof text);
	memcpy(text + ADDRFIND_LOCAL_MAX, "@b.example", 10);
	ok(addrfind_next(&p, text + ADDRFIND_LOCAL_MAX + 10, &a) == 1 &&
		a.n == ADDRFIND_LOCAL_MAX + 10,
	    "a local part of the limit");
	memcpy(text + ADDRFIND_LOCAL_MAX, "a@b.example", 11);
	p = text;
	ok(addrfind_next(&p, text + ADDRFIND_LOCAL_MAX + 11, &a) == 0,
	    "and one byte more");

	/* an URL that goes on for long */
	memset(text, '/', sizeof text);
	memcpy(text, "://", 3);
	memcpy(text + ADDRFIND_URL_MAX - 1, "/a@b.example ", 13);
	p = text;
	ok(addrfind_next(&p, text + ADDRFIND_URL_MAX + 12, &a) == 0,
	    "within an URL");
	memset(text, '/', sizeof text);
	memcpy(text, "://", 3);
	memcpy(text + ADDRFIND_URL_MAX, "/a@b.example ", 13);
	p = text;
	ok(addrfind_next(&p, text + ADDRFIND_URL_MAX + 13, &a) == 1,
	    "too far behind its begin");
}

static void
fields(void)
{
	static const char text[] =
	    "To: a@x.example, A <b@x.example>\nSubject: no@x.example\n"
	    "cc: c@x.example\nTo: none\n\nTo: body@x.example\n";
	static const char *const names[] = { "Cc", "To", NULL };
	static const char *const want[] = { "a@x.example", "b@x.example",
		"c@x.example" };
	struct slice header = { text, sizeof text - 1 }, a[4];
	size_t i;

	is_num(addrfind_fields(header, names, a, 4), 3, "in fields");
	for (i = 0; i < 3; i++)
		ok(a[i].n == 11 && memcmp(a[i].p, want[i], 11) == 0, want[i]);
	is_num(addrfind_fields(header, names, a, 2), 2, "as many as may be");
	is_num(addrfind_fields((struct slice){ NULL, 0 }, names, a, 4), 0,
	    "no header");
}

static int
third(void *arg, struct slice a)
{
	(void)a;
	return ++*(int *)arg == 3 ? 7 : 0;
}

static void
each(void)
{
	static const char text[] =
	    "To: a@x.example, b@x.example\nCc: c@x.example, d@x.example\n";
	static const char *const both[] = { "Cc", "To", NULL };
	static const char *const none[] = { NULL };
	struct slice header = { text, sizeof text - 1 };
	int n = 0;

	is_num(addrfind_each(header, both, third, &n), 7, "what it returned");
	is_num(n, 3, "and no more are given");
	n = -1;
	is_num(addrfind_each(header, both + 1, third, &n), 0, "to the end");
	is_num(n, 1, "of one name");
	is_num(addrfind_each(header, none, third, &n), 0, "of no name");
	is_num(n, 1, "none are given");
}

static void
phrases(void)
{
	static const char *const list[] = { "x", "user unknown", NULL };
	struct slice s = { "550 User Unknown", 16 };

	ok(addrfind_has(s, "user unknown"), "case does not count");
	ok(addrfind_has(s, "550"), "at the front");
	ok(!addrfind_has(s, "user unknown."), "longer than what is left");
	ok(!addrfind_has((struct slice){ "", 0 }, "a"), "in nothing");
	ok(addrfind_any(s, list), "one of several");
	ok(!addrfind_any((struct slice){ "550", 3 }, list), "none of them");
}

int
main(void)
{
	finds();
	limits();
	fields();
	each();
	phrases();
	return done();
}
