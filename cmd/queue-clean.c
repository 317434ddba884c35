/* queue-clean - remove what queue-run has done with */
#include "base/buf.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include "queue/name.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "queue-clean queue";

enum { READ_SIZE = 65536, BATCH = 64, SEGMENT_DIGITS = 10,
	LINE_MAX_BYTES = 64 };

static int qfd;
static struct buf answers;

/* a file that is gone is as good as removed */
static int
drop(const char *path)
{
	if (unlinkat(qfd, path, 0) == 0 || errno == ENOENT)
		return 0;
	warn("unable to remove %s: %m", path);
	return -1;
}

/* "done/NNNNNNNNNN" of the number behind a word, or -1 */
static int
segment_path(char *path, const char *number, size_t n)
{
	uint64_t u;

	if (n != SEGMENT_DIGITS ||
	    num_scan(number, n, 1, UINT32_MAX, &u) == -1)
		return -1;
	memcpy(path, "done/", 5);
	memcpy(path + 5, number, n);
	path[5 + n] = '\0';
	return 0;
}

static int
sync_segment(const char *path)
{
	int fd = openat(qfd, path, O_RDONLY | O_CLOEXEC), r;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	r = fdatasync(fd);
	close(fd);
	if (r == -1)
		warn("unable to sync %s: %m", path);
	return r;
}

/* 0: done */
static int
one(const char *p, size_t n)
{
	char path[NAME_PATH_LEN + 1];

	if (name_check(p, n) == 0) {
		name_path(path, p);
		return drop(path);
	}
	if (n > 5 && memcmp(p, "sync ", 5) == 0 &&
	    segment_path(path, p + 5, n - 5) == 0)
		return sync_segment(path);
	if (n > 5 && memcmp(p, "drop ", 5) == 0 &&
	    segment_path(path, p + 5, n - 5) == 0) {
		/* what it says of files must not outlive it in the cache */
		if (syncfs(qfd) == -1) {
			warn("unable to sync: %m");
			return -1;
		}
		return drop(path);
	}
	die(EXIT_PERM, "malformed request: %.*s", (int)(n < LINE_MAX_BYTES
	    ? n : LINE_MAX_BYTES), p);
}

static void
answer(void)
{
	/* without a reader what was asked for is done all the same */
	if (buf_len(&answers) > 0 &&
	    fd_write_all(1, buf_data(&answers), buf_len(&answers)) == -1 &&
	    errno != EPIPE)
		die(EXIT_TEMP, "unable to write: %m");
	buf_clear(&answers);
}

/* all whole lines; what could not be done is asked again by a new queue-run */
static size_t
lines(const char *p, size_t n)
{
	const char *at = p, *e;
	unsigned i = 0;

	while ((e = memchr(at, '\n', p + n - at)) != NULL) {
		if (one(at, e - at) == 0 &&
		    buf_put(&answers, at, e + 1 - at) == -1)
			die(EXIT_TEMP, "out of memory");
		if (++i % BATCH == 0)
			answer();
		at = e + 1;
	}
	answer();
	return at - p;
}

int
main(int argc, char **argv)
{
	struct buf in = { 0 };
	ssize_t n;

	prog_init(argv);
	if (getopt(argc, argv, "+") != -1 || argc - optind != 1)
		die_usage(usage);
	qfd = open(argv[optind], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (qfd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[optind]);
	for (;;) {
		if (buf_reserve(&in, READ_SIZE) == -1)
			die(EXIT_TEMP, "out of memory");
		n = read(0, buf_tail(&in), READ_SIZE);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die(EXIT_TEMP, "unable to read: %m");
		if (n == 0)
			return EXIT_OK;
		buf_added(&in, n);
		buf_consume(&in, lines(buf_data(&in), buf_len(&in)));
	}
}
