#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/memdir.h"
#include "base/num.h"
#include "chain/record.h"
#include "run/run.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RESULTS_WAIT_MS = 8000, /* for deliverers of the run before */
	RESULTS_LOOK_MS = 20,
	RESULTS_USERS = 1000 /* from here on users are people */
};

static void
name(char out[32], uint32_t n)
{
	snprintf(out, 32, "results.%010u", n);
}

/* where */

static const char memory_path[] = "/dev/shm";

/* systemd's logind removes there what is a person's when he has left */
static int
is_swept(void)
{
	return geteuid() >= RESULTS_USERS &&
	    access("/run/systemd/seats", F_OK) == 0;
}

static void
find_places(struct run *r)
{
	struct stat st;

	r->resultfile.places[RESULTFILE_DISK].fd = r->done_fd;
	snprintf(r->resultfile.places[RESULTFILE_DISK].said,
	    sizeof r->resultfile.places[RESULTFILE_DISK].said, "done");
	r->resultfile.places[RESULTFILE_MEMORY].fd = -1;
	if (fstat(r->qfd, &st) == -1)
		die(EXIT_TEMP, "unable to look at queue %s: %m", r->queue);
	snprintf(r->resultfile.folder, sizeof r->resultfile.folder,
	    "rohrpost-%u-%ju-%ju", (unsigned)geteuid(), (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	snprintf(r->resultfile.places[RESULTFILE_MEMORY].said,
	    sizeof r->resultfile.places[RESULTFILE_MEMORY].said, "%s/%.50s",
	    memory_path, r->resultfile.folder);
	r->resultfile.memory = memdir_root(memory_path);
	if (r->resultfile.memory != -1)
		r->resultfile.places[RESULTFILE_MEMORY].fd =
		    memdir_open(r->resultfile.memory, r->resultfile.folder, 0);
}

/* nothing is left in it, or it stays */
static void
leave_memory(struct run *r)
{
	if (r->resultfile.places[RESULTFILE_MEMORY].fd != -1)
		unlinkat(r->resultfile.memory, r->resultfile.folder,
		    AT_REMOVEDIR);
}

/* files of runs before */

static int
by_number(const void *x, const void *y)
{
	const struct resultfile_old *a = x, *b = y;

	return a->n < b->n ? -1 : a->n > b->n;
}

static void
find_old(struct run *r, uint32_t place)
{
	const char *said = r->resultfile.places[place].said;
	int fd = openat(r->resultfile.places[place].fd, ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct resultfile_old f = { 0, place };
	struct dirent *e;
	uint64_t u;

	if (d == NULL)
		die(EXIT_TEMP, "unable to read %s: %m", said);
	while ((errno = 0, e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, "results.", 8) != 0 ||
		    num_scans(e->d_name + 8, 1, UINT32_MAX - 1, &u) == -1)
			continue;
		f.n = u;
		if (f.n > r->resultfile.number)
			r->resultfile.number = f.n;
		if (buf_put(&r->resultfile.old, &f, sizeof f) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	if (errno != 0)
		die(EXIT_TEMP, "unable to read %s: %m", said);
	closedir(d);
}

/* until nobody can write to it any more, or it takes too long */
static void
wait_for_writers(struct run *r, const struct resultfile_old *f,
    int64_t until_ms)
{
	const struct resultfile_place *p = &r->resultfile.places[f->place];
	char file[32];
	int fd;

	name(file, f->n);
	fd = openat(p->fd, file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s/%s: %m", p->said, file);
	while (flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK) {
		if (clock_mono_ms() >= until_ms) {
			warn("a delivering link of the run before still "
			     "works; what it writes to %s/%s is too late",
			    p->said, file);
			break;
		}
		poll(NULL, 0, RESULTS_LOOK_MS);
	}
	close(fd);
}

void
resultfile_wait(struct run *r)
{
	int64_t until = clock_mono_ms() + RESULTS_WAIT_MS;
	struct resultfile_old f;
	size_t i;

	find_places(r);
	for (i = 0; i < RESULTFILE_PLACES; i++)
		if (r->resultfile.places[i].fd != -1)
			find_old(r, i);
	if (buf_len(&r->resultfile.old) > 0)
		qsort(buf_data(&r->resultfile.old),
		    buf_len(&r->resultfile.old) / sizeof f, sizeof f,
		    by_number);
	for (i = 0; i < buf_len(&r->resultfile.old); i += sizeof f) {
		memcpy(&f, buf_data(&r->resultfile.old) + i, sizeof f);
		wait_for_writers(r, &f, until);
	}
}

/* the file of this run */

/* room behind what has been written: deliverers do not meet a full tmpfs */
static int
keep_room(struct run *r)
{
	return fallocate(r->resultfile.own, FALLOC_FL_KEEP_SIZE,
	    r->resultfile.handled, RESULTS_ROOM);
}

static int
make_file(struct run *r, uint32_t place)
{
	char file[32];

	if (r->resultfile.places[place].fd == -1)
		return -1;
	name(file, r->resultfile.number);
	r->resultfile.in = place;
	r->resultfile.own = openat(r->resultfile.places[place].fd, file,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (r->resultfile.own == -1 || place != RESULTFILE_MEMORY ||
	    keep_room(r) == 0)
		return r->resultfile.own == -1 ? -1 : 0;
	unlinkat(r->resultfile.places[place].fd, file, 0);
	close(r->resultfile.own);
	r->resultfile.own = -1;
	errno = ENOSPC;
	return -1;
}

static int
make_in_memory(struct run *r)
{
	if (r->resultfile.memory == -1 || is_swept())
		return -1;
	if (r->resultfile.places[RESULTFILE_MEMORY].fd == -1)
		r->resultfile.places[RESULTFILE_MEMORY].fd =
		    memdir_open(r->resultfile.memory, r->resultfile.folder, 1);
	if (make_file(r, RESULTFILE_MEMORY) == 0)
		return 0;
	warn("unable to keep results in %s: %m; they cost the disk writes",
	    r->resultfile.places[RESULTFILE_MEMORY].said);
	return -1;
}

/* without it deliveries go on, and a link that dies repeats more of them */
void
resultfile_open(struct run *r)
{
	char file[32];

	name(file, ++r->resultfile.number);
	r->resultfile.fd = -1;
	if (make_in_memory(r) == 0 || make_file(r, RESULTFILE_DISK) == 0)
		r->resultfile.fd =
		    openat(r->resultfile.places[r->resultfile.in].fd, file,
			O_WRONLY | O_APPEND | O_CLOEXEC);
	if (r->resultfile.fd == -1 || flock(r->resultfile.fd, LOCK_SH) == -1)
		warn("unable to make %s/%s: %m",
		    r->resultfile.places[r->resultfile.in].said, file);
}

void
resultfile_hand(struct run *r, int on)
{
	char text[16];

	if (r->resultfile.fd == -1)
		return;
	snprintf(text, sizeof text, "%d", r->resultfile.fd);
	if (!on)
		unsetenv(RECORD_ENV);
	else if (setenv(RECORD_ENV, text, 1) == -1)
		die(EXIT_TEMP, "out of memory");
	if (fcntl(r->resultfile.fd, F_SETFD, on ? 0 : FD_CLOEXEC) == -1)
		warn("unable to hand down a descriptor: %m");
}

void
resultfile_remove(struct run *r)
{
	char file[32];

	if (r->resultfile.own == -1)
		return;
	name(file, r->resultfile.number);
	unlinkat(r->resultfile.places[r->resultfile.in].fd, file, 0);
	leave_memory(r);
}

/* files of runs before, one after the other */
int
resultfile_open_old(struct run *r, struct resultfile_old *f)
{
	const struct resultfile_place *p;
	char file[32];
	int fd;

	if (buf_len(&r->resultfile.old) == 0) {
		buf_free(&r->resultfile.old);
		if (r->resultfile.in != RESULTFILE_MEMORY)
			leave_memory(r);
		return -1;
	}
	memcpy(f, buf_data(&r->resultfile.old), sizeof *f);
	buf_consume(&r->resultfile.old, sizeof *f);
	p = &r->resultfile.places[f->place];
	name(file, f->n);
	fd = openat(p->fd, file, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		die(EXIT_TEMP, "unable to open %s/%s: %m", p->said, file);
	return fd;
}

void
resultfile_remove_old(struct run *r, const struct resultfile_old *f)
{
	char file[32];

	name(file, f->n);
	unlinkat(r->resultfile.places[f->place].fd, file, 0);
	if (r->resultfile.in != RESULTFILE_MEMORY)
		leave_memory(r);
}

/* is it the outcome of this attempt?  Where the line does not say, only an
 * end is */
int
resultfile_same_try(const struct result *res, unsigned tries)
{
	const struct ltsv_field *f = ltsv_find(&res->l, "try");
	uint64_t u;

	if (f == NULL)
		return res->status != RESULT_DEFERRED;
	return num_scan(f->value, f->value_len, 0, UINT32_MAX, &u) == 0 &&
	    u == tries;
}

int
resultfile_append(struct run *r, const char *p, size_t n)
{
	return write(r->resultfile.fd, p, n) == (ssize_t)n ? 0 : -1;
}

void
resultfile_keep_room(struct run *r)
{
	if (r->resultfile.in != RESULTFILE_MEMORY || keep_room(r) == 0 ||
	    r->resultfile.said_room)
		return;
	r->resultfile.said_room = 1;
	warn("unable to keep room for results in %s: %m",
	    r->resultfile.places[RESULTFILE_MEMORY].said);
}
