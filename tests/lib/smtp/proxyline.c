#include "smtp/proxyline.h"
#include "tap.h"

#define V2 "\r\n\r\n\0\r\nQUIT\n"
#define SIX_A "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
#define SIX_B "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02"
#define C(s) s, sizeof s - 1

static const struct {
	const char *p;
	size_t n;
	enum proxyline_kind kind;
	size_t used;
	const char *want; /* of a client: from, port, to, port */
} cases[] = {
	{ C("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nEHLO"),
	    PROXYLINE_CLIENT, 47, "192.168.0.1 56324 192.168.0.11 443" },
	{ C("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"),
	    PROXYLINE_CLIENT, 56,
	    "255.255.255.255 65535 255.255.255.255 65535" },
	{ C("PROXY TCP6 2001:db8::1 2001:db8::2 0 25\r\n\r\n"),
	    PROXYLINE_CLIENT, 41, "2001:db8::1 0 2001:db8::2 25" },
	{ C("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
	    PROXYLINE_CLIENT, 104,
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 "
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535" },
	{ C("PROXY UNKNOWN\r\n"), PROXYLINE_UNKNOWN, 15, NULL },
	{ C("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\nx"),
	    PROXYLINE_UNKNOWN, 59, NULL },
	{ C(""), PROXYLINE_MORE, 0, NULL },
	{ C("PROXY"), PROXYLINE_MORE, 0, NULL },
	{ C("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r"), PROXYLINE_MORE, 0, NULL },
	{ C("EHLO me\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("proxy UNKNOWN\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY UNKNOWN\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY UNKNOWN \r \r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY UNKNOWNS\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY \r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY \n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 \r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP5 1.2.3.4 5.6.7.8 1 2\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 ::1 5.6.7.8 1 2\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n"), PROXYLINE_BAD, 0, NULL },
	{ C("PROXY TCP4 1.2.3.4\0 5.6.7.8 1 2\r\n"), PROXYLINE_BAD, 0, NULL },
	/* version 2 */
	{ C(V2 "\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x04\x01\0\x19"
	       "EHLO"),
	    PROXYLINE_CLIENT, 28, "192.0.2.1 1025 192.0.2.2 25" },
	{ C(V2 "\x21\x21\0\x24" SIX_A SIX_B "\xff\xff\0\x19"), PROXYLINE_CLIENT,
	    52, "2001:db8::1 65535 2001:db8::2 25" },
	/* with TLVs behind the addresses */
	{ C(V2 "\x21\x11\0\x10\xc0\0\x02\x01\xc0\0\x02\x02\x04\x01\0\x19"
	       "\x04\0\x01x"
	       "y"),
	    PROXYLINE_CLIENT, 32, "192.0.2.1 1025 192.0.2.2 25" },
	/* LOCAL, with addresses and without */
	{ C(V2 "\x20\0\0\0x"), PROXYLINE_OWN, 16, NULL },
	{ C(V2 "\x20\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x04\x01\0\x19"),
	    PROXYLINE_OWN, 28, NULL },
	/* no family, datagrams, Unix sockets, and what is to come */
	{ C(V2 "\x21\0\0\0"), PROXYLINE_UNKNOWN, 16, NULL },
	{ C(V2 "\x21\x12\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x04\x01\0\x19"),
	    PROXYLINE_UNKNOWN, 28, NULL },
	{ C(V2 "\x21\x31\0\x01x"), PROXYLINE_UNKNOWN, 17, NULL },
	{ C(V2 "\x21\xf1\0\x01x"), PROXYLINE_UNKNOWN, 17, NULL },
	/* too short for its addresses */
	{ C(V2 "\x21\x11\0\x0b\xc0\0\x02\x01\xc0\0\x02\x02\x04\x01\0"),
	    PROXYLINE_BAD, 0, NULL },
	{ C(V2 "\x21\x21\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x04\x01\0\x19"),
	    PROXYLINE_BAD, 0, NULL },
	/* another version, another command */
	{ C(V2 "\x11\x11"), PROXYLINE_BAD, 0, NULL },
	{ C(V2 "\x31\x11"), PROXYLINE_BAD, 0, NULL },
	{ C(V2 "\x22\x11"), PROXYLINE_BAD, 0, NULL },
	{ C("\r\n\r\n\0\r\nQUIT\r"), PROXYLINE_BAD, 0, NULL },
	{ C("\r\nEHLO"), PROXYLINE_BAD, 0, NULL },
	{ C(V2 "\x21\x11\x08\x01"), PROXYLINE_BAD, 0, NULL },
};

static void
show(const struct proxyline *h, char out[200])
{
	char a[IP_TEXT], b[IP_TEXT];
	size_t off = ip_is_mapped(h->from) ? 12 : 0;

	snprintf(out, 200, "%s %u %s %u",
	    ip_text(h->from + off, IP_LEN - off, a), h->from_port,
	    ip_text(h->to + off, IP_LEN - off, b), h->to_port);
}

/* as a runner reads: never more than it wants; what is left is not touched */
static void
reading(const char *p, size_t n, enum proxyline_kind kind, size_t used)
{
	struct proxyline h;
	size_t have = 0, k;

	while ((k = proxyline_wants(p, have)) > 0 && have < n)
		have += k < n - have ? k : n - have;
	proxyline_get(p, have, &h);
	if (kind == PROXYLINE_MORE) {
		is_num(h.kind, kind, "more is wanted");
	} else {
		is_num(h.kind, kind, "the same, read by what is wanted");
		if (kind != PROXYLINE_BAD)
			is_num((long long)have, (long long)used,
			    "no byte more");
	}
}

static void
limits(void)
{
	static char in[PROXYLINE_V2_MAX + 2];
	struct proxyline h;
	int n;

	n = snprintf(in, sizeof in, "PROXY UNKNOWN %*s\r\n",
	    PROXYLINE_V1_MAX - 16, "x");
	is_num(n, PROXYLINE_V1_MAX, "a line as long as may be");
	is_num((long long)proxyline_get(in, n, &h), PROXYLINE_V1_MAX, "is one");
	is_num(h.kind, PROXYLINE_UNKNOWN, "of its kind");
	n = snprintf(in, sizeof in, "PROXY UNKNOWN %*s\r\n",
	    PROXYLINE_V1_MAX - 15, "x");
	is_num((long long)proxyline_get(in, n, &h), 0, "one byte more");
	is_num(h.kind, PROXYLINE_BAD, "is none");
	is_num((long long)proxyline_wants(in, PROXYLINE_V1_MAX), 0,
	    "nothing more is wanted");
	memset(in, 0, sizeof in);
	memcpy(in, V2 "\x21\0\x08\0", 16);
	is_num((long long)proxyline_get(in, PROXYLINE_V2_MAX, &h),
	    PROXYLINE_V2_MAX, "as many TLVs as may be");
	is_num((long long)proxyline_get(in, PROXYLINE_V2_MAX - 1, &h), 0,
	    "not whole");
	is_num(h.kind, PROXYLINE_MORE, "yet");
	is_num((long long)proxyline_wants(in, 16), 2048, "how many are wanted");
	in[15] = 1;
	is_num((long long)proxyline_get(in, sizeof in, &h), 0, "one more");
	is_num(h.kind, PROXYLINE_BAD, "is none");
}

int
main(void)
{
	struct proxyline h;
	char got[200];
	size_t i, k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num((long long)proxyline_get(cases[i].p, cases[i].n, &h),
		    (long long)cases[i].used, cases[i].p);
		is_num(h.kind, cases[i].kind, "its kind");
		if (cases[i].want != NULL) {
			show(&h, got);
			is_str(got, cases[i].want, "its addresses");
		}
		/* no part of a good one is anything yet */
		for (k = 0; k < cases[i].used; k++) {
			proxyline_get(cases[i].p, k, &h);
			if (h.kind != PROXYLINE_MORE)
				break;
		}
		is_num((long long)k, (long long)cases[i].used, "no part of it");
		reading(cases[i].p, cases[i].n, cases[i].kind, cases[i].used);
	}
	limits();
	return done();
}
