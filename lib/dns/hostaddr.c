#include "dns/hostaddr.h"
#include <string.h>

void
hostaddr_text(const struct hostaddr *a, char out[IP_TEXT])
{
	ip_text(a->ip, a->family == 4 ? 4 : 16, out);
}

/* len as of ip_scan() */
static int
set_family(struct hostaddr *a, size_t len)
{
	a->family = len == 4 ? 4 : 6;
	return len == 0 ? -1 : 0;
}

int
hostaddr_scan(const char *p, size_t n, struct hostaddr *a)
{
	memset(a, 0, sizeof *a);
	return set_family(a, ip_scan(p, n, a->ip));
}

int
hostaddr_prefix_scan(const char *s, struct hostaddr_prefix *p)
{
	memset(p, 0, sizeof *p);
	return set_family(&p->ip,
	    ip_scan_prefix(s, strlen(s), p->ip.ip, &p->bits));
}

static int
within(const struct hostaddr *a, unsigned family, const unsigned char *net,
    unsigned bits)
{
	return a->family == family && ip_same_net(a->ip, net, bits);
}

struct net {
	unsigned char family, bits, ip[16];
};
/* RFC 6890: never a mail server out there */
static const struct net nonsense[] = {
	{ 4, 8, { 0 } },
	{ 4, 8, { 127 } },
	{ 4, 16, { 169, 254 } },
	{ 4, 4, { 224 } },
	{ 4, 4, { 240 } },
	{ 6, 128, { 0 } },
	{ 6, 128, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } },
	{ 6, 10, { 0xfe, 0x80 } },
	{ 6, 8, { 0xff } },
};
static const struct net private[] = {
	{ 4, 8, { 10 } },
	{ 4, 12, { 172, 16 } },
	{ 4, 16, { 192, 168 } },
	{ 4, 10, { 100, 64 } },
	{ 6, 7, { 0xfc } },
};

static int
in_nets(const struct hostaddr *a, const struct net *net, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (within(a, net[i].family, net[i].ip, net[i].bits))
			return 1;
	return 0;
}

static int
allowed(const struct hostaddr *a, const struct hostaddr_policy *p)
{
	unsigned i;

	for (i = 0; i < p->n_allow; i++)
		if (within(a, p->allow[i].ip.family, p->allow[i].ip.ip,
			p->allow[i].bits))
			return 1;
	return 0;
}

/* IPv4 within IPv6: mapped (RFC 4291 2.5.5.2), or by NAT64 (RFC 6052 2.1) */
static int
as_ipv4(const struct hostaddr *a, struct hostaddr *v4)
{
	static const unsigned char nat64[IP_LEN] = { 0, 0x64, 0xff, 0x9b };

	if (a->family != 6 ||
	    (!ip_is_mapped(a->ip) && !ip_same_net(a->ip, nat64, 96)))
		return 0;
	memset(v4, 0, sizeof *v4);
	v4->family = 4;
	memcpy(v4->ip, a->ip + 12, 4);
	return 1;
}

int
hostaddr_sane(const struct hostaddr *a, const struct hostaddr_policy *p)
{
	struct hostaddr v4;

	if (allowed(a, p))
		return 1;
	if (as_ipv4(a, &v4))
		return hostaddr_sane(&v4, p);
	if (in_nets(a, nonsense, sizeof nonsense / sizeof nonsense[0]))
		return 0;
	return !p->refuse_private ||
	    !in_nets(a, private, sizeof private / sizeof private[0]);
}

int
hostaddr_own(const struct hostaddr *a, const struct hostaddr_policy *p)
{
	struct hostaddr v4;
	unsigned i;

	if (allowed(a, p))
		return 0;
	if (as_ipv4(a, &v4))
		return hostaddr_own(&v4, p);
	for (i = 0; i < p->n_own; i++)
		if (a->family == p->own[i].family &&
		    memcmp(a->ip, p->own[i].ip, a->family == 4 ? 4 : 16) == 0)
			return 1;
	return 0;
}
