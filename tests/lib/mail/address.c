#include "mail/address.h"
#include "mail/addrlist.h"
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
	{ "a.b+c/d=e_f{g}h|i~j`k!l#m$n%o&p'q*r-s?t^u@b.example", ADDRESS_GOOD },
	{ "A@B.Example", ADDRESS_GOOD },
	{ "a@b_c.example", ADDRESS_GOOD }, /* tolerated */
	{ "a@127.0.0.1", ADDRESS_GOOD },   /* a name, by the grammar */
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
	/* dots as people have them, and one behind the domain */
	{ ".a@b", ADDRESS_GOOD },
	{ "a.@b", ADDRESS_GOOD },
	{ "a..b@c", ADDRESS_GOOD },
	{ "a@b.", ADDRESS_GOOD },
	{ ".@b", ADDRESS_SYNTAX },
	{ "..@b", ADDRESS_SYNTAX },
	{ "a@b..", ADDRESS_SYNTAX },
	{ "a@.", ADDRESS_SYNTAX },
	{ "a@[192.0.2.1].", ADDRESS_SYNTAX },
	{ "a b@c", ADDRESS_SYNTAX },
	{ " a@c", ADDRESS_SYNTAX },
	{ "a@c ", ADDRESS_SYNTAX },
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
	{ L64 "a@b", ADDRESS_GOOD },
	{ "\"" L64 "\"@b", ADDRESS_GOOD },
	{ "a@" L63, ADDRESS_GOOD },
	{ "a@" L63 "a", ADDRESS_SYNTAX },
	{ "a@" L63 "." L63 "." L63 "." L63, ADDRESS_GOOD },
	{ "a@" L63 "." L63 "." L63 "." L63 ".", ADDRESS_GOOD },
	{ "a@" L63 "." L63 "." L63 "." L63 ".b", ADDRESS_DOMAIN_LONG },
	/* 510 with the brackets is 512 */
	{ X4(L63) "ab@" L63 "." L63 "." L63 "." L63, ADDRESS_GOOD },
	{ X4(L63) "abc@" L63 "." L63 "." L63 "." L63, ADDRESS_PATH_LONG },
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
		good += address_path(copy, n, 0, &a, &used) == ADDRESS_GOOD;
		free(copy);
	}
	is_num(good, 0, "no prefix is good");
}

/* Dominic Sayers' collection */

static size_t
entity(const char **p, char *out)
{
	unsigned long u = 0;
	const char *s = *p + 3;

	if (strncmp(*p, "&amp;", 5) == 0 || strncmp(*p, "&lt;", 4) == 0 ||
	    strncmp(*p, "&gt;", 4) == 0 || strncmp(*p, "&quot;", 6) == 0) {
		out[0] = (*p)[1] == 'a' ? '&'
		    : (*p)[1] == 'l'    ? '<'
		    : (*p)[1] == 'g'    ? '>'
					: '"';
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
 * The categories, and what is wanted of them.  `smtp`: an address as RFC 5321
 * has it, which address_valid() takes or refuses.  `header`: in a header
 * field, where RFC 5322 rules, addrlist_next() finds one address in it.
 */
static const struct {
	const char *name;
	int smtp, header; /* -1: either, is a matter of taste */
} categories[] = {
	{ "ISEMAIL_VALID_CATEGORY", 1, 1 },
	{ "ISEMAIL_DNSWARN", 1, 1 }, /* RFC 5321; asks DNS */
	{ "ISEMAIL_RFC5321", 1, 1 }, /* a quoted local part, a literal */
	{ "ISEMAIL_CFWS", 0, 1 },    /* comments and folding */
	{ "ISEMAIL_DEPREC", 0, 1 },  /* obsolete forms of RFC 5322 */
	{ "ISEMAIL_RFC5322", 0, 1 }, /* its syntax, no host of RFC 5321 */
	{ "ISEMAIL_ERR", 0, -1 },    /* people write a..b@c */
};

static int
category(const char *p)
{
	size_t i, n = strcspn(p, "<");

	for (i = 0; i < sizeof categories / sizeof *categories; i++)
		if (strlen(categories[i].name) == n &&
		    memcmp(categories[i].name, p, n) == 0)
			return i;
	return -1;
}

/* control characters that folding has not, which RFC 5322 section 4.1
 * allowed once; VIOLATIONS.md: CONTROL-BYTES.  With a comment they go */
static int
control(const char *p, size_t n)
{
	size_t i;

	if (n > 0 && p[0] == '(')
		return 0;
	for (i = 0; i < n; i++)
		if (p[i] == 0x7f ||
		    (p[i] >= 0 && p[i] < ' ' &&
			strchr("\t\r\n", p[i] == 0 ? 1 : p[i]) == NULL) ||
		    (p[i] == '\n' && i > 0 && p[i - 1] == '\\'))
			return 1;
	return 0;
}

/* one address, and nothing else */
static int
in_header(const char *p, size_t n)
{
	char out[ADDRLIST_ADDRESS_MAX + 1];
	const char *end = p + n;

	return addrlist_next(&p, end, out) > 0 &&
	    addrlist_next(&p, end, out) == 0;
}

/* one case a line */
static void
collection(const char *dir)
{
	char path[4096], *xml, *p, *e, *c, address[4096], name[200];
	size_t len, n, id;
	int k, smtp, header;
	FILE *f;

	snprintf(path, sizeof path, "%s/addresses/isemail-tests.xml", dir);
	f = fopen(path, "r");
	if (f == NULL) {
		printf("ok %d # SKIP %s is not there\n", ++tap_n, path);
		return;
	}
	xml = calloc(1, 1 << 20);
	n = fread(xml, 1, (1 << 20) - 1, f);
	fclose(f);
	ok(n > 10000, "the collection is read");
	for (p = strstr(xml, "<test id="); p != NULL;
	     p = strstr(p + 1, "<test id=")) {
		len = 0;
		c = strstr(p, "<category>");
		e = strstr(p, "<address>");
		if (c == NULL)
			break;
		if (e != NULL && e < c && strstr(e, "</address>") != NULL)
			len = text_of(e + 9, strstr(e, "</address>"), address);
		id = strtoul(p + 10, NULL, 10);
		k = category(c + 10);
		smtp = k == -1 ? -1 : categories[k].smtp;
		/* "::" for one group of zeros is called deprecated there;
		 * VIOLATIONS.md: IPV6-ONE-GROUP */
		if (id == 71)
			smtp = 1;
		header = k == -1 ? 0 : categories[k].header;
		if (header == 1 && control(address, len))
			header = 0;
		snprintf(name, sizeof name, "isemail %zu, %s: %.*s", id,
		    k == -1 ? "?" : categories[k].name, (int)len, address);
		ok(k != -1 && address_valid(address, len) == smtp &&
			(header == -1 || in_header(address, len) == header),
		    name);
	}
	free(xml);
}

static const char *
label(size_t i, const char *s)
{
	static char t[80];

	snprintf(t, sizeof t, "%zu: %.*s", i, (int)strcspn(s, "\r\n\t"), s);
	return t;
}

/* RFC 5321 to the letter: its limits, and no more dots than it has */
static void
valid(void)
{
	static const struct {
		const char *text;
		int valid;
	} cases[] = {
		{ L64 "@b", 1 },
		{ L64 "a@b", 0 },
		{ "\"" L64 "\"@b", 0 },
		{ "aaaaa@" L63 "." L63 "." L63 "." X4("abcdefghijklmn"), 1 },
		{ "aaaaaa@" L63 "." L63 "." L63 "." X4("abcdefghijklmn"), 0 },
		{ "a..b@c", 0 },
		{ ".a@c", 0 },
		{ "a.@c", 0 },
		{ "a@c.", 0 },
		{ "\"a..b\"@c", 1 },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(address_valid(cases[i].text, strlen(cases[i].text)),
		    cases[i].valid, cases[i].text);
}

/* paths of devices */
static void
bare_paths(void)
{
	static const struct {
		const char *path, *text;
		long used; /* -1: a fault */
	} cases[] = {
		{ "a@b", "a@b", 3 },
		{ " a@b", "a@b", 4 },
		{ "a@b SIZE=1", "a@b", 3 },
		{ "a@b.", "a@b", 4 },
		{ "<a@b>", "a@b", 5 },
		{ "< a@b >", "a@b", 7 },
		{ "<a@b > SIZE=1", "a@b", 6 },
		{ "<>", "", 2 },
		{ "< >", "", 3 },
		{ "@c:a@b", "a@b", 6 },
		{ "a", "a", 1 },
		{ "", "", -1 },
		{ " ", "", -1 },
		{ "<", "", -1 },
		{ "< ", "", -1 },
		{ "<a@b", "", -1 },
		{ "a@b>", "", -1 },
		{ "a@b,c@d", "", -1 },
		{ "a b@c", "a", 1 },
		{ "<a b@c>", "", -1 },
		{ "Ann <a@b>", "a@b", 9 },
		{ "Ann B. <a@b> SIZE=1", "a@b", 12 },
		{ "\"A < @ B\"<a@b>", "a@b", 14 },
		{ "Ann <>", "", 6 },
		{ "Ann < a@b >", "a@b", 11 },
		{ "\"a <\"@b", "\"a <\"@b", 7 },
		{ "a@b AUTH=<>", "a@b", 3 },
		{ "a AUTH=<>", "a", 1 },
		{ "a@b <c@d>", "a@b", 3 },
		{ "Ann<a@b>", "", -1 },
		{ "\"Ann <a@b>", "", -1 },
		{ "Ann <", "", -1 },
		{ "<a@b> >", "a@b", 5 },
	};
	struct address_parts a;
	size_t i, n, used;
	char *exact;
	int good;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].path);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].path, n);
		good = address_path(exact, n, ADDRESS_BARE, &a, &used) ==
		    ADDRESS_GOOD;
		is_num(good ? (long)used : -1, cases[i].used, cases[i].path);
		if (good)
			ok(a.len == strlen(cases[i].text) &&
				memcmp(a.text, cases[i].text, a.len) == 0,
			    "  the address");
		free(exact);
	}
}

#define W63 X16("\xc3\xa4") X16("\xc3\xa4")

/* paths with SMTPUTF8 */
static void
utf8_paths(void)
{
	static const struct {
		const char *path, *text, *domain;
		long used; /* -1: a fault */
	} cases[] = {
		{ "<a@b> SIZE=1", "a@b", "b", 5 },
		{ "<>", "", NULL, 2 },
		{ "<j\xc3\xbcrg@b>", "j\xc3\xbcrg@b", "b", 9 },
		{ "<\xe7\x94\xb2>", "\xe7\x94\xb2", NULL, 5 },
		{ "<\xe7\x94\xb2@\xe4\xbe\x8b.cn>",
		    "\xe7\x94\xb2@\xe4\xbe\x8b.cn", "\xe4\xbe\x8b.cn", 12 },
		{ "<\"\xc3\xa4 \\\xc3\xb6\"@b>", "\"\xc3\xa4 \\\xc3\xb6\"@b",
		    "b", 12 },
		{ "<@\xc3\xa4,@b:a@\xc3\xb6.>", "a@\xc3\xb6", "\xc3\xb6", 14 },
		{ "<a@\xc3\xa4-\xc3\xb6._x>", "a@\xc3\xa4-\xc3\xb6._x",
		    "\xc3\xa4-\xc3\xb6._x", 12 },
		/* how long it is in the DNS, others know */
		{ "<a@" W63 "\xc3\xa4>", "a@" W63 "\xc3\xa4", W63 "\xc3\xa4",
		    70 },
		{ "<a@" L63 "a>", NULL, NULL, -1 },
		/* half a character, none, and controls */
		{ "<a\xc3@b>", NULL, NULL, -1 },
		{ "<\xe4@b>", NULL, NULL, -1 },
		{ "<a@b\xc3>", NULL, NULL, -1 },
		{ "<@b\xc3:a@b>", NULL, NULL, -1 },
		{ "<\xc0\xaf@b>", NULL, NULL, -1 },
		{ "<\xed\xa0\x80@b>", NULL, NULL, -1 },
		{ "<a\xc2\x80@b>", NULL, NULL, -1 },
		{ "<a@b\xc2\x9f>", NULL, NULL, -1 },
		{ "<\"\xc2\x85\"@b>", NULL, NULL, -1 },
		{ "<a@-\xc3\xa4>", NULL, NULL, -1 },
		{ "<a@\xc3\xa4..b>", NULL, NULL, -1 },
		{ "\xc3\xa4@b", NULL, NULL, -1 },
		{ "<\xc3\xa4@[192.0.2.1\xc3\xa4]>", NULL, NULL, -1 },
	};
	struct address_parts a;
	size_t i, n, used;
	char *exact;
	int good;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].path);
		exact = malloc(n + 1);
		memcpy(exact, cases[i].path, n);
		good = address_path(exact, n, ADDRESS_UTF8, &a, &used) ==
		    ADDRESS_GOOD;
		is_num(good ? (long)used : -1, cases[i].used, cases[i].path);
		ok(!good ||
			(a.len == strlen(cases[i].text) &&
			    memcmp(a.text, cases[i].text, a.len) == 0),
		    "  the address");
		ok(!good || cases[i].domain == NULL
			? !good || a.domain == NULL
			: a.domain_len == strlen(cases[i].domain) &&
			    memcmp(a.domain, cases[i].domain, a.domain_len) ==
				0,
		    "  its domain");
		if (good && memchr(exact, 0xc3, n) != NULL)
			ok(address_path(exact, n, 0, &a, &used) ==
				ADDRESS_SYNTAX,
			    "  not without");
		free(exact);
	}
	ok(address_path("\xc3\xa4@b x", 7, ADDRESS_UTF8 | ADDRESS_BARE, &a,
	       &used) == ADDRESS_GOOD &&
		used == 4,
	    "without brackets");
	ok(!address_domain("\xc3\xa4", 2), "no host name all the same");
	ok(!address_valid("\xc3\xa4@b", 4), "and no address of RFC 5321");
}

static void
forms(void)
{
	static const struct {
		const char *in, *plain;
		int quotes;
	} cases[] = {
		{ "", "", 0 },
		{ "@", "@", 0 },
		{ "a", "a", 0 },
		{ "a@b", "a@b", 0 },
		{ "\"a\"@b", "a@b", 0 },
		{ "\"a..b\"@c", "a..b@c", 1 },
		{ "\"a.b\"@c", "a.b@c", 0 },
		{ "\"a.\"", "a.", 0 },
		{ "\".a\"@b.", ".a@b", 1 },
		{ "\"a b\"@c", "\"a b\"@c", 0 },
		{ "\"\"@c", "\"\"@c", 0 },
		{ "\"a\\b\"@c", "\"a\\b\"@c", 0 },
		{ "\"@b", "\"@b", 0 },
		{ "\".\"@c", "\".\"@c", 0 },
		{ "\"a+b\"@c", "\"a+b\"@c", 0 },
		{ "a@b.", "a@b", 0 },
		{ "a@.", "a@.", 0 },
		{ "a@b..", "a@b..", 0 },
		{ "a.", "a.", 0 },
		{ "\"\303\266..\"@b", "\303\266..@b", 1 },
		{ "\"\303\266\"@b", "\303\266@b", 0 },
	};
	struct buf b = { 0 };
	char out[32];
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		n = address_plain(memcpy(out, cases[i].in, n), n, out);
		ok(n == strlen(cases[i].plain) &&
			memcmp(out, cases[i].plain, n) == 0,
		    cases[i].in);
		is_num(address_plain(out, n, out), n, "  it stays so");
		buf_clear(&b);
		is_num(address_put(&b, out, n), 0, "  for SMTP");
		is_num(buf_len(&b), n + 2 * cases[i].quotes, "  quotes");
	}
	is_num(address_compare("a@B.c", 5, "a@b.C", 5), 0, "the domain's case");
	ok(address_compare("A@b", 3, "a@b", 3) < 0, "not the user's");
	ok(address_compare("a@c", 3, "a@b", 3) > 0, "another domain");
	ok(address_compare("a", 1, "a@b", 3) < 0, "no domain");
	ok(address_compare("aa@b", 4, "a@bc", 4) > 0, "the user first");
	is_num(address_compare("", 0, "", 0), 0, "nobody");
}

/* one mailbox, however it is written */
static void
alike(void)
{
	static const struct {
		const char *a, *b;
		int want;
	} cases[] = {
		{ "a@b", "a@b", 1 },
		{ "a@b", "A@B", 1 },
		{ "a@b", "a@b.", 1 },
		{ "\"a\"@b", "a@b", 1 },
		{ "\"a..b.\"@C.", "a..b.@c", 1 },
		{ "\"a b\"@c", "\"A B\"@C.", 1 },
		{ "\"a b\"@c", "a b@c", 0 },
		{ "\"a+b\"@c", "a+b@c", 0 },
		{ "\"a@b\"@c", "\"a@b\"@C.", 1 },
		{ "a@b", "a@c", 0 },
		{ "a@b", "b@b", 0 },
		{ "a@b", "a", 0 },
		{ "a", "A", 1 },
		{ "\"a\"", "a", 1 },
		{ "", "", 1 },
		{ "", "a", 0 },
		{ "a@b..", "a@b", 0 },
		{ "a@.", "a@", 0 },
		{ "a@[192.0.2.1]", "a@[192.0.2.1]", 1 },
		{ "ab@c", "a@bc", 0 },
		{ "a@b", "\"\"@b", 0 },
		{ "\"\"@b", "\"\"@b.", 1 },
	};
	static const struct {
		const char *a, *b;
		int want;
	} domains[] = { { "a.b", "A.B.", 1 }, { "a.b.", "a.b", 1 },
		{ "a.b", "a.b..", 0 }, { "", "", 1 }, { ".", "", 0 },
		{ "a", "b", 0 } };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(address_alike(cases[i].a, strlen(cases[i].a), cases[i].b,
			   strlen(cases[i].b)),
		    cases[i].want, cases[i].a);
		is_num(address_alike(cases[i].b, strlen(cases[i].b), cases[i].a,
			   strlen(cases[i].a)),
		    cases[i].want, cases[i].b);
	}
	for (i = 0; i < sizeof domains / sizeof *domains; i++)
		is_num(address_domain_alike(domains[i].a, strlen(domains[i].a),
			   domains[i].b, strlen(domains[i].b)),
		    domains[i].want, domains[i].a);
}

static void
within(void)
{
	static const struct {
		const char *p, *domain;
		int want;
	} t[] = {
		{ "example.org", "example.org", 1 },
		{ "EXAMPLE.org", "example.ORG", 1 },
		{ "a.example.org", "example.org", 2 },
		{ "a.b.Example.org", "example.org", 2 },
		{ ".example.org", "example.org", 2 },
		{ "anexample.org", "example.org", 0 },
		{ "example.org", "a.example.org", 0 },
		{ "example.org", "example.net", 0 },
		{ "example.org", "", 0 },
		{ "example.org.", "", 0 },
		{ "", "example.org", 0 },
		{ "", "", 1 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_num(address_domain_within(t[i].p, strlen(t[i].p),
			   t[i].domain, strlen(t[i].domain)),
		    t[i].want, t[i].p);
}

static void
bare(void)
{
	static const char *const cases[][2] = { { "", "" }, { "<>", "" },
		{ "<", "<" }, { ">", ">" }, { "a@b", "a@b" },
		{ "<a@b>", "a@b" }, { "<a@b", "<a@b" }, { "a@b>", "a@b>" } };
	char t[16];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		strcpy(t, cases[i][0]);
		is_str(address_bare(t), cases[i][1], cases[i][0]);
	}
}

int
main(void)
{
	const char *dir = getenv("ROHRPOST_TESTDATA");
	struct address_parts a;
	size_t i, used, n;

	for (i = 0; i < sizeof plain / sizeof *plain; i++)
		is_num(address_parse(plain[i].text, strlen(plain[i].text), &a),
		    plain[i].fault, label(i, plain[i].text));
	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		n = strlen(paths[i].path);
		if (address_path(paths[i].path, n, 0, &a, &used) !=
		    ADDRESS_GOOD) {
			is_num(-1, paths[i].used, paths[i].path);
			continue;
		}
		is_num(used, paths[i].used, paths[i].path);
		ok(a.len == strlen(paths[i].text) &&
			memcmp(a.text, paths[i].text, a.len) == 0,
		    "address of the path");
		ok(paths[i].domain == NULL
			? a.domain == NULL
			: a.domain_len == strlen(paths[i].domain) &&
			    memcmp(a.domain, paths[i].domain, a.domain_len) ==
				0,
		    "domain of the path");
	}
	prefixes("<@c.d,@[IPv6:::1]:\"a\\\"b\"@[IPv6:2001:db8::1]>");
	ok(address_domain("localhost", 9), "a domain");
	ok(!address_domain("", 0), "no domain");
	ok(!address_valid("a", 1), "without domain it is not whole");
	ok(!address_valid("a@b\0c", 5), "NUL");
	within();
	bare();
	valid();
	bare_paths();
	utf8_paths();
	forms();
	ok(!address_literal("[1.2.3.4\0]", 10), "NUL in a literal");
	collection(dir != NULL ? dir : "../shared/testdata");
	alike();
	return done();
}
