/* streams of parcels: on descriptors 0 and 1, and on connections */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "chain/listen.h"
#include "format/netstring.h"
#include "inject/inject.h"
#include "queuedir.h"
#include "tap.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define ENV "from a@b\nto c@d\n\n"

static struct inject j;
static char path[100];
static struct buf three; /* parcels, the second is refused */

static void
setup(void)
{
	if (intake_open(&j.in, queuedir, COMMIT_TRY) == -1)
		_exit(1);
	j.in.size_max = 1 << 20;
	j.in.rcpts_max = 10;
	alarm(60);
	inject_start(&j);
}

/* receipts as letters: "KDK" */
static const char *
letters(const char *p, size_t n)
{
	static char out[100];
	const char *r;
	size_t len, k = 0;
	long used;

	while (k < sizeof out - 1 &&
	    (used = netstring_whole(p, n, 4096, &r, &len)) > 0) {
		out[k++] = len > 0 ? *r : '?';
		p += used;
		n -= used;
	}
	if (n > 0)
		out[k++] = '!';
	out[k] = '\0';
	return out;
}

static void
send_pieces(int fd, const char *p, size_t n, size_t piece)
{
	size_t k;

	for (; n > 0; p += k, n -= k) {
		k = n < piece ? n : piece;
		if (fd_write_all(fd, p, k) == -1)
			return;
	}
}

/* descriptors 0 and 1 */

/* the exit status; receipts are in got */
static int
chained(const char *p, size_t n, size_t piece, const char **got)
{
	static char t[4096];
	int in[2], out[2], st;
	ssize_t k;
	pid_t pid;

	fflush(stdout);
	if (fd_pipe(in) == -1 || fd_pipe(out) == -1)
		exit(111);
	pid = fork();
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		setup();
		inject_chain(&j);
		_exit(j.status);
	}
	close(in[0]);
	close(out[1]);
	send_pieces(in[1], p, n, piece);
	close(in[1]);
	k = fd_read_all(out[0], t, sizeof t);
	close(out[0]);
	*got = letters(t, k < 0 ? 0 : k);
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void
chain(void)
{
	static const size_t pieces[] = { 1 << 20, 1 };
	const char *p = buf_data(&three), *got;
	size_t n = buf_len(&three);
	unsigned i, before;

	for (i = 0; i < 2; i++) {
		before = queuedir_messages();
		is_num(chained(p, n, pieces[i], &got), EXIT_OK, "three");
		is_str(got, "KDK", "a receipt each, in order");
		is_num(queuedir_messages(), before + 2, "in the queue");
		is_num(chained(p, n - 1, pieces[i], &got), EXIT_TEMP,
		    "cut short");
		is_str(got, "KD", "what was whole is answered");
		is_num(chained("x", 1, pieces[i], &got), EXIT_PERM,
		    "no parcel");
		is_str(got, "", "no answer");
		is_num(chained("", 0, pieces[i], &got), EXIT_OK, "nothing");
	}
}

/* connections */

static size_t held; /* bytes that others make wait already */

static pid_t
serve(void)
{
	int fd = listen_open(path, 0666);
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setup();
		j.held = held;
		inject_serve(&j, fd);
		_exit(j.status);
	}
	close(fd);
	return pid;
}

static int
dial(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct timeval t = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path + 5);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1)
		exit(111);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	return fd;
}

/* n receipts, or all up to the end */
static const char *
receipts(int fd, unsigned n)
{
	char t[4096];
	size_t len = 0;
	ssize_t k;

	while (strlen(letters(t, len)) < n ||
	    strchr(letters(t, len), '!') != NULL) {
		k = read(fd, t + len, 1);
		if (k <= 0)
			break;
		len += k;
	}
	return letters(t, len);
}

/* each its own receipts; who sends nonsense ends only himself */
static void
connections(void)
{
	const char *p = buf_data(&three);
	size_t n = buf_len(&three), half = n / 2;
	int a = dial(), b = dial(), c = dial(), d = dial();

	send_pieces(a, p, half, 7);
	send_pieces(b, p, n, 1);
	is_str(receipts(b, 3), "KDK", "one while another is in mid-parcel");
	send_pieces(c, "nonsense", 8, 8);
	is_str(receipts(c, 9), "", "no parcel: the end");
	send_pieces(a, p + half, n - half, n);
	is_str(receipts(a, 3), "KDK", "the others go on");
	send_pieces(d, p, n - 3, n);
	shutdown(d, SHUT_WR);
	is_str(receipts(d, 9), "KD", "cut short: what was whole");
	send_pieces(a, p, n, n);
	shutdown(a, SHUT_WR);
	is_str(receipts(a, 9), "KDK", "and the end behind the last receipt");
	close(a);
	close(b);
	close(c);
	close(d);
}

/* a user that is not trusted has so many, and no more; others have room */
static void
strangers(void)
{
	const char *p = buf_data(&three);
	size_t n = buf_len(&three);
	int fd[INJECT_CONNS_STRANGER_MAX + 1], st, ours;
	unsigned i, bad = 0;
	pid_t pid;

	if (geteuid() != 0) {
		ok(1, "strangers # SKIP only root can be another user");
		return;
	}
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (setuid(65534) == -1)
			_exit(111);
		for (i = 0; i <= INJECT_CONNS_STRANGER_MAX; i++)
			fd[i] = dial();
		for (i = 0; i <= INJECT_CONNS_STRANGER_MAX; i++) {
			send_pieces(fd[i], p, n, n);
			bad += strcmp(receipts(fd[i], 3),
				   i < INJECT_CONNS_STRANGER_MAX ? "KDK"
								 : "") != 0;
		}
		_exit(bad);
	}
	waitpid(pid, &st, 0);
	is_num(st, 0, "as many as may be, and one more");
	ours = dial();
	send_pieces(ours, p, n, n);
	is_str(receipts(ours, 3), "KDK", "we still have room");
	close(ours);
}

/* the last receipt of three parcels of which the last comes in two pieces */
static const char *
waits_for_more(void)
{
	const char *p = buf_data(&three);
	size_t n = buf_len(&three);
	int fd = dial();

	send_pieces(fd, p, n - 1, n);
	receipts(fd, 2);
	send_pieces(fd, p + n - 1, 1, 1);
	return receipts(fd, 1);
}

/* strangers leave us bytes that may wait */
static void
bytes(void)
{
	pid_t pid, server;
	int st;

	if (geteuid() != 0) {
		ok(1, "bytes # SKIP only root can be another user");
		return;
	}
	held = INJECT_HELD_MAX - INJECT_HELD_OURS;
	server = serve();
	pid = fork();
	if (pid == 0)
		_exit(setuid(65534) == -1 || strcmp(waits_for_more(), "") != 0);
	waitpid(pid, &st, 0);
	is_num(st, 0, "a stranger's parcel may not wait any more");
	is_str(waits_for_more(), "K", "ours may");
	kill(server, SIGTERM);
	waitpid(server, &st, 0);
	held = 0;
}

/* what is whole at the end is in the queue, and answered */
static void
ending(pid_t pid)
{
	int fd = dial(), st;

	send_pieces(fd, buf_data(&three), buf_len(&three), 1000);
	is_str(receipts(fd, 3), "KDK", "before the end");
	kill(pid, SIGTERM);
	is_str(receipts(fd, 9), "", "the end");
	waitpid(pid, &st, 0);
	is_num(st, 0, "in order");
	close(fd);
}

int
main(void)
{
	static char *args[] = { "conn", NULL };
	pid_t pid;

	prog_init(args);
	queuedir_make();
	snprintf(path, sizeof path, "unix:%s/socket", queuedir);
	if (chmod(queuedir, 0755) == -1 ||
	    freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	netstring_put(&three, ENV "one", strlen(ENV "one"));
	netstring_put(&three, "nothing\n\n", 9);
	netstring_put(&three, ENV "two", strlen(ENV "two"));
	chain();
	bytes();
	pid = serve();
	connections();
	strangers();
	ending(pid);
	fflush(stdout);
	queuedir_remove();
	return done();
}
