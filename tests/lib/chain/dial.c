#include "chain/dial.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <unistd.h>

static void
test_scan(void)
{
	static const struct {
		const char *in;
		enum dial_kind kind;
		unsigned port;
		const char *host, *text;
	} t[] = {
		{ "mx.a/25/192.0.2.1", DIAL_V4, 25, "mx.a", "192.0.2.1" },
		{ "mx.a/65535/::1", DIAL_V6, 65535, "mx.a", "::1" },
		{ "box/0//run/lmtp", DIAL_UNIX, 0, "box", "/run/lmtp" },
		{ "box/0//", DIAL_UNIX, 0, "box", "/" },
		{ "", DIAL_NONE, 0, "", "" },
		{ "mx.a", DIAL_NONE, 0, "", "" },
		{ "mx.a/25", DIAL_NONE, 0, "", "" },
		{ "/25/192.0.2.1", DIAL_NONE, 0, "", "" },
		{ "mx.a/65536/192.0.2.1", DIAL_NONE, 0, "", "" },
		{ "mx.a/-1/192.0.2.1", DIAL_NONE, 0, "", "" },
		{ "mx.a//192.0.2.1", DIAL_NONE, 0, "", "" },
		{ "mx.a/25/", DIAL_NONE, 0, "", "" },
		{ "mx.a/25/192.0.2", DIAL_NONE, 0, "", "" },
		{ "mx.a/25/mx.a", DIAL_NONE, 0, "", "" },
		{ "mx.a/25/1:2:3:4:5:6:7:8:9:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1",
		    DIAL_NONE, 0, "", "" },
		{ "box/0/run", DIAL_NONE, 0, "", "" },
	};
	char text[DIAL_TEXT_MAX], long_path[DIAL_PATH_MAX + 10];
	struct dial_addr a;
	const char *host;
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		if (dial_scan(t[i].in, strlen(t[i].in), &a, &host, &n) == -1) {
			is_num(DIAL_NONE, t[i].kind, t[i].in);
			continue;
		}
		is_num(a.kind, t[i].kind, t[i].in);
		is_num(a.port, t[i].port, "port");
		is_str(dial_text(&a, text), t[i].text, "text");
		ok(n == strlen(t[i].host) && memcmp(host, t[i].host, n) == 0,
		    "host");
	}
	memcpy(long_path, "b/0/", 4);
	memset(long_path + 4, '/', DIAL_PATH_MAX + 1);
	ok(dial_scan(long_path, 4 + DIAL_PATH_MAX, &a, &host, &n) == 0,
	    "longest path");
	ok(dial_scan(long_path, 5 + DIAL_PATH_MAX, &a, &host, &n) == -1,
	    "one longer");
}

static int
listener(struct dial_addr *a)
{
	struct sockaddr_in s = { .sin_family = AF_INET };
	socklen_t n = sizeof s;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	s.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&s, n) == -1 || listen(fd, 5) == -1 ||
	    getsockname(fd, (struct sockaddr *)&s, &n) == -1)
		return -1;
	dial_scan_ip("127.0.0.1", 9, a);
	a->port = ntohs(s.sin_port);
	return fd;
}

static void
wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	poll(&p, 1, 5000);
}

static void
test_start(void)
{
	struct dial_addr to, from = { .kind = DIAL_NONE };
	struct sockaddr_in peer;
	socklen_t n = sizeof peer;
	int l = listener(&to), fd, local, got;
	char c;

	fd = dial_start(&to, &from, &local);
	ok(fd != -1, "connect");
	wait_for(fd);
	ok(dial_stands(fd), "it stands");
	close(fd);
	close(accept(l, NULL, NULL));
	dial_scan_ip("127.0.0.2", 9, &from);
	fd = dial_start(&to, &from, &local);
	got = accept(l, (struct sockaddr *)&peer, &n);
	is_str(inet_ntoa(peer.sin_addr), "127.0.0.2", "source address");
	close(got);
	close(fd);
	dial_scan_ip("::1", 3, &from);
	fd = dial_start(&to, &from, &local);
	ok(fd != -1, "a source of another family is left out");
	close(fd);
	dial_scan_ip("192.0.2.1", 9, &from);
	ok(dial_start(&to, &from, &local) == -1 && local == 1,
	    "a foreign source is our fault");
	from.kind = DIAL_NONE;
	close(l);
	fd = dial_start(&to, &from, &local);
	if (fd != -1) {
		wait_for(fd);
		ok(!dial_stands(fd), "it does not stand");
		ok(read(fd, &c, 1) == -1 && errno == ECONNREFUSED, "why");
		close(fd);
	}
	to = (struct dial_addr){
		.kind = DIAL_UNIX, .path = "/none/x", .path_len = 7
	};
	ok(dial_start(&to, &from, &local) == -1 && local == 0 &&
		errno == ENOENT,
	    "no such socket");
}

/* by the path of a Unix socket */
static void
test_path(void)
{
	char folder[] = "/tmp/rohrpost-dial.XXXXXX", path[DIAL_PATH_MAX + 2];
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int l = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
	size_t n;

	if (mkdtemp(folder) == NULL)
		exit(111);
	n = (size_t)snprintf(path, sizeof path, "%s/", folder);
	memset(path + n, 's', DIAL_PATH_MAX - n);
	path[DIAL_PATH_MAX] = '\0';
	ok(dial_path(path) == -1 && errno == ENOENT, "none there");
	memcpy(sa.sun_path, path, DIAL_PATH_MAX + 1);
	if (bind(l, (struct sockaddr *)&sa, sizeof sa) == -1)
		exit(111);
	ok(dial_path(path) == -1 && errno == ECONNREFUSED, "nobody listens");
	listen(l, 1);
	fd = dial_path(path);
	ok(fd != -1 && dial_stands(fd), "a path that just fits");
	is_num(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK, "not blocking");
	is_num(fcntl(fd, F_GETFD), FD_CLOEXEC, "and of this program alone");
	close(fd);
	unlink(path);
	strcat(path, "s");
	ok(dial_path(path) == -1 && errno == ENAMETOOLONG, "one more");
	close(l);
	rmdir(folder);
}

int
main(void)
{
	test_scan();
	test_start();
	test_path();
	return done();
}
