/* addresses of hosts, and where mail may go */
#include "dns/hostaddr.h"
#include "tap.h"

static const struct {
	const char *ip;
	int sane, private;
} addrs[] = {
	{ "0.0.0.0", 0, 0 },
	{ "0.255.255.255", 0, 0 },
	{ "1.0.0.0", 1, 0 },
	{ "127.0.0.1", 0, 0 },
	{ "126.255.255.255", 1, 0 },
	{ "128.0.0.0", 1, 0 },
	{ "169.254.0.1", 0, 0 },
	{ "169.255.0.1", 1, 0 },
	{ "223.255.255.255", 1, 0 },
	{ "224.0.0.0", 0, 0 },
	{ "239.1.1.1", 0, 0 },
	{ "240.0.0.1", 0, 0 },
	{ "255.255.255.255", 0, 0 },
	{ "10.0.0.1", 1, 1 },
	{ "11.0.0.1", 1, 0 },
	{ "172.15.0.1", 1, 0 },
	{ "172.16.0.1", 1, 1 },
	{ "172.31.255.255", 1, 1 },
	{ "172.32.0.0", 1, 0 },
	{ "192.168.9.9", 1, 1 },
	{ "100.64.0.1", 1, 1 },
	{ "100.127.255.255", 1, 1 },
	{ "100.128.0.0", 1, 0 },
	{ "::", 0, 0 },
	{ "::1", 0, 0 },
	{ "::2", 1, 0 },
	{ "fe80::1", 0, 0 },
	{ "febf::1", 0, 0 },
	{ "fec0::1", 1, 0 },
	{ "ff02::1", 0, 0 },
	{ "fc00::1", 1, 1 },
	{ "fdff::1", 1, 1 },
	{ "fe00::1", 1, 0 },
	{ "2001:db8::1", 1, 0 },
	{ "::ffff:127.0.0.1", 0, 0 },
	{ "::ffff:192.0.2.1", 1, 0 },
	{ "::ffff:10.0.0.1", 1, 1 },
};

static void
policies(void)
{
	struct hostaddr_policy p = { 0 };
	struct hostaddr_prefix allow;
	struct hostaddr other, a;
	unsigned i;

	for (i = 0; i < sizeof addrs / sizeof addrs[0]; i++) {
		hostaddr_scan(addrs[i].ip, strlen(addrs[i].ip), &a);
		p.refuse_private = 0;
		is_num(hostaddr_sane(&a, &p), addrs[i].sane, addrs[i].ip);
		p.refuse_private = 1;
		is_num(hostaddr_sane(&a, &p),
		    addrs[i].sane && !addrs[i].private, "private ones refused");
	}
	is_num(hostaddr_prefix_scan("127.0.0.0/9", &allow), 0, "a prefix");
	p.allow = &allow;
	p.n_allow = 1;
	hostaddr_scan("127.127.0.1", 11, &a);
	is_num(hostaddr_sane(&a, &p), 1, "allowed");
	hostaddr_scan("127.128.0.1", 11, &a);
	is_num(hostaddr_sane(&a, &p), 0, "not allowed");
	is_num(hostaddr_prefix_scan("::/129", &allow), -1, "too many bits");
	is_num(hostaddr_prefix_scan("1.2.3.4/", &allow), -1, "no bits");
	is_num(hostaddr_prefix_scan("1.2.3.4", &allow), 0, "an address");
	is_num(allow.bits, 32, "is a whole prefix");
	p.own = &a;
	p.n_own = 1;
	is_num(hostaddr_own(&a, &p), 1, "our own");
	p.n_allow = 0;
	hostaddr_scan("::ffff:127.128.0.1", 18, &other);
	is_num(hostaddr_own(&other, &p), 1, "mapped into IPv6");
	hostaddr_scan("64:ff9b::127.128.0.1", 20, &other);
	is_num(hostaddr_own(&other, &p), 1, "by NAT64");
	is_num(hostaddr_sane(&other, &p), 0, "is nonsense where IPv4 is");
	hostaddr_scan("64:ff9b::127.128.0.2", 20, &other);
	is_num(hostaddr_own(&other, &p), 0, "another one");
	hostaddr_scan("64:ff9b:1::127.128.0.1", 22, &other);
	is_num(hostaddr_own(&other, &p), 0, "another prefix");
}

static void
texts(void)
{
	static const char *const good[] = { "192.0.2.1", "::", "2001:db8::1",
		"::ffff:192.0.2.1" };
	static const char *const bad[] = { "", "192.0.2", "192.0.2.1 ", "x",
		"[::1]", "1:2:3:4:5:6:7:8:9" };
	struct hostaddr_prefix p;
	char text[IP_TEXT];
	struct hostaddr a;
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		is_num(hostaddr_scan(good[i], strlen(good[i]), &a), 0, good[i]);
		hostaddr_text(&a, text);
		is_str(text, good[i], "the same");
		is_num(a.family, i == 0 ? 4 : 6, "family");
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		is_num(hostaddr_scan(bad[i], strlen(bad[i]), &a), -1, bad[i]);
		is_num(hostaddr_prefix_scan(bad[i], &p), -1, "no prefix");
	}
}

int
main(void)
{
	texts();
	policies();
	return done();
}
