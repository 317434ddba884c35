#include "dns/ownaddr.h"
#include "base/clock.h"
#include "base/ip.h"
#include <ifaddrs.h>
#include <string.h>

/* 0, or -1 when it is of another family */
static int
take_address(const struct sockaddr *sa, struct hostaddr *ip)
{
	size_t n;

	memset(ip, 0, sizeof *ip);
	n = ip_of_sockaddr(sa, ip->ip);
	ip->family = n == 4 ? 4 : 6;
	return n == 0 ? -1 : 0;
}

void
ownaddr_read(struct hostaddr_policy *p)
{
	static struct hostaddr own[OWN_MAX];
	static int64_t next;
	struct ifaddrs *list, *a;
	int64_t now = clock_mono_ms();
	unsigned n = 0;

	if (next > now)
		return;
	next = now + OWN_EVERY_MS;
	if (getifaddrs(&list) == -1)
		return;
	for (a = list; a != NULL && n < OWN_MAX; a = a->ifa_next)
		if (take_address(a->ifa_addr, &own[n]) == 0 &&
		    hostaddr_sane(&own[n], p))
			n++;
	p->own = own;
	p->n_own = n;
	freeifaddrs(list);
}
