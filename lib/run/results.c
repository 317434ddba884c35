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

/*
 * results.N: what the links that make outcomes have written down before they
 * handed it up, queue(5).  What came up is in our own journal; the file is for
 * what did not come because a link above, or queue-run, died.  So it is read
 * at the next start, and given back to the file system behind what has come
 * up meanwhile.
 *
 * It need outlive processes, not the machine, so it stands on a tmpfs, where
 * it costs the disk nothing, in a folder named after the queue's own.  Where
 * that cannot be, it stands in QUEUE/done.  A start looks in both.
 *
 * Whoever may still write holds a lock with the descriptor that was handed
 * down.
 */
enum {
	RESULTS_ROOM = 2 << 20, /* bytes that are ours on a tmpfs that fills */
	RESULTS_KEEP = 1 << 20, /* bytes of results between looks */
	RESULTS_READ = 65536,
	RESULTS_WAIT_MS = 8000, /* for deliverers of the run before */
	RESULTS_LOOK_MS = 20,
	RESULTS_BATCH = 256,  /* results taken in together */
	RESULTS_USERS = 1000, /* from here on users are people */
	PAGE = 4096
};

enum { DISK, MEMORY, PLACES };

/* where files of results stand; fd -1: nowhere */
static struct place {
	int fd;
	char said[64]; /* in messages */
} places[PLACES];
static int memory = -1; /* in which the folder of MEMORY stands */
static char folder[64]; /* its name there */

/* a file of a run before */
struct file {
	uint32_t n, place;
};

static struct buf old; /* struct file each */
/* that a job was about to leave, or that it did not */
struct sending {
	char id[NAME_LEN];
	uint32_t n, try, order;
	int left;
};

static struct buf batch;    /* lines of jobs that are claimed */
static struct buf sendings; /* struct sending each */
/* the same of those whose message file does not say yet that they are in
 * doubt: it cannot be read now, or not written to.  They stand in our own
 * file, and stay there */
static struct buf unsettled;
static unsigned n_batch;
static int own = -1;        /* our own access to the file */
static uint32_t number, in; /* and where it is */
static uint64_t bytes;      /* that came up since the last look */
static off_t handled, freed;

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

	places[DISK].fd = r->done_fd;
	snprintf(places[DISK].said, sizeof places[DISK].said, "done");
	places[MEMORY].fd = -1;
	if (fstat(r->qfd, &st) == -1)
		die(EXIT_TEMP, "unable to look at queue %s: %m", r->queue);
	snprintf(folder, sizeof folder, "rohrpost-%u-%ju-%ju",
	    (unsigned)geteuid(), (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	snprintf(places[MEMORY].said, sizeof places[MEMORY].said, "%s/%.50s",
	    memory_path, folder);
	memory = memdir_root(memory_path);
	if (memory != -1)
		places[MEMORY].fd = memdir_open(memory, folder, 0);
}

/* nothing is left in it, or it stays */
static void
leave_memory(void)
{
	if (places[MEMORY].fd != -1)
		unlinkat(memory, folder, AT_REMOVEDIR);
}

/* files of runs before */

static int
by_number(const void *x, const void *y)
{
	const struct file *a = x, *b = y;

	return a->n < b->n ? -1 : a->n > b->n;
}

static void
find_old(uint32_t place)
{
	const char *said = places[place].said;
	int fd =
	    openat(places[place].fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct file f = { 0, place };
	struct dirent *e;
	uint64_t u;

	if (d == NULL)
		die(EXIT_TEMP, "unable to read %s: %m", said);
	while ((errno = 0, e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, "results.", 8) != 0 ||
		    num_scans(e->d_name + 8, 1, UINT32_MAX - 1, &u) == -1)
			continue;
		f.n = u;
		if (f.n > number)
			number = f.n;
		if (buf_put(&old, &f, sizeof f) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	if (errno != 0)
		die(EXIT_TEMP, "unable to read %s: %m", said);
	closedir(d);
}

/* until nobody can write to it any more, or it takes too long */
static void
wait_for_writers(const struct file *f, int64_t until_ms)
{
	const struct place *p = &places[f->place];
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
results_wait(struct run *r)
{
	int64_t until = clock_mono_ms() + RESULTS_WAIT_MS;
	struct file f;
	size_t i;

	find_places(r);
	for (i = 0; i < PLACES; i++)
		if (places[i].fd != -1)
			find_old(i);
	if (buf_len(&old) > 0)
		qsort(buf_data(&old), buf_len(&old) / sizeof f, sizeof f,
		    by_number);
	for (i = 0; i < buf_len(&old); i += sizeof f) {
		memcpy(&f, buf_data(&old) + i, sizeof f);
		wait_for_writers(&f, until);
	}
}

/* the file of this run */

/* room behind what has been written: deliverers do not meet a full tmpfs */
static int
keep_room(void)
{
	return fallocate(own, FALLOC_FL_KEEP_SIZE, handled, RESULTS_ROOM);
}

static int
make_file(uint32_t place)
{
	char file[32];

	if (places[place].fd == -1)
		return -1;
	name(file, number);
	in = place;
	own = openat(places[place].fd, file,
	    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (own == -1 || place != MEMORY || keep_room() == 0)
		return own == -1 ? -1 : 0;
	unlinkat(places[place].fd, file, 0);
	close(own);
	own = -1;
	errno = ENOSPC;
	return -1;
}

static int
make_in_memory(void)
{
	if (memory == -1 || is_swept())
		return -1;
	if (places[MEMORY].fd == -1)
		places[MEMORY].fd = memdir_open(memory, folder, 1);
	if (make_file(MEMORY) == 0)
		return 0;
	warn("unable to keep results in %s: %m; they cost the disk writes",
	    places[MEMORY].said);
	return -1;
}

/* without it deliveries go on, and a link that dies repeats more of them */
void
results_open(struct run *r)
{
	char file[32];

	name(file, ++number);
	r->results_fd = -1;
	if (make_in_memory() == 0 || make_file(DISK) == 0)
		r->results_fd = openat(places[in].fd, file,
		    O_WRONLY | O_APPEND | O_CLOEXEC);
	if (r->results_fd == -1 || flock(r->results_fd, LOCK_SH) == -1)
		warn("unable to make %s/%s: %m", places[in].said, file);
}

void
results_hand(struct run *r, int on)
{
	char text[16];

	if (r->results_fd == -1)
		return;
	snprintf(text, sizeof text, "%d", r->results_fd);
	if (!on)
		unsetenv(RECORD_ENV);
	else if (setenv(RECORD_ENV, text, 1) == -1)
		die(EXIT_TEMP, "out of memory");
	if (fcntl(r->results_fd, F_SETFD, on ? 0 : FD_CLOEXEC) == -1)
		warn("unable to hand down a descriptor: %m");
}

/* after a sudden end */

static void
take_batch(struct run *r)
{
	size_t used;

	while (buf_len(&batch) > 0) {
		used = settle_results(r, buf_data(&batch), buf_len(&batch));
		if (used == 0)
			die(EXIT_TEMP,
			    "unable to take in the results of the "
			    "run before");
		buf_consume(&batch, used);
	}
	n_batch = 0;
}

/* is it the outcome of this attempt?  Where the line does not say, only an
 * end is */
static int
same_try(const struct result *res, unsigned tries)
{
	const struct ltsv_field *f = ltsv_find(&res->l, "try");
	uint64_t u;

	if (f == NULL)
		return res->status != RESULT_DEFERRED;
	return num_scan(f->value, f->value_len, 0, UINT32_MAX, &u) == 0 &&
	    u == tries;
}

static void
take_sending(const struct result *res)
{
	const struct ltsv_field *f = ltsv_find(&res->l, "try");
	struct sending s = { .n = res->n,
		.order = buf_len(&sendings) / sizeof s,
		.left = res->status == RESULT_SENDING || res->doubt };
	uint64_t u;

	if (f == NULL ||
	    num_scan(f->value, f->value_len, 0, UINT32_MAX, &u) == -1)
		return;
	memcpy(s.id, res->id, NAME_LEN);
	s.try = u;
	if (buf_put(&sendings, &s, sizeof s) == -1)
		die(EXIT_TEMP, "out of memory");
}

/* the recipient of a result that is not known yet */
static uint32_t
unknown(struct run *r, uint32_t m, const struct result *res)
{
	uint32_t x = r->s.message[m].first;

	while (x != SCHEDULE_NONE && r->s.rcpt[x].n != res->n)
		x = r->s.rcpt[x].later;
	if (x == SCHEDULE_NONE || !same_try(res, r->s.rcpt[x].tries) ||
	    (r->s.rcpt[x].state != MESSAGE_QUEUED &&
		r->s.rcpt[x].state != MESSAGE_HELD))
		return SCHEDULE_NONE;
	return x;
}

/* its file cannot be read now: an end goes into the journal unseen, also one
 * that owes a report, which has no other place */
static void
take_unreadable(struct run *r, const struct result *res)
{
	enum message_state s = MESSAGE_SENT;

	if (res->status == RESULT_BOUNCED)
		s = r->can_report ? MESSAGE_BOUNCED : MESSAGE_BOUNCED_SAID;
	if (res->status != RESULT_DEFERRED &&
	    past_add(r, res->id, res->n, s) == -1)
		die(EXIT_TEMP, "unable to write the journal: %m");
}

static void
take_line(struct run *r, const char *p, size_t n)
{
	struct result res;
	struct jobhead *c;
	uint32_t m, x;

	/* also what a full disk has cut */
	if (result_parse(p, n, &res) == -1)
		return;
	/* that of a failure counts where the failure itself cannot be taken
	 * in now */
	if (res.status != RESULT_SENT && res.status != RESULT_BOUNCED)
		take_sending(&res);
	if (res.status == RESULT_SENDING || res.status == RESULT_LATER)
		return;
	m = schedule_find(&r->s, res.id);
	if (m != SCHEDULE_NONE && jobs_find(r, m, res.n) != NULL)
		take_batch(r);
	m = load_now(r, res.id);
	if (m == SCHEDULE_NONE) {
		if (errno != ENOENT)
			take_unreadable(r, &res);
		return;
	}
	x = unknown(r, m, &res);
	c = x == SCHEDULE_NONE ? NULL : heads_take(r, m);
	if (c == NULL)
		return;
	if (jobs_claim(r, x, c) == 0 && buf_put(&batch, p, n) == -1)
		die(EXIT_TEMP, "out of memory");
	heads_release(r, m, c);
	if (++n_batch >= RESULTS_BATCH || n_batch >= r->window)
		take_batch(r);
}

static void
take_file(struct run *r, int fd)
{
	off_t at = lseek(fd, 0, SEEK_DATA);
	struct buf b = { 0 };
	ssize_t n;
	char *e;

	at = at == -1 ? 0 : at;
	for (;;) {
		if (buf_reserve(&b, RESULTS_READ) == -1)
			die(EXIT_TEMP, "out of memory");
		n = pread(fd, buf_tail(&b), RESULTS_READ, at);
		if (n == -1)
			die(EXIT_TEMP,
			    "unable to read the results of the "
			    "run before: %m");
		if (n == 0)
			break;
		at += n;
		buf_added(&b, n);
		while (buf_len(&b) > 0 &&
		    (e = memchr(buf_data(&b), '\n', buf_len(&b))) != NULL) {
			n = e + 1 - buf_data(&b);
			take_line(r, buf_data(&b), n);
			buf_consume(&b, n);
		}
	}
	take_batch(r);
	buf_free(&b);
}

static int
by_job(const void *x, const void *y)
{
	const struct sending *a = x, *b = y;
	int c = memcmp(a->id, b->id, NAME_LEN);

	if (c == 0 && a->n != b->n)
		c = a->n < b->n ? -1 : 1;
	if (c == 0)
		c = a->order < b->order ? -1 : 1;
	return c;
}

/* a file may be behind: what it missed for want of room */
static int
is_of(const struct run *r, uint32_t x, const struct sending *s)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];

	return p->n == s->n && p->tries <= s->try &&
	    (p->state == MESSAGE_QUEUED || p->state == MESSAGE_HELD) &&
	    memcmp(r->s.message[p->message].id, s->id, NAME_LEN) == 0;
}

/* 0, -1: it does not stand in its file */
static int
mark(struct run *r, uint32_t x, uint32_t offset)
{
	r->s.rcpt[x].flags |= RUN_DOUBT;
	return toline_mark(r, x, offset);
}

/* 0, -1: not now */
static int
doubt(struct run *r, const struct sending *s)
{
	uint32_t m = load_now(r, s->id), x;
	struct jobhead *c;
	int bad = 0;

	if (m == SCHEDULE_NONE)
		return errno == ENOENT ? 0 : -1;
	x = r->s.message[m].first;
	while (x != SCHEDULE_NONE && !is_of(r, x, s))
		x = r->s.rcpt[x].later;
	if (x == SCHEDULE_NONE || r->s.rcpt[x].flags & RUN_DOUBT)
		return 0;
	c = heads_take(r, m);
	if (c == NULL)
		return -1;
	if (s->n < c->n_rcpt)
		bad = mark(r, x, c->rcpt[s->n].offset);
	toline_close(r);
	heads_release(r, m, c);
	return bad;
}

/* into our own file: 0, -1 with errno */
static int
say_left(struct run *r, const struct sending *s)
{
	char line[128];
	ssize_t n = snprintf(line, sizeof line,
	    "\nid:%.*s\tn:%u\ttry:%u\tstatus:sending\n", NAME_LEN, s->id, s->n,
	    s->try);

	return write(r->results_fd, line, n) == n ? 0 : -1;
}

/* one for each recipient */
static int
known(const struct sending *s)
{
	struct sending *u = (struct sending *)(void *)buf_data(&unsettled);
	size_t n = buf_len(&unsettled) / sizeof *u, i;

	for (i = 0; i < n; i++)
		if (u[i].n == s->n && memcmp(u[i].id, s->id, NAME_LEN) == 0) {
			u[i] = *s;
			return 1;
		}
	return 0;
}

static void
unsettle(struct run *r, const struct sending *s)
{
	if (!known(s) && buf_put(&unsettled, s, sizeof *s) == -1)
		die(EXIT_TEMP, "out of memory");
	if (say_left(r, s) == -1)
		warn("a doubt about message %.20s stands nowhere: %m", s->id);
}

void
results_doubt(struct run *r, uint32_t x, unsigned try)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	struct sending s = { .n = p->n, .try = try, .left = 1 };

	memcpy(s.id, r->s.message[p->message].id, NAME_LEN);
	unsettle(r, &s);
}

void
results_settle(struct run *r, uint32_t x, uint32_t offset)
{
	struct sending *s = (struct sending *)(void *)buf_data(&unsettled);
	size_t n = buf_len(&unsettled) / sizeof *s, i;

	for (i = 0; i < n; i++)
		if (s[i].left && is_of(r, x, &s[i]))
			s[i].left = mark(r, x, offset) == -1;
}

/* who was about to leave, and nobody knows what became of it */
static void
take_doubts(struct run *r)
{
	struct sending *s = (struct sending *)(void *)buf_data(&sendings);
	size_t n = buf_len(&sendings) / sizeof *s, i;

	if (n > 0)
		qsort(s, n, sizeof *s, by_job);
	for (i = 0; i < n; i++)
		if (s[i].left &&
		    (i + 1 == n || s[i].n != s[i + 1].n ||
			memcmp(s[i].id, s[i + 1].id, NAME_LEN) != 0) &&
		    doubt(r, &s[i]) == -1)
			unsettle(r, &s[i]);
	buf_free(&sendings);
}

void
results_take(struct run *r)
{
	const struct place *p;
	char file[32];
	struct file f;
	int fd;

	while (buf_len(&old) > 0) {
		memcpy(&f, buf_data(&old), sizeof f);
		buf_consume(&old, sizeof f);
		p = &places[f.place];
		name(file, f.n);
		fd = openat(p->fd, file, O_RDWR | O_CLOEXEC);
		if (fd == -1)
			die(EXIT_TEMP, "unable to open %s/%s: %m", p->said,
			    file);
		take_file(r, fd);
		if (buf_len(&old) == 0)
			take_doubts(r);
		/* now the journal says it, and is to say it first */
		if (r->done.dirty && fdatasync(r->done.fd) == -1)
			die(EXIT_TEMP, "unable to sync the journal: %m");
		unlinkat(p->fd, file, 0);
		close(fd);
	}
	buf_free(&old);
	if (in != MEMORY)
		leave_memory();
}

/* meanwhile */

/* a line of a job that is still down, at that try */
static int
is_down(struct run *r, const char *p, size_t n, struct result *res)
{
	struct run_job *t;
	uint32_t m;

	if (result_parse(p, n, res) == -1)
		return 0;
	m = schedule_find(&r->s, res->id);
	t = m == SCHEDULE_NONE ? NULL : jobs_find(r, m, res->n);
	return t != NULL && !t->answered &&
	    same_try(res, r->s.rcpt[t->rcpt].tries);
}

/* a job that has left may be waited for long: that it has is written down
 * again, so that it does not keep what stands behind it */
static int
say_again(struct run *r, const char *p, size_t n)
{
	static struct buf b;

	buf_clear(&b);
	if (buf_putc(&b, '\n') == -1 || buf_put(&b, p, n) == -1)
		return -1;
	return write(r->results_fd, buf_data(&b), buf_len(&b)) ==
		(ssize_t)buf_len(&b)
	    ? 0
	    : -1;
}

/* bytes of whole lines in p that have all come up */
static size_t
come_up(struct run *r, const char *p, size_t n)
{
	const char *at = p, *e;
	struct result res;

	while ((e = memchr(at, '\n', p + n - at)) != NULL) {
		if (is_down(r, at, e + 1 - at, &res) &&
		    (res.status != RESULT_SENDING ||
			say_again(r, at, e + 1 - at) == -1))
			break;
		at = e + 1;
	}
	return at - p;
}

/* those whose files do not say it, once more behind all the rest */
static int
say_unsettled(struct run *r)
{
	const struct sending *s =
	    (const struct sending *)(const void *)buf_data(&unsettled);
	size_t n = buf_len(&unsettled) / sizeof *s, i;

	for (i = 0; i < n; i++)
		if (s[i].left && say_left(r, &s[i]) == -1)
			return -1;
	return 0;
}

static void
look(struct run *r)
{
	static char p[RESULTS_READ];
	struct stat st;
	size_t used, n;
	ssize_t got;

	/* not what is said again meanwhile */
	if (fstat(own, &st) == -1 || say_unsettled(r) == -1)
		return;
	do {
		n = (size_t)(st.st_size - handled) < sizeof p
		    ? (size_t)(st.st_size - handled)
		    : sizeof p;
		got = pread(own, p, n, handled);
		used = got <= 0 ? 0 : come_up(r, p, got);
		if (used == 0 && got == (ssize_t)sizeof p &&
		    memchr(p, '\n', got) == NULL)
			used = got; /* no result is so long */
		handled += used;
	} while (used > 0 && n == sizeof p);
	if (handled - freed < PAGE)
		return;
	/* a file system that cannot do it keeps all until there is a rest */
	if (fallocate(own, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
		handled - handled % PAGE) == 0)
		freed = handled;
}

/* more comes behind what is there now */
static void
room_again(void)
{
	static int said;

	if (in == MEMORY && keep_room() == -1 && !said++)
		warn("unable to keep room for results in %s: %m",
		    places[in].said);
}

void
results_seen(struct run *r, size_t n)
{
	bytes += n;
	if (bytes < RESULTS_KEEP || own == -1)
		return;
	bytes = 0;
	/* when no job is down nobody has anything to write */
	if (r->s.out + r->s.late > 0 || buf_len(&unsettled) > 0)
		look(r);
	else if (ftruncate(own, 0) == 0)
		handled = freed = 0;
	room_again();
}

void
results_end(struct run *r)
{
	char file[32];

	if (own == -1 || r->settle.unwritten || buf_len(&unsettled) > 0 ||
	    r->s.out + r->s.late > 0)
		return;
	name(file, number);
	unlinkat(places[in].fd, file, 0);
	leave_memory();
}
