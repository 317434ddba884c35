/* queue-ctl - give queue-run an order */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "proto/ltsv.h"
#include "queue/order.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char usage[] = "queue-ctl QUEUE VERB [SELECTOR]";
enum { READ_SIZE = 65536 };

static struct order order;
static int qfd;

/* nobody listens: the flag file can be set and taken away all the same */
static void
without(const char *queue)
{
	int fd;

	if (order.select != ORDER_ALL ||
	    (order.verb != ORDER_HOLD && order.verb != ORDER_RELEASE))
		die(EXIT_TEMP, "no queue-run works on %s", queue);
	if (order.verb == ORDER_HOLD) {
		fd = openat(qfd, "held", O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
		if (fd == -1 || fsync(fd) == -1 || close(fd) == -1)
			die(EXIT_TEMP, "unable to make %s/held: %m", queue);
	} else if (unlinkat(qfd, "held", 0) == -1 && errno != ENOENT) {
		die(EXIT_TEMP, "unable to remove %s/held: %m", queue);
	}
	if (fsync(qfd) == -1)
		die(EXIT_TEMP, "unable to sync %s: %m", queue);
	info("no queue-run works on %s; it will be %s when it starts", queue,
	    order.verb == ORDER_HOLD ? "held" : "released");
	_exit(EXIT_OK);
}

static int
dial(const char *queue)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd;

	/* root does there what its owner might do */
	qfd = folder_settle(queue) == -1 ? -1 :
	    open(queue, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (qfd == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	/* by way of /proc the path is short enough, however long QUEUE is */
	snprintf(sa.sun_path, sizeof sa.sun_path, "/proc/self/fd/%d/ctl", qfd);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		die(EXIT_TEMP, "unable to make a socket: %m");
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
		return fd;
	if (errno != ENOENT && errno != ECONNREFUSED)
		die(EXIT_TEMP, "unable to connect to %s/ctl: %m", queue);
	without(queue);
	return -1;
}

static void
ask(int fd)
{
	struct buf b = { 0 };

	ltsv_puts(&b, "cmd", order_verb_name(order.verb));
	if (order_wants(order.verb)) {
		ltsv_puts(&b, "sel", order_select_name(order.select));
		if (order.select != ORDER_ALL)
			ltsv_put(&b, "arg", order.arg, order.len);
	}
	if (ltsv_end(&b) == -1)
		die(EXIT_TEMP, "out of memory");
	if (fd_write_all(fd, buf_data(&b), buf_len(&b)) == -1)
		die(EXIT_TEMP, "unable to write to queue-run: %m");
	buf_free(&b);
}

/* the last line of an answer says how it went; else -1 */
static int
verdict(const char *line, size_t n)
{
	static struct ltsv l;

	if (ltsv_parse(line, n, &l) == -1)
		return -1;
	if (l.n == 0 || ltsv_find(&l, "ok") != &l.f[0])
		return -1;
	return ltsv_is(&l.f[0], "1") ? EXIT_OK : EXIT_PERM;
}

static int
answer(int fd)
{
	struct buf b = { 0 };
	const char *e;
	int code = -1;
	size_t len;
	ssize_t n;

	while (code == -1) {
		if (buf_reserve(&b, READ_SIZE) == -1)
			die(EXIT_TEMP, "out of memory");
		n = read(fd, buf_tail(&b), READ_SIZE);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			die(EXIT_TEMP, "queue-run went away before it had "
			    "answered");
		buf_added(&b, n);
		while (code == -1 && (e = buf_len(&b) == 0 ? NULL
		    : memchr(buf_data(&b), '\n', buf_len(&b))) != NULL) {
			len = e + 1 - buf_data(&b);
			code = verdict(buf_data(&b), len);
			if (fd_write_all(1, buf_data(&b), len) == -1)
				die(EXIT_TEMP, "unable to write: %m");
			buf_consume(&b, len);
		}
	}
	buf_free(&b);
	return code;
}

int
main(int argc, char **argv)
{
	const char *wrong;
	int fd;

	prog_init(argv);
	if (getopt(argc, argv, "+") != -1)
		die_usage(usage);
	argc -= optind;
	argv += optind;
	if (argc < 2 || argc > 3)
		die_usage(usage);
	wrong = order_words(argv[1], argc == 3 ? argv[2] : NULL, &order);
	if (wrong != NULL)
		die(EXIT_PERM, "%s: %s", argv[1], wrong);
	fd = dial(argv[0]);
	ask(fd);
	return answer(fd);
}
