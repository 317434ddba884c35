#include "base/fd.h"
#include "chain/listen.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(void)
{
	static const char *const bad[] = { "", "x", "1.2.3.4",
		"1.2.3.4:", ":25", "1.2.3.4:x", "1.2.3.4:65536", "1.2.3.4:-1",
		"1.2.3.256:25", "::1:25", "[::1]25", "[::1:25", "[]:25",
		"[1.2.3.4]:25", "localhost:25", "[fe80::1%lo]:25", "unix:",
		"1111111111111111111111111111111111111111111111111111:25" };
	char dir[] = "/tmp/listen.XXXXXX", a[300], b[100];
	struct sockaddr_in sa;
	socklen_t len;
	struct stat st;
	int fd, other;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		errno = 0;
		ok(listen_open(bad[i], 0600) == -1 && errno == EINVAL, bad[i]);
	}
	fd = listen_open("127.0.0.1:0", 0600);
	ok(fd != -1, "IPv4");
	ok(listen_is(fd) && !listen_is(0) && !listen_is(-1), "it listens");
	ok((fcntl(fd, F_GETFL) & O_NONBLOCK) &&
		(fcntl(fd, F_GETFD) & FD_CLOEXEC),
	    "non-blocking, close-on-exec");
	len = sizeof sa;
	getsockname(fd, (struct sockaddr *)&sa, &len);
	snprintf(a, sizeof a, "127.0.0.1:%u", ntohs(sa.sin_port));
	is_num(listen_is_at(fd, a), 1, "it is at its address");
	snprintf(a, sizeof a, "127.0.0.1:0%u", ntohs(sa.sin_port));
	is_num(listen_is_at(fd, a), 1, "in another spelling");
	snprintf(a, sizeof a, "127.0.0.2:%u", ntohs(sa.sin_port));
	is_num(listen_is_at(fd, a), 0, "not at another");
	snprintf(a, sizeof a, "[::]:%u", ntohs(sa.sin_port));
	is_num(listen_is_at(fd, a), 0, "nor in another family");
	ok(!listen_is_at(fd, "127.0.0.1:1") && !listen_is_at(fd, "unix:s") &&
		!listen_is_at(fd, "") && !listen_is_at(-1, "127.0.0.1:1"),
	    "nor elsewhere");
	listen_unlink("127.0.0.1:0", fd);
	close(fd);

	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 1;
	umask(077);
	fd = listen_open("unix:s", 0666);
	ok(fd != -1, "unix");
	is_num(stat("s", &st) == 0 ? st.st_mode & 0777 : 0, 0666,
	    "the mode, whatever umask is");
	is_num(listen_open("unix:s", 0600), -1, "served");
	is_num(errno, EADDRINUSE, "EADDRINUSE");
	close(fd);
	is_num(stat("s", &st), 0, "stale");
	fd = listen_open("unix:s", 0600);
	ok(fd != -1, "is replaced");
	/* somebody else moved his over it: it is not ours to remove */
	other = listen_open("unix:s2", 0600);
	rename("s2", "s");
	listen_unlink("unix:s", fd);
	is_num(stat("s", &st), 0, "another's socket stays");
	listen_unlink("unix:s", other);
	is_num(stat("s", &st), -1, "ours is removed");
	close(fd);
	close(other);
	close(open("f", O_WRONLY | O_CREAT, 0600));
	is_num(listen_open("unix:f", 0600), -1, "a file");
	is_num(errno, ENOTSOCK, "ENOTSOCK");
	unlink("f");
	/* a path must leave room for the name it is made under */
	memset(b, 'x', sizeof b);
	snprintf(a, sizeof a, "unix:%.80s", b);
	fd = listen_open(a, 0600);
	ok(fd != -1, "80 bytes");
	listen_unlink(a, fd);
	close(fd);
	snprintf(a, sizeof a, "unix:%.99s123456789", b);
	is_num(listen_open(a, 0600), -1, "108 bytes");
	is_num(errno, ENAMETOOLONG, "ENAMETOOLONG");
	is_num(chdir("/"), 0, "away");
	is_num(rmdir(dir), 0, "nothing is left behind");
	return done();
}
