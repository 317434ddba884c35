/*
 * queue-clean - remove what queue-run has done with
 *
 * A file goes only when the journal's lines about it are on the disk: else a
 * power cut could leave neither, and nobody could say whether the message was
 * lost.  So ids are held until the next sync of the journal, which queue-run
 * asks for once a second, or we ourselves.
 *
 * Beside queue-run's loop, because removing is slow on many disks: on one
 * that discards at once (mount option discard) an unlink waits for it, and
 * several at a time wait together.  So a batch is shared out to threads.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/durable.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/num.h"
#include "base/opt.h"
#include "queue/journal.h"
#include "queue/name.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] = "queue-clean [-j THREADS] QUEUE";

enum {
	READ_SIZE = 65536,
	BATCH_MAX = 256,  /* ids answered together */
	HELD_MAX = 65536, /* ids that wait for a sync */
	HELD_MS = 1500,   /* how long, until we sync by ourselves */
	THREADS_DEFAULT = 4,
	THREADS_MAX = 64,
	THREADS_FROM = 8, /* ids, fewer are not worth waking a thread */
	REQUEST_MAX = 64, /* a line with its LF */
	SEGMENT_DIGITS = 10,
	SEGMENT_MAX = 1 << 30,
	WORD_LEN = 5 /* "sync " and "drop " */
};

static int root;
static struct durable durable;
static struct buf answers, held; /* ids, NAME_LEN bytes each */
static int64_t held_since_ms;
/* up to where the journal is synced, and will be */
static struct {
	uint64_t number;
	off_t size;
} synced, highest;
static char batch[BATCH_MAX][NAME_LEN + 1];
static int gone[BATCH_MAX]; /* 0, or the errno of what went wrong */
static unsigned n_batch, n_threads = THREADS_DEFAULT;
static atomic_uint next;
static pthread_barrier_t start, end;

/* a file that is gone is as good as removed */
static int
drop(const char *path)
{
	return unlinkat(root, path, 0) == 0 || errno == ENOENT ? 0 : errno;
}

static void
drop_some(void)
{
	char path[NAME_PATH_LEN + 1];
	unsigned i;

	while ((i = atomic_fetch_add(&next, 1)) < n_batch) {
		name_path(path, batch[i]);
		gone[i] = drop(path);
	}
}

static void *
worker(void *arg)
{
	(void)arg;
	for (;;) {
		pthread_barrier_wait(&start);
		drop_some();
		pthread_barrier_wait(&end);
	}
	return NULL;
}

static void
make_threads(void)
{
	pthread_t t;
	unsigned i;

	pthread_barrier_init(&start, NULL, n_threads);
	pthread_barrier_init(&end, NULL, n_threads);
	for (i = 1; i < n_threads; i++)
		if ((errno = pthread_create(&t, NULL, worker, NULL)) != 0)
			die(EXIT_TEMP, "unable to start a thread: %m");
}

static void
answer(const char *p, size_t n)
{
	if (buf_put(&answers, p, n) == -1 || buf_putc(&answers, '\n') == -1)
		die(EXIT_TEMP, "out of memory");
}

/* without a reader what was asked for is done all the same */
static void
flush(void)
{
	if (buf_len(&answers) > 0 &&
	    fd_write_all(1, buf_data(&answers), buf_len(&answers)) == -1 &&
	    errno != EPIPE)
		die(EXIT_TEMP, "unable to write: %m");
	buf_clear(&answers);
}

static void
run_batch(void)
{
	static int threads;
	unsigned i;

	if (n_batch == 0)
		return;
	atomic_store(&next, 0);
	if (n_batch >= THREADS_FROM && n_threads > 1) {
		if (!threads)
			make_threads();
		threads = 1;
		pthread_barrier_wait(&start);
		drop_some();
		pthread_barrier_wait(&end);
	} else {
		drop_some();
	}
	for (i = 0; i < n_batch; i++) {
		errno = gone[i];
		if (errno == 0)
			answer(batch[i], NAME_LEN);
		else
			warn("unable to remove %s: %m", batch[i]);
	}
	n_batch = 0;
	flush();
}

/* "done/NNNNNNNNNN" of the number behind a word, or -1 */
static int
segment_path(char *path, const char *number, size_t n)
{
	uint64_t u;

	if (n != SEGMENT_DIGITS || num_scan(number, n, 1, UINT32_MAX, &u) == -1)
		return -1;
	memcpy(path, "done/", 5);
	memcpy(path + 5, number, n);
	path[5 + n] = '\0';
	return 0;
}

/* 0, or errno; what is gone needs no sync */
static int
sync_one(const char *path, int flags)
{
	int fd = openat(root, path, O_RDONLY | O_CLOEXEC | flags), r;

	if (fd == -1)
		return errno == ENOENT ? 0 : errno;
	r = (flags & O_DIRECTORY ? fsync(fd) : fdatasync(fd)) == -1 ? errno : 0;
	close(fd);
	return r;
}

/* the name of a new segment, too */
static int
sync_segment(const char *path)
{
	int r = sync_one(path, 0);

	return r != 0 || durable.names ? r : sync_one("done", O_DIRECTORY);
}

/* a segment that has grown since it was synced last */
static int
sync_grown(const char *name)
{
	char path[SEGMENT_DIGITS + sizeof "done/"];
	struct stat st;
	uint64_t u;
	int r;

	if (strlen(name) != SEGMENT_DIGITS ||
	    segment_path(path, name, SEGMENT_DIGITS) == -1 ||
	    num_scans(name, 1, UINT32_MAX, &u) == -1 || u < synced.number)
		return 0;
	if (fstatat(root, path, &st, 0) == -1)
		return errno == ENOENT ? 0 : errno;
	if (u == synced.number && st.st_size == synced.size)
		return 0;
	r = sync_segment(path);
	if (r == 0 && u >= highest.number) {
		highest.number = u;
		highest.size = st.st_size;
	}
	return r;
}

/* all that stands in the journal; 0, or errno */
static int
sync_journal(void)
{
	int fd = openat(root, "done", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;
	int r = 0;

	if (d == NULL)
		return errno;
	highest = synced;
	while (r == 0 && (errno = 0, e = readdir(d)) != NULL)
		r = sync_grown(e->d_name);
	/* else what stands behind it would count as synced */
	if (r == 0)
		r = errno;
	closedir(d);
	if (r == 0)
		synced = highest;
	return r;
}

/* the message files that a segment names, by themselves; *p its lines */
static int
sync_named(const char *p, size_t n)
{
	char path[NAME_PATH_LEN + 1], last[NAME_LEN] = "", id[NAME_LEN + 1];
	struct journal_line l;
	const char *e;
	long k;
	int r;

	while ((k = journal_get(p, n, &l)) != 0) {
		if (k < 0) {
			e = memchr(p, '\n', n);
			k = e == NULL ? (long)n : e + 1 - p;
		} else if (memcmp(last, l.id, NAME_LEN) != 0) {
			memcpy(last, l.id, NAME_LEN);
			memcpy(id, l.id, NAME_LEN);
			id[NAME_LEN] = '\0';
			name_path(path, id);
			r = sync_one(path, 0);
			if (r != 0)
				return r;
		}
		p += k;
		n -= k;
	}
	return 0;
}

/* where syncfs is not to be trusted: each file, each folder */
static int
sync_each(const char *segment)
{
	char path[PATH_MAX], *text;
	unsigned i;
	size_t n;
	int r;

	snprintf(path, sizeof path, "/proc/self/fd/%d/%s", root, segment);
	if (fd_slurp(path, SEGMENT_MAX, &text, &n) == -1)
		return errno == ENOENT ? 0 : errno;
	r = sync_named(text, n);
	free(text);
	for (i = 0; i < NAME_DIRS && r == 0; i++) {
		name_folder(path, i);
		r = sync_one(path, O_DIRECTORY);
	}
	return r;
}

/* a segment goes when what it says of files is true on the disk as well */
static int
drop_segment(const char *path)
{
	int r;

	if (durable.all)
		r = durable_sync_all(&durable, root) == -1 ? errno : 0;
	else
		r = sync_each(path);
	return r != 0 ? r : drop(path);
}

static void
segment(const char *p, size_t n)
{
	char path[NAME_PATH_LEN + 1];
	int sync = n > WORD_LEN && memcmp(p, "sync ", WORD_LEN) == 0;

	if (n <= WORD_LEN || (!sync && memcmp(p, "drop ", WORD_LEN) != 0) ||
	    segment_path(path, p + WORD_LEN, n - WORD_LEN) == -1)
		die(EXIT_PERM, "malformed request: %.*s",
		    (int)(n < REQUEST_MAX ? n : REQUEST_MAX), p);
	errno = sync ? sync_journal() : drop_segment(path);
	if (errno == 0)
		answer(p, n);
	else
		warn("unable to %.4s %s: %m", p, path);
	flush();
}

/* the files of all ids that are held, when the journal is on the disk */
static void
run_held(void)
{
	size_t n = buf_len(&held) / NAME_LEN, i;

	if (n == 0)
		return;
	errno = sync_journal();
	if (errno != 0) {
		warn("unable to sync the journal: %m; nothing is removed");
		buf_clear(&held);
		return;
	}
	for (i = 0; i < n; i++) {
		memcpy(batch[n_batch++], buf_data(&held) + i * NAME_LEN,
		    NAME_LEN);
		if (n_batch == BATCH_MAX)
			run_batch();
	}
	run_batch();
	buf_clear(&held);
}

static void
hold(const char *id)
{
	if (buf_len(&held) == 0)
		held_since_ms = clock_mono_ms();
	if (buf_put(&held, id, NAME_LEN) == -1)
		die(EXIT_TEMP, "out of memory");
	if (buf_len(&held) >= (size_t)HELD_MAX * NAME_LEN)
		run_held();
}

/* all whole lines, in their order; what could not be done is not answered,
 * and asked for again by a later queue-run */
static size_t
lines(const char *p, size_t n)
{
	const char *at = p, *e;

	while ((e = memchr(at, '\n', p + n - at)) != NULL) {
		if (name_check(at, e - at) == 0) {
			hold(at);
		} else {
			run_held();
			segment(at, e - at);
		}
		at = e + 1;
	}
	if (p + n - at >= REQUEST_MAX)
		die(EXIT_PERM, "request too long");
	return at - p;
}

/* until there is something to read, or ids have been held long enough */
static void
await(void)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };
	int64_t left;

	while (buf_len(&held) > 0) {
		left = held_since_ms + HELD_MS - clock_mono_ms();
		if (left > 0 && poll(&p, 1, left) != 0)
			return;
		run_held();
	}
}

static int
serve(void)
{
	static struct buf in;
	ssize_t n;

	for (;;) {
		if (buf_reserve(&in, READ_SIZE) == -1)
			die(EXIT_TEMP, "out of memory");
		await();
		n = read(0, buf_tail(&in), READ_SIZE);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die(EXIT_TEMP, "unable to read: %m");
		if (n == 0)
			break;
		buf_added(&in, n);
		buf_consume(&in, lines(buf_data(&in), buf_len(&in)));
	}
	run_held();
	if (buf_len(&in) > 0)
		die(EXIT_PERM, "request cut short by end of input");
	return EXIT_OK;
}

int
main(int argc, char **argv)
{
	int o;

	prog_init(argv);
	while ((o = getopt(argc, argv, "+j:")) != -1) {
		if (o != 'j')
			die_usage(usage);
		n_threads = opt_num(o, optarg, 1, THREADS_MAX);
	}
	if (argc - optind != 1)
		die_usage(usage);
	/* root does there what its owner might do */
	root = folder_settle(argv[optind]) == -1
	    ? -1
	    : open(argv[optind], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", argv[optind]);
	durable = durable_ask(root);
	return serve();
}
