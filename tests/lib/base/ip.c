#include "base/ip.h"
#include "tap.h"
#include <netinet/in.h>

static void
scan(void)
{
	static const struct {
		const char *s;
		size_t len, literal;
		const char *text; /* NULL: as it stands */
	} t[] = {
		{ "192.0.2.1", 4, 0, NULL },
		{ "255.255.255.255", 4, 0, NULL },
		{ "255.255.255.256", 0, 0, NULL },
		{ "192.0.2", 0, 0, NULL },
		{ "192.0.2.1.", 0, 0, NULL },
		{ "192.0.2.01", 0, 0, NULL },
		{ " 192.0.2.1", 0, 0, NULL },
		{ "", 0, 0, NULL },
		{ "::", 16, 0, NULL },
		{ "2001:db8::1", 16, 0, NULL },
		{ "2001:DB8:0:0::1", 16, 0, "2001:db8::1" },
		{ "::ffff:192.0.2.1", 16, 0, NULL },
		{ "fe80::1%eth0", 0, 0, NULL },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", 16, 0,
		    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555", 0, 0,
		    NULL },
		{ "[192.0.2.1]", 0, 4, "192.0.2.1" },
		{ "[IPv6:2001:db8::1]", 0, 16, "2001:db8::1" },
		{ "[ipv6:::]", 0, 16, "::" },
		{ "[IPv6:ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]", 0, 16,
		    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "[2001:db8::1]", 0, 0, NULL },
		{ "[IPv6:192.0.2.1]", 0, 0, NULL },
		{ "[IPv6:]", 0, 0, NULL },
		{ "[]", 0, 0, NULL },
		{ "[", 0, 0, NULL },
		{ "[192.0.2.1", 0, 0, NULL },
		{ "192.0.2.1]", 0, 0, NULL },
	};
	unsigned char ip[IP_LEN];
	char text[IP_TEXT], around[IP_LITERAL + 3];
	size_t i, n, len;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		n = strlen(t[i].s);
		snprintf(around, sizeof around, "%s0", t[i].s);
		is_num(ip_scan_literal(around, n, ip), t[i].literal, t[i].s);
		len = t[i].len > 0 ? ip_scan(around, n, ip) : t[i].literal;
		if (len > 0)
			is_str(ip_text(ip, len, text),
			    t[i].text != NULL ? t[i].text : t[i].s, t[i].s);
		is_num(ip_scan(around, n, ip), t[i].len, t[i].s);
		is_num(ip_scans(t[i].s, ip), t[i].len, t[i].s);
	}
	is_num(ip_scan("192.0.2.1\0", 10, ip), 0, "a NUL within");
	is_num(ip_scan_literal("[192.0.2.1\0]", 12, ip), 0, "in brackets, too");
	is_num(ip_scans(NULL, ip), 0, "no text");
}

static void
prefix(void)
{
	static const struct {
		const char *s;
		size_t len;
		unsigned bits;
	} t[] = {
		{ "192.0.2.0/24", 4, 24 },
		{ "192.0.2.0/0", 4, 0 },
		{ "192.0.2.0/32", 4, 32 },
		{ "192.0.2.0/33", 0, 0 },
		{ "192.0.2.0", 4, 32 },
		{ "192.0.2.0/", 0, 0 },
		{ "192.0.2.0/x", 0, 0 },
		{ "192.0.2.0/2/4", 0, 0 },
		{ "2001:db8::", 16, 128 },
		{ "2001:db8::/32", 16, 32 },
		{ "2001:db8::/128", 16, 128 },
		{ "2001:db8::/129", 0, 0 },
		{ "/24", 0, 0 },
		{ "/0", 0, 0 },
		{ "", 0, 0 },
	};
	unsigned char ip[IP_LEN];
	unsigned bits;
	size_t i, len;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		len = ip_scan_prefix(t[i].s, strlen(t[i].s), ip, &bits);
		is_num(len, t[i].len, t[i].s);
		if (len > 0)
			is_num(bits, t[i].bits, t[i].s);
	}
}

static void
mapped(void)
{
	unsigned char v4[IP_LEN], v6[IP_LEN], out[IP_LEN];

	ip_scans("192.0.2.1", v4);
	ip_scans("::ffff:192.0.2.1", v6);
	ok(ip_is_mapped(v6), "IPv4 within IPv6");
	ip_map(out, v4, 4);
	ok(memcmp(out, v6, IP_LEN) == 0, "is what IPv4 becomes");
	is_num(ip_unmap(out, 16), 4, "and is again");
	ok(memcmp(out, v4, 4) == 0, "the same");
	is_num(ip_unmap(out, 4), 4, "IPv4 stays");
	ip_scans("::fffe:192.0.2.1", v6);
	ok(!ip_is_mapped(v6), "another one is not");
	is_num(ip_unmap(v6, 16), 16, "and stays");
	ip_map(out, v6, 16);
	ok(memcmp(out, v6, IP_LEN) == 0, "either way");
}

static void
mapped_nets(void)
{
	unsigned char ip[IP_LEN];
	unsigned bits = 96;

	ip_scans("::ffff:192.0.2.0", ip);
	is_num(ip_unmap_net(ip, 16, &bits), 4, "all that hold IPv4");
	is_num(bits, 0, "are all of IPv4");
	is_num(ip[0], 192, "its bytes");
	bits = 24;
	is_num(ip_unmap_net(ip, 4, &bits), 4, "a network of IPv4 stays");
	is_num(bits, 24, "as long");
	ip_scans("::ffff:192.0.2.0", ip);
	bits = 95;
	is_num(ip_unmap_net(ip, 16, &bits), 16, "a larger one stays");
	is_num(bits, 95, "as long");
	ip_scans("2001:db8::", ip);
	bits = 96;
	is_num(ip_unmap_net(ip, 16, &bits), 16, "another one, too");
	is_num(bits, 96, "as long");
}

static void
nets(void)
{
	static const struct {
		const char *a, *b;
		unsigned same; /* bits, and no more */
	} t[] = {
		{ "0.0.0.0", "128.0.0.0", 0 },
		{ "192.0.2.0", "192.0.2.128", 24 },
		{ "192.0.2.1", "192.0.2.2", 30 },
		{ "192.0.2.1", "192.0.3.1", 23 },
		{ "192.0.2.1", "192.0.2.1", 32 },
		{ "2001:db8::", "2001:db9::", 31 },
		{ "2001:db8::1", "2001:db8::", 127 },
		{ "2001:db8::1", "2001:db8::1", 128 },
	};
	unsigned char a[IP_LEN], b[IP_LEN];
	unsigned bits, all;
	int good;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		all = 8 * (unsigned)ip_scans(t[i].a, a);
		good = ip_scans(t[i].b, b) * 8 == all;
		for (bits = 0; bits <= all; bits++)
			good &= ip_same_net(a, b, bits) == (bits <= t[i].same);
		ok(good, t[i].b);
	}
}

static void
sockaddrs(void)
{
	struct sockaddr_storage ss;
	struct sockaddr_in *s4 = (struct sockaddr_in *)&ss;
	struct sockaddr_in6 *s6 = (struct sockaddr_in6 *)&ss;
	const struct sockaddr *sa = (struct sockaddr *)&ss;
	unsigned char ip[IP_LEN], got[IP_LEN];

	ip_scans("192.0.2.1", ip);
	is_num(ip_sockaddr(&ss, ip, 4, 25), sizeof *s4, "IPv4");
	ok(ss.ss_family == AF_INET && s4->sin_port == htons(25), "its port");
	is_num(ip_of_sockaddr(sa, got), 4, "and back");
	is_num(ip_port(sa), 25, "with its port");
	ok(memcmp(got, ip, 4) == 0, "the same");
	ip_scans("2001:db8::1", ip);
	is_num(ip_sockaddr(&ss, ip, 16, 65535), sizeof *s6, "IPv6");
	ok(ss.ss_family == AF_INET6 && s6->sin6_port == htons(65535),
	    "its port");
	is_num(ip_of_sockaddr(sa, got), 16, "and back");
	is_num(ip_port(sa), 65535, "with its port");
	ok(memcmp(got, ip, 16) == 0, "the same");
	ss.ss_family = AF_UNIX;
	is_num(ip_of_sockaddr(sa, got), 0, "another family");
	is_num(ip_of_sockaddr(NULL, got), 0, "no address");
	is_num(ip_port(sa), 0, "which has no port");
	is_num(ip_port(NULL), 0, "as no address has");
}

int
main(void)
{
	sockaddrs();
	scan();
	prefix();
	mapped();
	mapped_nets();
	nets();
	return done();
}
