#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Message files into the index.  Ids come from the FIFO as soon as a message
 * is safe, and from scans of the directories, which find what the FIFO
 * lost.  A scan leaves files alone that are younger than RUN_YOUNG_US: they
 * may not be synced yet, and their ids are on the way.
 */
enum found { LOADED, KNOWN, YOUNG, BAD };

/* into the index */

static void
place(struct run *r, uint32_t x, const struct jobhead_rcpt *c,
    const struct jobhead *card)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	int64_t next = c->next;

	p->state = c->state;
	p->flags = message_mark_read(c->mark, &p->mark) == 1 ? RUN_DOUBT : 0;
	p->tries = c->tries;
	results_settle(r, x, c->offset);
	lifetime_set(r, x, card);
	if (ordered_load(r, x) || c->state != MESSAGE_QUEUED)
		return;
	next = lifetime_cap(r, x, next);
	if (next != c->next)
		toline_next(r, x, c->offset, next);
	if (c->tries == 0 && card->hold_until > next)
		next = card->hold_until;
	if (card->expire > 0 && next > card->expire)
		next = card->expire;
	retries_wait(r, x, next * 1000, 0);
}

static int
add_rcpt(struct run *r, uint32_t m, struct jobhead *c, unsigned i)
{
	char domain[JOBHEAD_DOMAIN_MAX];
	size_t n =
	    jobhead_domain(c->text + c->rcpt[i].at, c->rcpt[i].to_len, domain);
	uint32_t x = schedule_rcpt(&r->s, m, i, domain, n);

	if (x == SCHEDULE_NONE)
		return -1;
	place(r, x, &c->rcpt[i], c);
	return 0;
}

/* 0, and the head is taken; -1 without memory: then nothing of it is known */
static int
add_message(struct run *r, const char *id, struct jobhead *c, uint32_t segment)
{
	int owes = 0;
	uint32_t m;
	unsigned i;

	m = schedule_message(&r->s, id, c->text + c->owner_at, c->owner_len,
	    c->prio, c->sender);
	if (m == SCHEDULE_NONE)
		return -1;
	for (i = 0; i < c->n_rcpt; i++) {
		if (message_final(c->rcpt[i].state))
			continue;
		if (r->crashed && r->first_scan &&
		    (c->rcpt[i].state == MESSAGE_BOUNCED ||
			c->rcpt[i].state == MESSAGE_EXPIRED))
			rcptevent_replay(id, i, c, c->rcpt[i].state);
		if (add_rcpt(r, m, c, i) == -1) {
			schedule_forget(&r->s, m);
			return -1;
		}
		owes |= c->rcpt[i].state == MESSAGE_BOUNCED ||
		    c->rcpt[i].state == MESSAGE_EXPIRED ||
		    r->s.rcpt[r->s.message[m].last].mark == 'w';
	}
	if (c->expire > 0)
		r->s.message[m].flags |= RUN_TIMED;
	toline_close(r);
	r->s.message[m].segment = segment;
	if (segment != 0)
		done_pin(&r->done, segment);
	if (r->s.message[m].n_live == 0)
		sweep_message(r, m);
	else if (owes)
		report_owe(r, m);
	if (!heads_keep(r, m, c))
		free(c);
	return 0;
}

/* a file that was never acknowledged: shorter than its head says */
static int
is_scrap(int fd, const struct buf *b)
{
	struct message_head h;
	struct stat st;

	if (fstat(fd, &st) == -1)
		return 0;
	if (message_cut(buf_data(b), buf_len(b)) || *buf_data(b) == '\0')
		return 1;
	return message_sizes(buf_data(b), buf_len(b), &h) == 0 &&
	    (uint64_t)st.st_size < h.head_len + h.size;
}

static enum found
damaged(struct run *r, int fd, const char *id)
{
	static const char what[] = "is not a whole message file";
	int old = clock_wall_us() - name_time_us(id) > RUN_SCRAP_US;
	int scrap = is_scrap(fd, &r->heads.read);
	char path[NAME_PATH_LEN + 1];

	if (old && !scrap) {
		verify_aside(r, id, what);
		return BAD;
	}
	name_path(path, id);
	if (old && r->first_scan) {
		warn("%s is a part of a message that was never accepted; "
		     "removed",
		    path);
		unlinkat(r->qfd, path, 0);
		return BAD;
	}
	warn("%s %s; left alone", path, what);
	return BAD;
}

/* from a scan at start the size is proved too */
static int
whole(int fd, const struct buf *b)
{
	struct message_head h;
	struct stat st;

	return fstat(fd, &st) == -1 ||
	    message_sizes(buf_data(b), buf_len(b), &h) == -1 ||
	    (uint64_t)st.st_size >= h.head_len + h.size;
}

/* No memory for one more: what waits on the disk may wait there, but what is
 * in memory has to be delivered, and jobs and answers need memory, too.  So
 * some is kept for them, and from now on there is no room as if -m said so. */
static void
memory_out(struct run *r, const char *id)
{
	uint32_t room;

	load_scan_soon(r, RUN_FAULT_MS);
	if (r->reserve == NULL) {
		warn("out of memory for message %.20s", id);
		return;
	}
	free(r->reserve);
	r->reserve = NULL;
	/* one large message may be all that does not fit, and a few that wait
	 * for long must not keep all others out */
	room = r->s.used_rcpt > RUN_ROOM_MIN ? r->s.used_rcpt : RUN_ROOM_MIN;
	if (room < r->rcpts_max)
		r->rcpts_max = room;
	warn("out of memory with %u recipients; others wait on the disk, as "
	     "with -m %u",
	    (unsigned)r->s.used_rcpt, (unsigned)r->rcpts_max);
}

/* it is not touched, so that it costs nothing but the right to it */
static void
keep_reserve(struct run *r)
{
	size_t n;

	for (n = RUN_RESERVE; r->reserve == NULL && n >= RUN_RESERVE_MIN;
	     n /= 2)
		r->reserve = malloc(n);
}

static enum found
load_open(struct run *r, int fd, const char *id)
{
	struct jobhead *c = heads_make(r, fd, id);
	uint32_t segment;

	if (c == NULL)
		past_say(r, id, NULL);
	if (c == NULL && errno == EINVAL)
		return damaged(r, fd, id);
	if (c == NULL) {
		r->scan_bad = 1;
		if (errno == ENOMEM)
			memory_out(r, id);
		else
			warn("unable to read message %.20s: %m", id);
		return BAD;
	}
	if (r->first_scan && buf_len(&r->heads.read) > 0 &&
	    !whole(fd, &r->heads.read)) {
		free(c);
		return damaged(r, fd, id);
	}
	segment = past_apply(r, id, c);
	if (add_message(r, id, c, segment) == -1) {
		free(c);
		memory_out(r, id);
		return BAD;
	}
	past_taken(r, id);
	return LOADED;
}

/* there is no room for it; what a crash may have kept out of the log is said
 * now, for after the next start nobody knows that there was a crash */
static void
left_out(struct run *r, const char *id)
{
	struct jobhead *c = NULL;
	unsigned i;
	int fd;

	r->scan_again = 1;
	if (!r->crashed || !r->first_scan)
		return;
	fd = heads_open(r, id);
	if (fd != -1) {
		c = heads_make(r, fd, id);
		close(fd);
	}
	past_say(r, id, c);
	for (i = 0; c != NULL && i < c->n_rcpt; i++)
		if (c->rcpt[i].state == MESSAGE_BOUNCED ||
		    c->rcpt[i].state == MESSAGE_EXPIRED)
			rcptevent_replay(id, i, c, c->rcpt[i].state);
	free(c);
}

static enum found
load(struct run *r, const char *id, int room)
{
	enum found f;
	int fd;

	if (schedule_find(&r->s, id) != SCHEDULE_NONE)
		return KNOWN;
	if (verify_refused(r, id))
		return BAD;
	if (!room && r->s.used_rcpt >= r->rcpts_max) {
		left_out(r, id);
		return BAD;
	}
	fd = heads_open(r, id);
	if (fd == -1) {
		if (errno == ENOENT)
			return BAD;
		warn("unable to open message %.20s: %m", id);
		past_say(r, id, NULL);
		r->scan_bad = 1;
		load_scan_soon(r, RUN_FAULT_MS);
		return BAD;
	}
	f = load_open(r, fd, id);
	close(fd);
	return f;
}

uint32_t
load_now(struct run *r, const char *id)
{
	char path[NAME_PATH_LEN + 1];
	struct stat st;
	uint32_t m;

	if (schedule_find(&r->s, id) != SCHEDULE_NONE || verify_now(r, id) == 0)
		load(r, id, 1);
	m = schedule_find(&r->s, id);
	name_path(path, id);
	if (m == SCHEDULE_NONE &&
	    fstatat(r->qfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
		errno = EIO;
	return m;
}

/* the FIFO */

static void
take_id(struct run *r, const char *id)
{
	if (buf_len(&r->intake) >= (size_t)RUN_INTAKE_MAX * NAME_LEN ||
	    buf_put(&r->intake, id, NAME_LEN) == -1)
		load_scan_soon(r, RUN_FAULT_MS);
}

/* "ID\n" each; an empty line asks for a scan; what is neither is skipped */
static void
take_ids(struct run *r, const char *p, size_t n)
{
	const char *end = p + n, *e;

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			break;
		if (e == p)
			load_scan_soon(r, RUN_ASKED_MS);
		else if (name_check(p, e - p) == 0)
			take_id(r, p);
	}
}

static void
on_fifo(void *arg, int events)
{
	static char buf[65536]; /* all a pipe holds */
	struct run *r = arg;
	ssize_t n;

	(void)events;
	n = read(r->fifo, buf, sizeof buf);
	if (n <= 0)
		return;
	/* it may have been full, and a full one drops ids */
	if ((size_t)n > sizeof buf - 4096)
		load_scan_soon(r, RUN_YOUNG_US / 1000 + 1000);
	take_ids(r, buf, n);
	load_slice(r);
	chain_refill(r);
	rounds_more(r);
}

static int
intake_slice(struct run *r)
{
	unsigned i;

	for (i = 0; i < RUN_SLICE && buf_len(&r->intake) > 0; i++) {
		load(r, buf_data(&r->intake), 0);
		buf_consume(&r->intake, NAME_LEN);
	}
	return buf_len(&r->intake) > 0;
}

/* scans */

static void
on_scan_timer(void *arg)
{
	struct run *r = arg;

	if (r->scanning) {
		r->scan_again = 1;
		return;
	}
	r->scanning = 1;
	r->scan_dir = 0;
	r->scan_bad = r->scan_again = 0;
	past_scan(r);
	rounds_more(r);
}

static int64_t scan_at_ms;

/* the earlier time holds */
void
load_scan_soon(struct run *r, int64_t ms)
{
	int64_t at = clock_mono_ms() + ms;

	if (loop_timer_active(&r->scan_timer) && scan_at_ms <= at)
		return;
	scan_at_ms = at;
	loop_timer_set(&r->scan_timer, ms, on_scan_timer, r);
}

void
load_room(struct run *r)
{
	if (r->scan_again && !r->scanning && r->s.used_rcpt <= r->rcpts_max / 2)
		load_scan_soon(r, RUN_ASKED_MS);
}

static void
scan_ended(struct run *r)
{
	int64_t ms = r->rescan_ms;

	r->scanning = 0;
	if (r->first_scan || r->n_past > 0)
		past_scanned(r);
	r->first_scan = 0;
	sweep_segments(r);
	if ((r->scan_bad || r->scan_again) && ms > RUN_FAULT_MS)
		ms = RUN_FAULT_MS;
	load_scan_soon(r, ms);
}

/* whose file was not there has none */
static void
dir_read(struct run *r, unsigned dir)
{
	r->dirs_read |= (uint64_t)1 << dir;
}

static DIR *
open_dir(struct run *r)
{
	char path[16];
	DIR *d;
	int fd;

	/* the directory's two digits are those of its ids */
	snprintf(path, sizeof path, "mess/%c%c", "01"[r->scan_dir / 32],
	    "0123456789abcdefghijklmnopqrstuv"[r->scan_dir % 32]);
	fd = openat(r->qfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd == -1 ? NULL : fdopendir(fd);
	if (d != NULL)
		return d;
	if (errno == ENOENT) {
		dir_read(r, r->scan_dir);
	} else {
		warn("unable to scan %s: %m", path);
		r->scan_bad = 1;
	}
	if (fd != -1)
		close(fd);
	return NULL;
}

static void put_young(struct run *, const char *);

static int
is_young(const char *id)
{
	int64_t age = clock_wall_us() - name_time_us(id);

	/* one from the future is no young one: a clock was set back */
	return age > -RUN_YOUNG_US && age < RUN_YOUNG_US;
}

/* those that are old enough now */
static void
on_young(void *arg)
{
	struct run *r = arg;
	int64_t now = clock_wall_us(), ms = RUN_YOUNG_US / 1000;
	size_t left = buf_len(&r->young) / NAME_LEN;
	char id[NAME_LEN];

	for (; left > 0; left--) {
		memcpy(id, buf_data(&r->young), NAME_LEN);
		buf_consume(&r->young, NAME_LEN);
		if (is_young(id))
			put_young(r, id);
		else
			take_id(r, id);
	}
	if (buf_len(&r->young) > 0) {
		memcpy(id, buf_data(&r->young), NAME_LEN);
		ms = (name_time_us(id) + RUN_YOUNG_US - now) / 1000 + 1;
		loop_timer_set(&r->young_timer, ms > 50 ? ms : 50, on_young, r);
	}
	rounds_more(r);
}

static void
put_young(struct run *r, const char *id)
{
	if (buf_len(&r->young) >= (size_t)RUN_INTAKE_MAX * NAME_LEN ||
	    buf_put(&r->young, id, NAME_LEN) == -1)
		r->scan_again = 1;
	else if (!loop_timer_active(&r->young_timer))
		loop_timer_set(&r->young_timer, RUN_YOUNG_US / 1000, on_young,
		    r);
}

/* its checksum is right, or there is none */
static void
scan_found(struct run *r, const char *name)
{
	past_found(r, name);
	/* what the journal names was safe long ago */
	if (is_young(name) && !past_knows(r, name))
		put_young(r, name);
	else
		load(r, name, 0);
}

/* scan_dir is already that of the next */
static void
dir_ended(struct run *r, int err)
{
	closedir(r->scan);
	r->scan = NULL;
	if (err == 0) {
		dir_read(r, r->scan_dir - 1);
		return;
	}
	errno = err;
	warn("unable to scan the queue: %m");
	r->scan_bad = 1;
}

static void
scan_one(struct run *r, const char *name)
{
	if (name_check(name, strlen(name)) == -1)
		return;
	if (schedule_find(&r->s, name) != SCHEDULE_NONE)
		past_found(r, name);
	else if (verify_begin(r, name) == 0)
		scan_found(r, name);
}

/* a long file whose checksum is being looked at */
static void
scan_verify(struct run *r)
{
	char id[NAME_LEN + 1];

	memcpy(id, r->sum.id, NAME_LEN);
	id[NAME_LEN] = '\0';
	if (verify_more(r) == 0)
		scan_found(r, id);
}

static int
scan_slice(struct run *r)
{
	struct dirent *e;
	unsigned i;

	if (r->verifying)
		scan_verify(r);
	for (i = 0; r->scanning && !r->verifying && i < RUN_SLICE; i++) {
		if (r->scan == NULL) {
			if (r->scan_dir == NAME_DIRS) {
				scan_ended(r);
				break;
			}
			r->scan = open_dir(r);
			r->scan_dir++;
			continue;
		}
		errno = 0;
		e = readdir(r->scan);
		if (e == NULL) {
			dir_ended(r, errno);
		} else if (e->d_name[0] != '.') {
			scan_one(r, e->d_name);
		}
	}
	return r->scanning;
}

int
load_slice(struct run *r)
{
	int more = intake_slice(r);

	return scan_slice(r) || more;
}

void
load_start(struct run *r)
{
	keep_reserve(r);
	past_start(r);
	r->fifo = openat(r->qfd, "trigger", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (r->fifo == -1)
		die(EXIT_TEMP, "unable to open %s/trigger: %m", r->queue);
	loop_io_start(&r->fifo_io, r->fifo, LOOP_READ, on_fifo, r);
	results_take(r);
	on_scan_timer(r);
}
