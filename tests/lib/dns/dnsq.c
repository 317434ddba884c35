/* questions of machines: names into them, records out of answers */
#include "dns/dnsq.h"
#include "tap.h"
#include <stdlib.h>

static const char l63[] =
    "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc";

static void
names(void)
{
	static const struct {
		const char *name;
		size_t n;
		const char *asked; /* NULL: no such name can be */
	} t[] = {
		{ "a.test", 6, "a.test" },
		{ "A_b-1.Test.", 11, "A_b-1.Test" },
		{ "x", 1, "x" },
		{ "a b.test", 8, "a\\032b.test" },
		{ "a\\.t", 4, "a\\092.t" },
		{ "\303\274.\0.\377", 6, "\\195\\188.\\000.\\255" },
		{ "*.x", 3, "\\042.x" },
		{ "", 0, NULL },
		{ ".", 1, NULL },
		{ "..", 2, NULL },
		{ "a..b", 4, NULL },
		{ ".a", 2, NULL },
		{ "a..", 3, NULL },
	};
	struct dnsq q;
	char name[300];
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		if (dnsq_name(&q, t[i].name, t[i].n) == -1)
			ok(t[i].asked == NULL, t[i].name);
		else
			is_str(q.name, t[i].asked == NULL ? "none" : t[i].asked,
			    t[i].name);
	is_num(dnsq_name(&q, l63, 63), 0, "a label of 63");
	snprintf(name, sizeof name, "x%s.test", l63);
	is_num(dnsq_name(&q, name, strlen(name)), -1, "of 64");
	for (n = 253; n <= 254; n++) {
		memset(name, '\1', n);
		for (i = 50; i < n; i += 50)
			name[i] = '.';
		is_num(dnsq_name(&q, name, n), n == 253 ? 0 : -1, "length");
	}
	memset(name, 'y', 253);
	for (i = 50; i < n; i += 50)
		name[i] = '.';
	name[253] = '.';
	is_num(dnsq_name(&q, name, 254), 0, "and a dot");
	ok(strlen(q.name) == 253, "which goes");
}

static void
reverse(void)
{
	static const unsigned char ip4[] = { 192, 0, 2, 255 },
				   ip6[] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0,
					   0, 0, 0, 0, 0, 0xab, 0x10 };
	struct dnsq q;

	dnsq_reverse(&q, ip4, 4);
	is_str(q.name, "255.2.0.192.in-addr.arpa", "IPv4");
	is_num(q.type, DNSQ_PTR, "asks for PTR");
	dnsq_reverse(&q, ip6, 16);
	is_str(q.name,
	    "0.1.b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d."
	    "0.1.0.0.2.ip6.arpa",
	    "IPv6");
}

/* one record as an answer */
static struct dnsa
one(const char *bytes, int n)
{
	static const unsigned char *data;
	static int len;
	struct dnsa a = { DNSA_OK, 1, &data, &len, "" };

	data = (const unsigned char *)bytes;
	len = n;
	return a;
}

static void
texts(void)
{
	struct dnsa a;
	char out[16];

	a = one("\3abc", 4);
	is_num(dnsa_text(&a, 0, out, sizeof out), 3, "a string");
	ok(memcmp(out, "abc", 3) == 0, "is it");
	a = one("\3abc\0\2de", 8);
	is_num(dnsa_text(&a, 0, out, sizeof out), 5, "three, one empty");
	ok(memcmp(out, "abcde", 5) == 0, "put together");
	is_num(dnsa_text(&a, 0, out, 5), 5, "just fits");
	is_num(dnsa_text(&a, 0, out, 4), 4, "cut");
	is_num(dnsa_text(&a, 0, out, 0), 0, "to nothing");
	a = one("\0", 1);
	is_num(dnsa_text(&a, 0, out, sizeof out), 0, "empty");
	a = one("", 0);
	is_num(dnsa_text(&a, 0, out, sizeof out), 0, "no string at all");
	a = one("\4abc", 4);
	is_num(dnsa_text(&a, 0, out, sizeof out), -1, "too short");
	a = one("\3abc\1", 5);
	is_num(dnsa_text(&a, 0, out, sizeof out), -1, "the second is");
}

static void
domains(void)
{
	static const struct {
		const char *bytes;
		int n, type;
		long len;
		const char *domain, *host; /* host NULL: the same */
	} t[] = {
		{ "\1A\4Test\0", 8, DNSQ_PTR, 6, "a.test", NULL },
		{ "\0\12\1a\4test\0", 10, DNSQ_MX, 6, "a.test", NULL },
		{ "\0\0\0", 3, DNSQ_MX, 0, "", NULL },
		{ "\0", 1, DNSQ_PTR, 0, "", NULL },
		{ "\3a/\377\1b\0", 7, DNSQ_PTR, 5, "a??.b", "a/\377.b" },
		{ "\3a.b\1c\0", 7, DNSQ_PTR, 5, "a?b.c", "" },
		{ "\3a\0b\1c\0", 7, DNSQ_PTR, 5, "a?b.c", "" },
		{ "\1a\4test", 7, DNSQ_PTR, -1, "", NULL },
		{ "\1a\5test\0", 8, DNSQ_PTR, -1, "", NULL },
		{ "\1a\4test\0x", 9, DNSQ_PTR, -1, "", NULL },
		{ "\300\14", 2, DNSQ_PTR, -1, "", NULL },
		{ "", 0, DNSQ_PTR, -1, "", NULL },
		{ "\0", 1, DNSQ_MX, -1, "", NULL },
		{ "\0\1", 2, DNSQ_MX, -1, "", NULL },
	};
	char out[DNSQ_NAME_MAX + 1], long_name[300];
	struct dnsa a;
	size_t i, k;
	long n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		a = one(t[i].bytes, t[i].n);
		n = dnsa_domain(&a, 0, t[i].type, out);
		is_num(n, t[i].len, t[i].domain);
		if (n >= 0)
			is_str(out, t[i].domain, "domain");
		n = dnsa_host(&a, 0, t[i].type, out);
		is_num(n,
		    t[i].host != NULL && *t[i].host == '\0' ? -1 : t[i].len,
		    "host");
		if (n >= 0)
			is_str(out, t[i].host != NULL ? t[i].host : t[i].domain,
			    "host");
	}
	/* 127 labels of one byte: 255 bytes; and one byte more */
	for (k = 1; k <= 2; k++) {
		for (i = 0; i < 127; i++)
			memcpy(long_name + 2 * i, "\1a", 2);
		if (k == 2)
			memcpy(long_name + 252, "\2ab", 3);
		long_name[253 + k] = '\0';
		a = one(long_name, 254 + (int)k);
		is_num(dnsa_domain(&a, 0, DNSQ_PTR, out), k == 1 ? 253 : -1,
		    "the longest name");
	}
}

int
main(void)
{
	names();
	reverse();
	texts();
	domains();
	return done();
}
