/* tag lists (RFC 6376 section 3.2) */
#include "dkim/taglist.h"
#include "tap.h"

/* "name=value|" for each tag, or "error" */
static const char *
shown(const char *in, size_t n)
{
	static char out[4096];
	struct taglist l;
	size_t k = 0;
	unsigned i;

	if (taglist_parse(&l, in, n) == -1)
		return "error";
	for (i = 0; i < l.n; i++)
		k += snprintf(out + k, sizeof out - k, "%.*s=%.*s|",
		    (int)l.tag[i].name_len, l.tag[i].name,
		    (int)l.tag[i].value_len, l.tag[i].value);
	out[k] = '\0';
	return out;
}

static const struct {
	const char *in, *want, *name;
} cases[] = {
	{ "", "", "nothing" },
	{ " \r\n\t", "", "blanks" },
	{ "a=b", "a=b|", "a tag" },
	{ "a=b;", "a=b|", "with a semicolon behind it" },
	{ "a=b; \t\n ", "a=b|", "and blanks" },
	{ " a = b ; c=d ", "a=b|c=d|", "blanks around everything" },
	{ "a=\n\tb;\n c=\td\n\te", "a=b|c=d\n\te|", "folded" },
	{ "a=;b=", "a=|b=|", "empty values" },
	{ "a=b=c", "a=b=c|", "a value with =" },
	{ "A=1;a=2", "A=1|a=2|", "letter case counts" },
	{ "a1_B=x", "a1_B=x|", "all kinds of bytes of a name" },
	{ "a=b;a=c", "error", "a tag twice" },
	{ "a=b;c", "error", "no =" },
	{ "=b", "error", "no name" },
	{ "1a=b", "error", "a digit first" },
	{ "_a=b", "error", "_ first" },
	{ "a-b=c", "error", "a byte that no name has" },
	{ "a b=c", "error", "a blank in a name" },
	{ "a=b;;c=d", "error", "nothing between semicolons" },
	{ ";a=b", "error", "nothing in front" },
	{ "a=b;;", "error", "nothing at the end, twice" },
	{ "a=b\001c", "error", "a control byte" },
	{ "a=b\177c", "error", "DEL" },
	{ "d=m\303\274ller.example", "d=m\303\274ller.example|",
	    "UTF-8 (RFC 8616)" },
	{ "\303\274=b", "error", "but not in names" },
};

static void
test_limit(unsigned n, const char *want, const char *name)
{
	char in[2048];
	size_t k = 0;
	unsigned i;
	struct taglist l;

	for (i = 0; i < n; i++)
		k += snprintf(in + k, sizeof in - k, "a%u=%u;", i, i);
	is_str(taglist_parse(&l, in, k) == -1 ? "error" : "good", want, name);
}

static void
test_items(const char *value, const char *want, const char *name)
{
	const char *p = value, *end = value + strlen(value), *item;
	char out[256];
	size_t n, k = 0;

	while (tag_item(&p, end, &item, &n))
		k += snprintf(out + k, sizeof out - k, "%.*s|", (int)n, item);
	out[k] = '\0';
	is_str(out, want, name);
}

/* for those who forgive: each piece for itself */
static void
test_each(void)
{
	const char *in = "v=DMARC1; oops; p=none;; x", *p = in;
	const char *end = in + strlen(in);
	char out[64];
	struct tag t;
	size_t k = 0;
	int r;

	while ((r = taglist_each(&p, end, &t)) != 0)
		out[k++] = r == 1 ? *t.name : '!';
	out[k] = '\0';
	is_str(out, "v!p!!", "piece by piece");
}

int
main(void)
{
	static const char nul[] = "a=b\0c";
	struct taglist l;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		is_str(shown(cases[i].in, strlen(cases[i].in)), cases[i].want,
		    cases[i].name);
	is_str(shown(nul, sizeof nul - 1), "error", "a NUL");
	is_str(shown("a=b;c", 4), "a=b|", "only so many bytes count");
	test_limit(TAGLIST_MAX, "good", "64 tags");
	test_limit(TAGLIST_MAX + 1, "error", "one more");
	taglist_parse(&l, "k=RSA; K=x", 10);
	ok(taglist_find(&l, "k") == &l.tag[0], "found");
	ok(taglist_find(&l, "K") == &l.tag[1], "letter case counts");
	ok(taglist_find(&l, "p") == NULL, "not there");
	ok(taglist_find(&l, "kk") == NULL, "not a part of a name either");
	ok(tag_is(&l.tag[0], "rsa"), "a value's does not");
	ok(!tag_is(&l.tag[0], "rs"), "but all of it does");
	ok(!tag_is(&l.tag[0], "rsaa"), "no more than all of it");
	test_items("a:b:c", "a|b|c|", "items");
	test_items(" a :\n\tb ", "a|b|", "with blanks");
	test_items("", "|", "an empty list has an empty item");
	test_items("a::b:", "a||b||", "empty items");
	test_each();
	return done();
}
