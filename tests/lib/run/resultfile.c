/* files of results: where they stand, who waits for whom, which come first */
#include "base/memdir.h"
#include "chain/record.h"
#include "runqueue.h"
#include "says.h"
#include "tap.h"
#include <sys/file.h>

static int memory; /* there is a tmpfs for them */

static void
put(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd == -1)
		exit(111);
	close(fd);
}

static int
is_there(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0;
}

static int
place(const struct runqueue *q, unsigned i)
{
	return q->r.resultfile.places[i].fd;
}

/* the file of a run, in whichever place */
static void
own(struct runqueue *q, unsigned where)
{
	struct resultfile *f = &q->r.resultfile;
	const char *text;
	char read[16] = "";

	is_num(f->number, 1, "the first one");
	is_num(f->in, where, "in its place");
	is_num(is_there(place(q, where), "results.0000000001"), 1, "is there");
	is_num(resultfile_append(&q->r, "one\n", 4), 0, "written to");
	is_num(resultfile_append(&q->r, "two\n", 4), 0, "once more");
	ok(pread(f->own, read, sizeof read - 1, 0) == 8 &&
		strcmp(read, "one\ntwo\n") == 0,
	    "behind each other");
	is_num(fcntl(f->fd, F_GETFD), FD_CLOEXEC, "who is run has it not");
	resultfile_hand(&q->r, 1);
	text = getenv(RECORD_ENV);
	ok(text != NULL && atoi(text) == f->fd, "but is handed it");
	is_num(fcntl(f->fd, F_GETFD), 0, "when he is to");
	resultfile_hand(&q->r, 0);
	ok(getenv(RECORD_ENV) == NULL, "and no more then");
	is_num(fcntl(f->fd, F_GETFD), FD_CLOEXEC, "as before");
	is_num(resultfile_open_old(&q->r, &(struct resultfile_old){ 0, 0 }), -1,
	    "there was none before");
	resultfile_remove(&q->r);
	is_num(is_there(place(q, where), "results.0000000001"), 0, "removed");
}

static void
forget(struct runqueue *q)
{
	close(q->r.resultfile.fd);
	close(q->r.resultfile.own);
	q->r.resultfile.fd = q->r.resultfile.own = -1;
	q->r.resultfile.number = 0;
}

static void
places(struct runqueue *q)
{
	resultfile_wait(&q->r);
	memory = q->r.resultfile.memory != -1;
	resultfile_open(&q->r);
	own(q, q->r.resultfile.in);
	is_num(is_there(q->r.resultfile.memory, q->r.resultfile.folder), 0,
	    "nor the folder in memory");
	forget(q);
	q->r.resultfile.memory = -1;
	q->r.resultfile.places[RESULTFILE_MEMORY].fd = -1;
	resultfile_open(&q->r);
	own(q, RESULTFILE_DISK);
	forget(q);
	is_str(runqueue_said(), "", "of which nothing is said");
	close(openat(q->r.done_fd, "results.0000000001", O_CREAT, 0600));
	resultfile_open(&q->r);
	ok(runqueue_heard("unable to make done/results.0000000001: File "
			  "exists"),
	    "none can be made");
	is_num(q->r.resultfile.fd, -1, "so there is none");
	resultfile_hand(&q->r, 1);
	ok(getenv(RECORD_ENV) == NULL, "nobody gets it");
	resultfile_remove(&q->r);
	is_num(is_there(q->r.done_fd, "results.0000000001"), 1,
	    "and another's is left alone");
	unlinkat(q->r.done_fd, "results.0000000001", 0);
}

/* a folder in memory that others may write to is none */
static void
foreign(struct runqueue *q)
{
	resultfile_wait(&q->r);
	if (!memory)
		return;
	mkdirat(q->r.resultfile.memory, q->r.resultfile.folder, 0755);
	resultfile_open(&q->r);
	is_num(q->r.resultfile.in, RESULTFILE_DISK, "on the disk then");
	ok(runqueue_heard("unable to keep results in "), "which is said");
	unlinkat(q->r.resultfile.memory, q->r.resultfile.folder, AT_REMOVEDIR);
	resultfile_remove(&q->r);
}

/* files of runs before, in both places */
static void
old(struct runqueue *q)
{
	static const char *const not_ours[] = { "results.0",
		"results.4294967295", "results.x", "results.", "results.7x",
		"xresults.7" };
	struct resultfile_old f;
	char order[64] = "", name[32];
	size_t i;
	int fd;

	resultfile_wait(&q->r);
	q->r.resultfile.number = 0;
	for (i = 0; i < sizeof not_ours / sizeof *not_ours; i++)
		put(q->r.done_fd, not_ours[i]);
	put(q->r.done_fd, "results.0000000009");
	put(q->r.done_fd, "results.0000000010");
	put(q->r.done_fd, "results.0000000002");
	if (memory) {
		q->r.resultfile.places[RESULTFILE_MEMORY].fd =
		    memdir_open(q->r.resultfile.memory, q->r.resultfile.folder,
			1);
		put(place(q, RESULTFILE_MEMORY), "results.0000000003");
	} else {
		put(q->r.done_fd, "results.0000000003");
	}
	resultfile_wait(&q->r);
	is_num(q->r.resultfile.number, 10, "ours is the next one");
	resultfile_open(&q->r);
	is_num(q->r.resultfile.number, 11, "behind all");
	while ((fd = resultfile_open_old(&q->r, &f)) != -1) {
		snprintf(order + strlen(order), sizeof order - strlen(order),
		    "%u%s ", (unsigned)f.n,
		    buf_len(&q->r.resultfile.old) == 0 ? "." : "");
		snprintf(name, sizeof name, "results.%010u", (unsigned)f.n);
		is_num(is_there(place(q, f.place), name), 1, "it is there");
		resultfile_remove_old(&q->r, &f);
		is_num(is_there(place(q, f.place), name), 0, "and removed");
		close(fd);
	}
	is_str(order, "2 3 9 10. ", "in their order");
	resultfile_remove(&q->r);
	is_num(is_there(q->r.resultfile.memory, q->r.resultfile.folder), 0,
	    "no folder is left");
	is_num(is_there(q->r.done_fd, "results.7x"), 1, "others' files are");
}

/* who may still write is waited for, but not for ever */
static void
writers(struct runqueue *q)
{
	int fd =
	    openat(q->r.done_fd, "results.0000000005", O_CREAT | O_RDWR, 0600);

	if (fd == -1 || flock(fd, LOCK_SH) == -1)
		exit(111);
	runqueue_said();
	runqueue_clock.step_us = 1000000;
	resultfile_wait(&q->r);
	runqueue_clock.step_us = 0;
	ok(runqueue_heard("a delivering link of the run before still works; "
			  "what it writes to done/results.0000000005"),
	    "too long");
	buf_clear(&q->r.resultfile.old);
	close(fd);
	resultfile_wait(&q->r);
	is_str(runqueue_said(), "", "it has ended");
	buf_clear(&q->r.resultfile.old);
}

static void
open_next(const void *arg)
{
	struct resultfile_old f;

	resultfile_open_old((struct run *)(uintptr_t)arg, &f);
}

static void
vanished(struct runqueue *q)
{
	const char *said;
	int status;

	resultfile_wait(&q->r);
	unlinkat(q->r.done_fd, "results.0000000005", 0);
	said = says(open_next, &q->r, &status);
	ok(strstr(said, "unable to open done/results.0000000005: No such") !=
		NULL,
	    "one that has gone meanwhile");
	is_num(status, 111, "is not passed over");
}

/* is it the outcome of that attempt? */
static void
tries(void)
{
	static const struct {
		const char *fields;
		unsigned tries;
		int want;
	} cases[] = {
		{ "status:sent", 3, 1 },
		{ "status:bounced", 3, 1 },
		{ "status:deferred", 3, 0 },
		{ "status:deferred\ttry:3", 3, 1 },
		{ "status:deferred\ttry:2", 3, 0 },
		{ "status:sent\ttry:2", 3, 0 },
		{ "status:sent\ttry:x", 0, 0 },
		{ "status:sent\ttry:", 0, 0 },
		{ "status:sent\ttry:4294967296", 0, 0 },
	};
	struct result res;
	char line[128];
	size_t i;
	int n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = snprintf(line, sizeof line,
		    "id:0123456789abcdefgh00\tn:0\t%s\n", cases[i].fields);
		is_num(result_parse(line, n, &res), 0, cases[i].fields);
		is_num(resultfile_same_try(&res, cases[i].tries), cases[i].want,
		    "that attempt");
	}
}

/* what cannot be done is said, once */
static void
failing(struct runqueue *q)
{
	unsigned i;

	q->r.resultfile.fd = open("/dev/full", O_WRONLY);
	is_num(resultfile_append(&q->r, "x\n", 2), -1, "no room");
	close(q->r.resultfile.fd);
	q->r.resultfile.fd = q->r.resultfile.own = -1;
	q->r.resultfile.in = RESULTFILE_MEMORY;
	for (i = 0; i < 2; i++) {
		resultfile_keep_room(&q->r);
		is_num(runqueue_heard("unable to keep room for results in "),
		    i == 0, "once");
	}
	q->r.resultfile.in = RESULTFILE_DISK;
	q->r.resultfile.said_room = 0;
	resultfile_keep_room(&q->r);
	is_str(runqueue_said(), "", "on the disk there is none to keep");
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	places(&q);
	foreign(&q);
	old(&q);
	writers(&q);
	vanished(&q);
	tries();
	failing(&q);
	resultfile_wait(&other.r);
	ok(strcmp(other.r.resultfile.folder, q.r.resultfile.folder) != 0,
	    "another queue has a folder of its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
