#include "chain/dial.h"
#include "base/fd.h"
#include "base/ip.h"
#include "base/num.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <netinet/tcp.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

int
dial_scan_ip(const char *p, size_t n, struct dial_addr *a)
{
	size_t len;

	memset(a, 0, sizeof *a);
	len = ip_scan(p, n, a->ip);
	if (len > 0)
		a->kind = len == 4 ? DIAL_V4 : DIAL_V6;
	return len == 0 ? -1 : 0;
}

int
dial_scan(const char *p, size_t n, struct dial_addr *a, const char **host,
    size_t *host_len)
{
	const char *end = p + n, *port, *ip;
	uint64_t u;

	port = memchr(p, '/', n);
	ip = port == NULL ? NULL : memchr(port + 1, '/', end - port - 1);
	if (ip == NULL || port == p)
		return -1;
	*host = p;
	*host_len = port - p;
	if (num_scan(port + 1, ip - port - 1, 0, 65535, &u) == -1)
		return -1;
	ip++;
	if (u == 0) {
		memset(a, 0, sizeof *a);
		if (ip == end || *ip != '/' || end - ip > DIAL_PATH_MAX ||
		    memchr(ip, '\0', end - ip) != NULL)
			return -1;
		a->kind = DIAL_UNIX;
		a->path = ip;
		a->path_len = end - ip;
		return 0;
	}
	if (dial_scan_ip(ip, end - ip, a) == -1)
		return -1;
	a->port = u;
	return 0;
}

static socklen_t
fill(union address *s, const struct dial_addr *a)
{
	memset(s, 0, sizeof *s);
	switch (a->kind) {
	case DIAL_V4:
		s->v4.sin_family = AF_INET;
		s->v4.sin_port = htons(a->port);
		memcpy(&s->v4.sin_addr, a->ip, 4);
		return sizeof s->v4;
	case DIAL_V6:
		s->v6.sin6_family = AF_INET6;
		s->v6.sin6_port = htons(a->port);
		memcpy(&s->v6.sin6_addr, a->ip, 16);
		return sizeof s->v6;
	default:
		s->un.sun_family = AF_UNIX;
		memcpy(s->un.sun_path, a->path, a->path_len);
		return sizeof s->un;
	}
}

int
dial_start(const struct dial_addr *to, const struct dial_addr *from, int *local)
{
	union address s;
	socklen_t len = fill(&s, to);
	int fd, one = 1;

	*local = 1;
	fd = socket(s.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (fd == -1)
		return -1;
	if (to->kind != DIAL_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (from->kind == to->kind && from->kind != DIAL_UNIX) {
		union address b;
		socklen_t blen = fill(&b, from);

		/* choose the port at connect: one may then serve many hosts */
		setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one,
		    sizeof one);
		if (bind(fd, &b.any, blen) == -1)
			return fd_fail(fd);
	}
	if (connect(fd, &s.any, len) == 0 || errno == EINPROGRESS ||
	    errno == EINTR)
		return fd;
	*local = errno == EADDRNOTAVAIL || errno == ENOBUFS ||
	    errno == ENOMEM || (to->kind == DIAL_UNIX && errno == EAGAIN);
	return fd_fail(fd);
}

int
dial_path(const char *path)
{
	struct dial_addr any = { .kind = DIAL_NONE };
	struct dial_addr a = { .kind = DIAL_UNIX, .path = path };
	size_t n = strlen(path);
	int local;

	if (n > DIAL_PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	a.path_len = (unsigned)n;
	return dial_start(&a, &any, &local);
}

int
dial_stands(int fd)
{
	union address s;
	socklen_t len = sizeof s;

	return getpeername(fd, &s.any, &len) == 0;
}

char *
dial_text(const struct dial_addr *a, char out[DIAL_TEXT_MAX])
{
	out[0] = '\0';
	if (a->kind == DIAL_UNIX) {
		memcpy(out, a->path, a->path_len);
		out[a->path_len] = '\0';
	} else if (a->kind != DIAL_NONE) {
		ip_text(a->ip, a->kind == DIAL_V4 ? 4 : 16, out);
	}
	return out;
}
