/* words, lists, addresses, names, sets */
#include "conf/word.h"
#include "tap.h"

static const struct {
	const char *line, *want; /* words, each in brackets; ! at a fault */
} words[] = {
	{ "", "" },
	{ "  ", "" },
	{ "a", "[a]" },
	{ " a\tb  ", "[a][b]" },
	{ "a:\"b c\" d", "[a:b c][d]" },
	{ "\"\"", "[]" },
	{ "\"a\"\"b\"", "[ab]" },
	{ "\"a\\\"b\\\\c\\d\"", "[a\"b\\c\\d]" },
	{ "a\\b", "[a\\b]" },
	{ "\"a", "!" },
	{ "a \"b", "[a]!" },
	{ "a\001", "!" },
	{ "a\177b", "!" },
	{ "\"a\\\"", "!" },
	{ "\"a\tb\"", "!" },
};

static void
test_words(void)
{
	char word[256], got[1024];
	const char *p, *end;
	size_t n;
	unsigned i;
	int r;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		p = words[i].line;
		end = p + strlen(p);
		got[0] = '\0';
		while ((r = word_next(&p, end, word, &n)) == 1) {
			snprintf(got + strlen(got), sizeof got - strlen(got),
			    "[%s]", word);
			if (strlen(word) != n)
				ok(0, "length");
		}
		if (r == -1)
			snprintf(got + strlen(got), sizeof got - strlen(got),
			    "!");
		is_str(got, words[i].want, words[i].line);
	}
}

static void
test_pieces(void)
{
	struct slice rest = { "a,,b,", 5 }, one;
	char got[64] = "";

	while (word_piece(&rest, ',', &one))
		snprintf(got + strlen(got), sizeof got - strlen(got), "[%.*s]",
		    (int)one.n, one.p);
	is_str(got, "[a][][b][]", "pieces");
	rest = (struct slice){ "", 0 };
	is_num(word_piece(&rest, ',', &one), 1, "nothing is one empty piece");
	is_num(word_piece(&rest, ',', &one), 0, "and no more");
}

static void
test_tag(void)
{
	const struct slice tags[] = { { "kinds=x", 7 }, { "Kind=bulk=1", 11 },
		{ "kind=later", 10 }, { "kin", 3 } };
	struct slice v = word_tag(tags, 4, (struct slice){ "kind", 4 });

	ok(v.n == 6 && memcmp(v.p, "bulk=1", 6) == 0,
	    "the first tag of that name, whatever its case");
	v = word_tag(tags, 4, (struct slice){ "kin", 3 });
	is_num(v.n, 0, "a name must be there as a whole, with a value");
}

static const struct {
	const char *s;
	int good;
	const char *key, *domain;
} addresses[] = {
	{ "a@b", 1, "a@b", "b" },
	{ "A@B.C", 1, "a@b.c", "b.c" },
	{ "a", 1, "a", "" },
	{ "a@b@c", 1, "a@b@c", "c" },
	{ "\"x@y\"@z", 1, "\"x@y\"@z", "z" },
	{ "a@", 1, "a@", "" },
	{ "@b", 0, "@b", "b" },
	{ "", 0, "", "" },
	{ "a\nb@c", 0, NULL, NULL },
	{ "\303\204@b", 1, "\303\204@b", "b" },
};

static void
test_addresses(void)
{
	struct address a;
	char t[WORD_ADDRESS_MAX + 2];
	unsigned i;

	for (i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		is_num(address_set(&a, addresses[i].s, strlen(addresses[i].s)),
		    addresses[i].good ? 0 : -1, addresses[i].s);
		if (addresses[i].key == NULL)
			continue;
		is_str(a.key, addresses[i].key, "in lower case");
		is_str(a.domain, addresses[i].domain, "its domain");
	}
	is_num(address_set(&a, "a\0b@c", 5), -1, "NUL");
	memset(t, 'a', sizeof t);
	is_num(address_set(&a, t, WORD_ADDRESS_MAX), 0, "at the limit");
	is_num(address_set(&a, t, WORD_ADDRESS_MAX + 1), -1, "one more");
}

static void
test_names(void)
{
	char t[300];
	unsigned i;

	ok(word_domain("a.b-c.d_e", 9), "a domain");
	ok(word_domain("\303\244.x", 4), "UTF-8");
	ok(!word_domain("", 0) && !word_domain(".a", 2) &&
		!word_domain("a.", 2) && !word_domain("a..b", 4) &&
		!word_domain("a b", 3) && !word_domain("a/b", 3) &&
		!word_domain("a\0b", 3),
	    "none");
	memset(t, 'a', sizeof t);
	ok(word_domain(t, 63), "a label, at the limit");
	ok(!word_domain(t, 64), "one more");
	for (i = 49; i < sizeof t; i += 50)
		t[i] = '.';
	ok(word_domain(t, WORD_DOMAIN_MAX), "a domain, at the limit");
	ok(!word_domain(t, WORD_DOMAIN_MAX + 1), "one more");
	memset(t, 'a', sizeof t);
	ok(word_name(t, WORD_NAME_MAX), "a name, at the limit");
	ok(!word_name(t, WORD_NAME_MAX + 1) && !word_name("", 0), "one more");
	is_num(word_ip("192.0.2.1", 9), 4, "IPv4");
	is_num(word_ip("2001:db8::1", 11), 6, "IPv6");
	is_num(word_ip("192.0.2", 7), 0, "neither");
	is_num(word_ip("192.0.2.1\0x", 11), 0, "NUL behind it");
	is_num(word_ip("192.0.2.10", 9), 4, "not read beyond its end");
}

static void
test_twice(void)
{
	static const char *const names[] = { "a=", "bc:", "=to:", NULL };
	static const struct {
		const char *line, *why; /* NULL: nothing */
	} t[] = {
		{ "", NULL }, { "x x", NULL }, { "a=1 bc:1 to:1", NULL },
		{ "a=1 a=2", "a= stands twice" },
		{ "a= x a=", "a= stands twice" },
		{ "bc:1 a=1 \"bc:2 3\"", "bc: stands twice" },
		{ "to:a to:b to:A", NULL },
		{ "to:a x to:b to:a", "to:a stands twice" },
		{ "to:\"a b\" \"to:a b\"", "to:a b stands twice" },
		{ "a1=1 a1=1 xa=1 a=1", NULL },
		{ "a=1 a=\"2", NULL }, /* others say this */
	};
	char line[WORD_LINE_MAX + 8], why[WORD_TWICE_MAX];
	const char *got;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		got = word_twice(t[i].line, t[i].line + strlen(t[i].line),
		    names, why);
		is_str(got == NULL ? "" : got, t[i].why == NULL ? "" : t[i].why,
		    t[i].line);
	}
	/* the longest word, and the longest line, at their limits */
	memset(line, 'x', sizeof line);
	memcpy(line, "to:", 3);
	line[WORD_LINE_MAX / 2 - 1] = ' ';
	memcpy(line + WORD_LINE_MAX / 2, line, WORD_LINE_MAX / 2 - 1);
	got = word_twice(line, line + WORD_LINE_MAX - 1, names, why);
	ok(got != NULL && strlen(got) == 64 + 13, "a long word is cut");
	line[WORD_LINE_MAX - 1] = ' ';
	ok(word_twice(line, line + WORD_LINE_MAX, names, why) != NULL,
	    "the longest line");
	ok(word_twice(line, line + WORD_LINE_MAX + 1, names, why) == NULL,
	    "none is longer");
}

static void
test_set(void)
{
	struct wordset s = { 0 };
	char t[32];
	unsigned i;
	long bad = 0;

	for (i = 1; i <= 10000; i++) {
		snprintf(t, sizeof t, "word%u", i);
		bad |= wordset_add(&s, t, strlen(t), i);
	}
	is_num(bad, 0, "all are new");
	is_num(wordset_add(&s, "word77", 6, 20000), 77, "one is not");
	is_num(wordset_add(&s, "word7", 5, 20000), 7, "its beginning neither");
	is_num(wordset_add(&s, "", 0, 20000), 0, "nothing is something");
	is_num(wordset_add(&s, "", 0, 20001), 20000, "once");
	wordset_free(&s);
}

static void
test_value(void)
{
	char word[] = "a=b=c", bare[] = "ab", none[] = "=", end[] = "a=";
	size_t n = 7;

	is_str(word_value(word, 5, &n), "b=c", "behind the first");
	is_num((long long)n, 3, "its length");
	is_str(word, "a", "and before it");
	ok(word_value(bare, 2, &n) == NULL, "without one");
	ok(word_value(word, 0, &n) == NULL, "nothing");
	is_str(word_value(none, 1, &n), "", "no word");
	is_str(none, "", "which is empty");
	is_str(word_value(end, 2, &n), "", "no value");
	is_num((long long)n, 0, "of no length");
}

static void
test_attributes(void)
{
	struct slice rest = { "r=a=b,s=,i=4096", 15 }, v;

	is_num(word_attribute(&rest, 'r', &v), 0, "the first attribute");
	ok(word_is(v, "a=b"), "its value");
	is_num(word_attribute(&rest, 's', &v), 0, "the second");
	is_num((long long)v.n, 0, "without one");
	is_num(word_attribute(&rest, 'm', &v), -1, "another letter");
	is_num(word_attribute(&rest, 'i', &v), -1, "none is left");
	rest = (struct slice){ "x,y", 3 };
	is_num(word_attribute(&rest, 'x', &v), -1, "no sign of equality");
}

int
main(void)
{
	test_words();
	test_pieces();
	test_tag();
	test_attributes();
	test_addresses();
	test_names();
	test_twice();
	test_value();
	test_set();
	ok(word_hash(0, "a", 1) != word_hash(1, "a", 1), "seeds count");
	return done();
}
