#include "route/ownaddr.h"
#include "base/clock.h"
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

/* 0, or -1 when it is of another family */
static int
take_address(const struct sockaddr *sa, struct hosts_ip *ip)
{
	struct sockaddr_in s4;
	struct sockaddr_in6 s6;

	memset(ip, 0, sizeof *ip);
	if (sa != NULL && sa->sa_family == AF_INET) {
		memcpy(&s4, sa, sizeof s4);
		ip->family = 4;
		memcpy(ip->ip, &s4.sin_addr, 4);
		return 0;
	}
	if (sa != NULL && sa->sa_family == AF_INET6) {
		memcpy(&s6, sa, sizeof s6);
		ip->family = 6;
		memcpy(ip->ip, &s6.sin6_addr, 16);
		return 0;
	}
	return -1;
}

void
ownaddr_read(struct hosts_policy *p)
{
	static struct hosts_ip own[OWN_MAX];
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
		    hosts_sane(&own[n], p))
			n++;
	p->own = own;
	p->n_own = n;
	freeifaddrs(list);
}
