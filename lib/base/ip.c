#include "base/ip.h"
#include "base/ascii.h"
#include "base/num.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

size_t
ip_scans(const char *s, unsigned char ip[IP_LEN])
{
	if (s == NULL)
		return 0;
	if (inet_pton(AF_INET, s, ip) == 1)
		return 4;
	return inet_pton(AF_INET6, s, ip) == 1 ? 16 : 0;
}

size_t
ip_scan(const char *p, size_t n, unsigned char ip[IP_LEN])
{
	char t[IP_TEXT];

	if (n == 0 || n >= sizeof t || memchr(p, '\0', n) != NULL)
		return 0;
	memcpy(t, p, n);
	t[n] = '\0';
	return ip_scans(t, ip);
}

size_t
ip_scan_literal(const char *p, size_t n, unsigned char ip[IP_LEN])
{
	size_t want = 4;

	if (n < 3 || p[0] != '[' || p[n - 1] != ']')
		return 0;
	p++;
	n -= 2;
	if (ascii_begins(p, n, "IPv6:")) {
		p += 5;
		n -= 5;
		want = 16;
	}
	return ip_scan(p, n, ip) == want ? want : 0;
}

size_t
ip_scan_prefix(const char *p, size_t n, unsigned char ip[IP_LEN],
    unsigned *bits)
{
	const char *slash = n == 0 ? NULL : memchr(p, '/', n);
	size_t whole = slash == NULL ? n : (size_t)(slash - p);
	size_t len = ip_scan(p, whole, ip);
	uint64_t u = 8 * len;

	if (slash != NULL &&
	    num_scan(slash + 1, n - whole - 1, 0, 8 * len, &u) == -1)
		return 0;
	*bits = (unsigned)u;
	return len;
}

char *
ip_text(const unsigned char *ip, size_t len, char out[IP_TEXT])
{
	inet_ntop(len == 4 ? AF_INET : AF_INET6, ip, out, IP_TEXT);
	return out;
}

int
ip_is_mapped(const unsigned char ip[IP_LEN])
{
	return memcmp(ip, mapped, sizeof mapped) == 0;
}

size_t
ip_unmap(unsigned char ip[IP_LEN], size_t len)
{
	if (len != 16 || !ip_is_mapped(ip))
		return len;
	memmove(ip, ip + sizeof mapped, 4);
	return 4;
}

size_t
ip_unmap_net(unsigned char ip[IP_LEN], size_t len, unsigned *bits)
{
	if (len != 16 || *bits < 8 * sizeof mapped || ip_unmap(ip, len) != 4)
		return len;
	*bits -= 8 * sizeof mapped;
	return 4;
}

void
ip_map(unsigned char out[IP_LEN], const unsigned char *ip, size_t len)
{
	memcpy(out, mapped, sizeof mapped);
	memcpy(out + IP_LEN - len, ip, len);
}

size_t
ip_of_sockaddr(const struct sockaddr *sa, unsigned char ip[IP_LEN])
{
	struct sockaddr_in s4;
	struct sockaddr_in6 s6;

	if (sa != NULL && sa->sa_family == AF_INET) {
		memcpy(&s4, sa, sizeof s4);
		memcpy(ip, &s4.sin_addr, 4);
		return 4;
	}
	if (sa != NULL && sa->sa_family == AF_INET6) {
		memcpy(&s6, sa, sizeof s6);
		memcpy(ip, &s6.sin6_addr, 16);
		return 16;
	}
	return 0;
}

uint16_t
ip_port(const struct sockaddr *sa)
{
	struct sockaddr_in s4;
	struct sockaddr_in6 s6;

	if (sa != NULL && sa->sa_family == AF_INET) {
		memcpy(&s4, sa, sizeof s4);
		return ntohs(s4.sin_port);
	}
	if (sa != NULL && sa->sa_family == AF_INET6) {
		memcpy(&s6, sa, sizeof s6);
		return ntohs(s6.sin6_port);
	}
	return 0;
}

socklen_t
ip_sockaddr(struct sockaddr_storage *ss, const unsigned char *ip, size_t len,
    uint16_t port)
{
	struct sockaddr_in *s4 = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *s6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof *ss);
	if (len == 4) {
		s4->sin_family = AF_INET;
		s4->sin_port = htons(port);
		memcpy(&s4->sin_addr, ip, 4);
		return sizeof *s4;
	}
	s6->sin6_family = AF_INET6;
	s6->sin6_port = htons(port);
	memcpy(&s6->sin6_addr, ip, 16);
	return sizeof *s6;
}

int
ip_same_net(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	return memcmp(a, b, whole) == 0 &&
	    (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}
