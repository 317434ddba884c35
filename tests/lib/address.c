#include "mail/address.h"
#include "tap.h"
#include <stdlib.h>

/* sixteen times, for lengths */
#define X4(s) s s s s
#define X16(s) X4(X4(s))
#define L63 X16("abc") "abcdefghijklmno"
#define L64 X16("abcd")

static const struct {
	const char *text;
	enum address_fault fault;
} plain[] = {
	{ "a@b", ADDRESS_GOOD },
	{ "a", ADDRESS_GOOD }, /* no domain: the caller decides */
	{ "a.b+c/d=e_f{g}h|i~j`k!l#m$n%o&p'q*r-s?t^u@b.example",
	    ADDRESS_GOOD },
	{ "A@B.Example", ADDRESS_GOOD },
	{ "a@b_c.example", ADDRESS_GOOD }, /* tolerated */
	{ "a@127.0.0.1", ADDRESS_GOOD }, /* a name, by the grammar */
	{ "a@1.example", ADDRESS_GOOD },
	{ "\"a b\"@c", ADDRESS_GOOD },
	{ "\"a@b\"@c", ADDRESS_GOOD },
	{ "\"\"@c", ADDRESS_GOOD },
	{ "\"a\\\"b\"@c", ADDRESS_GOOD },
	{ "\"a\\\\\"@c", ADDRESS_GOOD },
	{ "a@[192.0.2.1]", ADDRESS_GOOD },
	{ "a@[IPv6:2001:db8::1]", ADDRESS_GOOD },
	{ "a@[ipv6:::]", ADDRESS_GOOD },
	{ "a@[IPv6:::ffff:192.0.2.1]", ADDRESS_GOOD },
	{ "", ADDRESS_SYNTAX },
	{ "@", ADDRESS_SYNTAX },
	{ "@b", ADDRESS_SYNTAX },
	{ "a@", ADDRESS_SYNTAX },
	{ "a@@b", ADDRESS_SYNTAX },
	{ "a@b@c", ADDRESS_SYNTAX },
	{ ".a@b", ADDRESS_SYNTAX },
	{ "a.@b", ADDRESS_SYNTAX },
	{ "a..b@c", ADDRESS_SYNTAX },
	{ "a b@c", ADDRESS_SYNTAX },
	{ " a@c", ADDRESS_SYNTAX },
	{ "a@c ", ADDRESS_SYNTAX },
	{ "a@b.", ADDRESS_SYNTAX },
	{ "a@.b", ADDRESS_SYNTAX },
	{ "a@b..c", ADDRESS_SYNTAX },
	{ "a@-b", ADDRESS_SYNTAX },
	{ "a@b-", ADDRESS_SYNTAX },
	{ "a@b-.c", ADDRESS_SYNTAX },
	{ "a@b/c", ADDRESS_SYNTAX },
	{ "a@b(c)", ADDRESS_SYNTAX },
	{ "a(c)@b", ADDRESS_SYNTAX },
	{ "\"a@b", ADDRESS_SYNTAX },
	{ "\"a\"b@c", ADDRESS_SYNTAX },
	{ "a\"b\"@c", ADDRESS_SYNTAX },
	{ "\"a\\\"@c", ADDRESS_SYNTAX },
	{ "\"a\tb\"@c", ADDRESS_SYNTAX },
	{ "\"a\x7f\"@c", ADDRESS_SYNTAX },
	{ "caf\xc3\xa9@c", ADDRESS_SYNTAX },
	{ "a@caf\xc3\xa9", ADDRESS_SYNTAX },
	{ "a@[192.0.2.256]", ADDRESS_SYNTAX },
	{ "a@[192.0.2]", ADDRESS_SYNTAX },
	{ "a@[192.0.2.1", ADDRESS_SYNTAX },
	{ "a@[192.0.2.1]x", ADDRESS_SYNTAX },
	{ "a@[]", ADDRESS_SYNTAX },
	{ "a@[2001:db8::1]", ADDRESS_SYNTAX },
	{ "a@[IPv6:]", ADDRESS_SYNTAX },
	{ "a@[IPv6:12345::]", ADDRESS_SYNTAX },
	{ "a@[IPv6:192.0.2.1]", ADDRESS_SYNTAX },
	{ "a@[x400:c=de]", ADDRESS_SYNTAX },
	{ "a\r\n@b", ADDRESS_SYNTAX },
	{ "<a@b>", ADDRESS_SYNTAX },
	/* lengths: exact and one above */
	{ L64 "@b", ADDRESS_GOOD },
	{ L64 "a@b", ADDRESS_LOCAL_LONG },
	{ "\"" L64 "\"@b", ADDRESS_LOCAL_LONG },
	{ "a@" L63, ADDRESS_GOOD },
	{ "a@" L63 "a", ADDRESS_SYNTAX },
	/* 254 with the brackets is 256 */
	{ "a@" L63 "." L63 "." L63 "." L63, ADDRESS_PATH_LONG },
	{ "aaaaa@" L63 "." L63 "." L63 "." X4("abcdefghijklmn"),
	    ADDRESS_GOOD },
	{ "aaaaaa@" L63 "." L63 "." L63 "." X4("abcdefghijklmn"),
	    ADDRESS_PATH_LONG },
	{ "a@" L63 "." L63 "." L63 "." L63 ".", ADDRESS_SYNTAX },
	{ "a@" L63 "." L63 "." L63 "." L63 ".b", ADDRESS_DOMAIN_LONG },
};

static const struct {
	const char *path, *text, *domain;
	long used; /* -1: a fault */
} paths[] = {
	{ "<>", "", NULL, 2 },
	{ "<a@b>", "a@b", "b", 5 },
	{ "<a@b> SIZE=1", "a@b", "b", 5 },
	{ "<a@b>x", "a@b", "b", 5 },
	{ "<postmaster>", "postmaster", NULL, 12 },
	{ "<@c:a@b>", "a@b", "b", 8 },
	{ "<@c,@d.e:a@b>", "a@b", "b", 13 },
	{ "<@[192.0.2.1]:a@b>", "a@b", "b", 18 },
	{ "<\"a>b\"@c>", "\"a>b\"@c", "c", 9 },
	{ "", NULL, NULL, -1 },
	{ "<", NULL, NULL, -1 },
	{ "a@b", NULL, NULL, -1 },
	{ "<a@b", NULL, NULL, -1 },
	{ "<a@b x>", NULL, NULL, -1 },
	{ "< a@b>", NULL, NULL, -1 },
	{ "<a@b >", NULL, NULL, -1 },
	{ "<<a@b>>", NULL, NULL, -1 },
	{ "<@c>", NULL, NULL, -1 },
	{ "<@c:>", NULL, NULL, -1 },
	{ "<@c,a@b>", NULL, NULL, -1 },
	{ "<@c,:a@b>", NULL, NULL, -1 },
	{ "<@:a@b>", NULL, NULL, -1 },
	{ "<@c:@d:a@b>", NULL, NULL, -1 },
};

/* each prefix of a good path is no path, and nothing reads past its end */
static void
prefixes(const char *s)
{
	struct address_parts a;
	size_t n, used;
	char *copy;
	int good = 0;

	for (n = 0; n < strlen(s); n++) {
		copy = malloc(n + 1); /* n bytes, for the sanitizer */
		memcpy(copy, s, n);
		good += address_path(copy, n, &a, &used) == ADDRESS_GOOD;
		free(copy);
	}
	is_num(good, 0, "no prefix is good");
}

/* ---- Dominic Sayers' collection */

static size_t
entity(const char **p, char *out)
{
	unsigned long u = 0;
	const char *s = *p + 3;

	if (strncmp(*p, "&amp;", 5) == 0 || strncmp(*p, "&lt;", 4) == 0 ||
	    strncmp(*p, "&gt;", 4) == 0 || strncmp(*p, "&quot;", 6) == 0) {
		out[0] = (*p)[1] == 'a' ? '&' : (*p)[1] == 'l' ? '<'
		    : (*p)[1] == 'g' ? '>' : '"';
		*p = strchr(*p, ';') + 1;
		return 1;
	}
	for (; *s != ';'; s++)
		u = u * 16 + (*s <= '9' ? *s - '0' : (*s | 32) - 'a' + 10);
	*p = s + 1;
	/* U+2400 and above stand for control characters there */
	if (u >= 0x2400 && u < 0x2421) {
		out[0] = u - 0x2400;
		return 1;
	}
	out[0] = u;
	return 1;
}

static size_t
text_of(const char *p, const char *end, char *out)
{
	size_t n = 0;

	while (p < end) {
		if (*p == '&') {
			n += entity(&p, out + n);
		} else if (strncmp(p, "\xe2\x90", 2) == 0) {
			out[n++] = p[2] & 0x3f; /* the same, in UTF-8 */
			p += 3;
		} else {
			out[n++] = *p++;
		}
	}
	return n;
}

/*
 * What RFC 5321 allows is good: the categories VALID, RFC5321, and
 * DNSWARN, which asks DNS.  Comments, folding blanks and obsolete forms,
 * which belong to headers (RFC 5322), are not.  Number 71 is called
 * deprecated there: "::" for one group of zeros; RFC 4291 allows it.
 */
static void
collection(const char *dir)
{
	char path[4096], *xml, *p, *e, *c, address[4096];
	unsigned n = 0, wrong = 0;
	size_t len;
	int want;
	FILE *f;

	snprintf(path, sizeof path, "%s/addresses/isemail-tests.xml", dir);
	f = fopen(path, "r");
	if (f == NULL) {
		printf("ok %d # SKIP %s is not there\n", ++tap_n, path);
		return;
	}
	xml = calloc(1, 1 << 20);
	fread(xml, 1, (1 << 20) - 1, f);
	fclose(f);
	for (p = strstr(xml, "<test id="); p != NULL;
	    p = strstr(p + 1, "<test id=")) {
		len = 0;
		c = strstr(p, "<category>");
		e = strstr(p, "<address>");
		if (c == NULL)
			break;
		if (e != NULL && e < c && strstr(e, "</address>") != NULL)
			len = text_of(e + 9, strstr(e, "</address>"),
			    address);
		want = strncmp(c, "<category>ISEMAIL_VALID", 23) == 0 ||
		    strncmp(c, "<category>ISEMAIL_RFC5321<", 26) == 0 ||
		    strncmp(c, "<category>ISEMAIL_DNSWARN", 25) == 0 ||
		    strncmp(p, "<test id=\"71\"", 13) == 0;
		n++;
		if (address_valid(address, len) != want) {
			printf("# %.*s: want %d\n", (int)len, address, want);
			wrong++;
		}
	}
	free(xml);
	ok(n >= 100, "the collection is read");
	is_num(wrong, 0, "the collection's addresses");
}

static const char *
label(size_t i, const char *s)
{
	static char t[80];

	snprintf(t, sizeof t, "%zu: %.*s", i, (int)strcspn(s, "\r\n\t"), s);
	return t;
}

int
main(void)
{
	const char *dir = getenv("ROHRPOST_TESTDATA");
	struct address_parts a;
	size_t i, used, n;

	for (i = 0; i < sizeof plain / sizeof *plain; i++)
		is_num(address_parse(plain[i].text, strlen(plain[i].text),
			   &a),
		    plain[i].fault, label(i, plain[i].text));
	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		n = strlen(paths[i].path);
		if (address_path(paths[i].path, n, &a, &used) !=
		    ADDRESS_GOOD) {
			is_num(-1, paths[i].used, paths[i].path);
			continue;
		}
		is_num(used, paths[i].used, paths[i].path);
		ok(a.len == strlen(paths[i].text) &&
			memcmp(a.text, paths[i].text, a.len) == 0,
		    "address of the path");
		ok(paths[i].domain == NULL ? a.domain == NULL
			: a.domain_len == strlen(paths[i].domain) &&
			    memcmp(a.domain, paths[i].domain,
				a.domain_len) == 0,
		    "domain of the path");
	}
	prefixes("<@c.d,@[IPv6:::1]:\"a\\\"b\"@[IPv6:2001:db8::1]>");
	ok(address_domain("localhost", 9), "a domain");
	ok(!address_domain("", 0), "no domain");
	ok(!address_valid("a", 1), "without domain it is not whole");
	ok(!address_valid("a@b\0c", 5), "NUL");
	ok(!address_literal("[1.2.3.4\0]", 10), "NUL in a literal");
	collection(dir != NULL ? dir : "../shared/testdata");
	return done();
}
