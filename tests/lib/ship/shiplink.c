#include "ship/shiplink.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "format/netstring.h"
#include "tap.h"
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

static int idle_seen;

/* "DIE" has no memory; of all others the second event is refused */
static int
take(void *arg, const struct ship_event *ev, size_t n, struct buf *receipt)
{
	(void)arg;
	if (ev[0].len == 3 && memcmp(ev[0].line, "DIE", 3) == 0)
		return -1;
	if (idle_seen)
		return shipreceipt_put(receipt, 'Z', 7, "was idle");
	if (shipreceipt_put(receipt, 'K', -1, NULL) == -1)
		return -1;
	return n < 2 ? 0 : shipreceipt_event(receipt, 'D', 1, "no");
}

static void
idle(void *arg)
{
	(void)arg;
	idle_seen = 1;
}

/* the link as a child: its input and output, and when it ends its status */
static int down, up;
static pid_t pid;

static void
start(int idle_ms)
{
	const struct shiplink_ops ops = { take, idle_ms > 0 ? idle : NULL,
		idle_ms };
	char name[] = "link", *argv[] = { name, NULL };
	int a[2], b[2];

	if (pipe(a) == -1 || pipe(b) == -1)
		_exit(1);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(a[0], 0);
		dup2(b[1], 1);
		close(a[1]);
		close(b[0]);
		prog_init(argv);
		_exit(shiplink_run(&ops, NULL));
	}
	close(a[0]);
	close(b[1]);
	down = a[1];
	up = b[0];
}

/* all that it says until it ends; its status */
static int
finish(char *out, size_t cap)
{
	ssize_t n;
	int st = 0;

	close(down);
	n = fd_read_all(up, out, cap - 1);
	out[n < 0 ? 0 : n] = '\0';
	close(up);
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void
one(const char *in, const char *want, int status)
{
	char out[400];

	start(0);
	fd_write_all(down, in, strlen(in));
	is_num(finish(out, sizeof out), status, in);
	is_str(out, want, "its answer");
}

static void
too_long(void)
{
	struct buf b = { 0 }, s = { 0 };
	char out[100];
	int i;

	for (i = 0; i < 2; i++) {
		buf_clear(&b);
		buf_clear(&s);
		buf_reserve(&b, SHIP_BATCH_BYTES_MAX + 1);
		memset(buf_tail(&b), 'x', SHIP_BATCH_BYTES_MAX + 1);
		buf_added(&b, SHIP_BATCH_BYTES_MAX - 1 + (size_t)i);
		buf_putc(&b, '\n');
		netstring_put(&s, buf_data(&b), buf_len(&b));
		start(0);
		fd_write_all(down, buf_data(&s), buf_len(&s));
		is_num(finish(out, sizeof out), i == 0 ? EXIT_OK : EXIT_PERM,
		    "as long as it may be, and one byte more");
	}
	buf_free(&b);
	buf_free(&s);
}

int
main(void)
{
	char out[100];

	signal(SIGPIPE, SIG_IGN);
	one("", "", EXIT_OK);
	one("4:a:1\n,", "2:K\n,", EXIT_OK);
	one("8:a:1\nb:2\n,", "8:K\nD1 no\n,", EXIT_OK);
	one("4:a:1\n,4:a:1\n,", "2:K\n,2:K\n,", EXIT_OK);
	one("4:a:1\n,4:a:", "2:K\n,", EXIT_TEMP);
	one("4:a:1\n,3:a:1,", "2:K\n,", EXIT_PERM);
	one("0:,", "", EXIT_PERM);
	one("x", "", EXIT_PERM);
	one("4:DIE\n,", "", EXIT_TEMP);
	one("4:DIE\n,4:a:1\n,", "", EXIT_TEMP);
	too_long();
	/* the answer comes before the end of input, and nothing is lost
	 * between two batches */
	start(20);
	poll(&(struct pollfd){ .fd = up, .events = POLLIN }, 1, 60);
	fd_write_all(down, "4:a:1\n,", 7);
	is_num(fd_read_all(up, out, 16), 16, "answered at once");
	out[16] = '\0';
	is_str(out, "12:Z7 was idle\n,", "and was idle before");
	is_num(finish(out, sizeof out), EXIT_OK, "its end");
	return done();
}
