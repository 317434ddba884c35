#include "chain/listen.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/ip.h"
#include "base/num.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int
unix_name(struct sockaddr_un *sa, const char *path)
{
	memset(sa, 0, sizeof *sa);
	sa->sun_family = AF_UNIX;
	if (path[0] == '\0') {
		errno = EINVAL;
		return -1;
	}
	if (strlen(path) >= sizeof sa->sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sa->sun_path, path, strlen(path) + 1);
	return 0;
}

static int
new_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* 0 if the path is free or a socket that nobody serves */
static int
may_replace(const struct sockaddr_un *sa, int folder, const char *name)
{
	struct stat st;
	int fd, r;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = ENOTSOCK;
		return -1;
	}
	fd = new_socket(AF_UNIX);
	if (fd == -1)
		return -1;
	r = connect(fd, (const struct sockaddr *)sa, sizeof *sa);
	if (r == -1 && errno == ECONNREFUSED) {
		close(fd);
		return 0;
	}
	if (r == 0 || errno == EAGAIN)
		errno = EADDRINUSE;
	return fd_fail(fd);
}

/* bound to a name in the folder, which gets the mode as it is made: nothing
 * is changed by name, where somebody could put another file in between */
static int
bind_there(int fd, int folder, const char *name, mode_t mode)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	mode_t mask;
	int r;

	snprintf(sa.sun_path, sizeof sa.sun_path, "/proc/self/fd/%d/%s", folder,
	    name);
	mask = umask(~mode & 0777);
	r = bind(fd, (struct sockaddr *)&sa, sizeof sa);
	umask(mask);
	return r;
}

/* made under another name and renamed: it is never there half made */
static int
open_there(int folder, const char *name, mode_t mode)
{
	char t[32];
	int fd = new_socket(AF_UNIX);

	if (fd == -1)
		return -1;
	snprintf(t, sizeof t, ".%ld.new", (long)getpid());
	unlinkat(folder, t, 0);
	if (bind_there(fd, folder, t, mode) == -1)
		return fd_fail(fd);
	if (listen(fd, LISTEN_BACKLOG) == 0 &&
	    renameat(folder, t, folder, name) == 0)
		return fd;
	fd_fail(fd);
	unlinkat(folder, t, 0);
	return -1;
}

static int
open_unix(const char *path, mode_t mode)
{
	struct sockaddr_un sa;
	const char *name;
	int folder, fd = -1;

	if (unix_name(&sa, path) == -1)
		return -1;
	folder = folder_open_of(path, &name);
	if (folder == -1)
		return -1;
	if (folder_enter(folder) == 0) {
		if (may_replace(&sa, folder, name) == 0)
			fd = open_there(folder, name, mode);
		folder_leave();
	}
	if (fd == -1)
		return fd_fail(folder);
	close(folder);
	return fd;
}

static int
scan_address(const char *s, struct sockaddr_storage *ss, socklen_t *len)
{
	const char *colon = strrchr(s, ':');
	unsigned char ip[IP_LEN];
	uint64_t port;
	size_t n, family = 4;

	if (colon == NULL || num_scans(colon + 1, 0, 65535, &port) == -1)
		return -1;
	n = colon - s;
	if (n > 2 && s[0] == '[' && s[n - 1] == ']') {
		family = 16;
		s++;
		n -= 2;
	}
	if (ip_scan(s, n, ip) != family)
		return -1;
	*len = ip_sockaddr(ss, ip, family, (uint16_t)port);
	return 0;
}

int
listen_open(const char *address, mode_t mode)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd, one = 1;

	if (strncmp(address, "unix:", 5) == 0)
		return open_unix(address + 5, mode);
	if (scan_address(address, &ss, &len) == -1) {
		errno = EINVAL;
		return -1;
	}
	fd = new_socket(ss.ss_family);
	if (fd == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (ss.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&ss, len) == -1 ||
	    listen(fd, LISTEN_BACKLOG) == -1)
		return fd_fail(fd);
	return fd;
}

/* a served path answers with our own socket: nobody else has renamed his
 * over it since */
static void
unlink_there(const struct sockaddr_un *sa, int folder, const char *name)
{
	int c = new_socket(AF_UNIX);

	if (c == -1)
		return;
	if (connect(c, (const struct sockaddr *)sa, sizeof *sa) == -1 &&
	    errno == ECONNREFUSED)
		unlinkat(folder, name, 0);
	close(c);
}

void
listen_unlink(const char *address, int fd)
{
	struct sockaddr_un sa;
	const char *name;
	int folder;

	if (strncmp(address, "unix:", 5) != 0 ||
	    unix_name(&sa, address + 5) == -1)
		return;
	/* stop serving: who connects now is refused */
	shutdown(fd, SHUT_RDWR);
	folder = folder_open_of(address + 5, &name);
	if (folder == -1)
		return;
	if (folder_enter(folder) == 0) {
		unlink_there(&sa, folder, name);
		folder_leave();
	}
	close(folder);
}

int
listen_is(int fd)
{
	int on = 0;
	socklen_t len = sizeof on;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 && on;
}

int
listen_is_at(int fd, const char *address)
{
	struct sockaddr_storage want, ss;
	socklen_t len = sizeof ss;
	unsigned char a[IP_LEN], b[IP_LEN];
	size_t n;

	if (scan_address(address, &want, &len) == -1)
		return 0;
	len = sizeof ss;
	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1 ||
	    ss.ss_family != want.ss_family ||
	    ip_port((struct sockaddr *)&ss) !=
		ip_port((struct sockaddr *)&want))
		return 0;
	n = ip_of_sockaddr((struct sockaddr *)&want, a);
	return ip_of_sockaddr((struct sockaddr *)&ss, b) == n &&
	    memcmp(a, b, n) == 0;
}
