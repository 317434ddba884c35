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

/* since when one that was never tried waits, ms since 1970: of those that come
 * back from the chain the one that waits longest goes first */
static int64_t
came_ms(const struct run *r, uint32_t x)
{
	const char *id = r->s.message[r->s.rcpt[x].message].id;
	int64_t came = name_time_us(id), now = clock_wall_us();

	/* the clock may have been set back since */
	return (came < now ? came : now) / 1000;
}

static void
place(struct run *r, uint32_t x, const struct jobhead_rcpt *c,
    const struct jobhead *head)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	int64_t next = c->next;

	p->state = c->state;
	p->flags = message_mark_read(c->mark, &p->mark) == 1 ? RUN_DOUBT : 0;
	p->tries = c->tries;
	doubts_settle(r, x, c->offset);
	lifetime_set(r, x, head);
	if (message_owes(c->state))
		final_ended(p, next);
	if (ordered_load(r, x) || c->state != MESSAGE_QUEUED)
		return;
	next = doubtful_next(r, x, lifetime_cap(r, x, next));
	if (next != c->next)
		toline_next(r, x, c->offset, next);
	if (c->tries == 0 && head->hold_until > next)
		next = head->hold_until;
	if (head->expire > 0 && next > head->expire)
		next = head->expire;
	retries_wait(r, x, next > 0 ? next * 1000 : came_ms(r, x), 0);
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
	r->s.address[x] =
	    jobhead_sender(c->text + c->rcpt[i].at, c->rcpt[i].to_len);
	place(r, x, &c->rcpt[i], c);
	return 0;
}

/* 0, and the head is taken; -1 without memory: then nothing of it is known */
static int
add_message(struct run *r, const char *id, struct jobhead *c, uint32_t segment)
{
	struct slice campaign = jobhead_campaign(c);
	int owes = 0;
	uint32_t m;
	unsigned i;

	m = schedule_message(&r->s, id, c->text + c->owner_at, c->owner_len,
	    c->prio, c->sender);
	if (m == SCHEDULE_NONE)
		return -1;
	if (campaign.n > 0)
		schedule_campaign(&r->s, m, campaign.p, campaign.n);
	for (i = 0; i < c->n_rcpt; i++) {
		if (message_final(c->rcpt[i].state))
			continue;
		if (r->crashed && r->first_scan &&
		    message_owes(c->rcpt[i].state))
			failed_replay(r, id, i, c, c->rcpt[i].state,
			    c->rcpt[i].next);
		if (add_rcpt(r, m, c, i) == -1) {
			schedule_forget(&r->s, m);
			return -1;
		}
		owes |= message_owes(c->rcpt[i].state) ||
		    r->s.rcpt[r->s.message[m].last].mark == 'w';
	}
	if (c->expire > 0 || c->hold_until > 0 || c->notify_at > 0)
		r->s.message[m].flags |= RUN_TIMED;
	toline_close(r);
	r->s.message[m].segment = segment;
	if (segment != 0)
		done_pin(&r->done, segment);
	if (r->s.message[m].n_live == 0)
		cleaning_message(r, m);
	else if (owes)
		bounces_owe(r, m);
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

static void
damaged(struct run *r, int fd, const char *id)
{
	static const char what[] = "is not a whole message file";
	int old = clock_wall_us() - name_time_us(id) > RUN_SCRAP_US;
	int scrap = is_scrap(fd, &r->heads.read);
	char path[NAME_PATH_LEN + 1];

	if (old && !scrap) {
		verify_aside(r, id, what);
		return;
	}
	name_path(path, id);
	if (old && r->first_scan) {
		warn("%s is a part of a message that was never accepted; "
		     "removed",
		    path);
		unlinkat(r->qfd, path, 0);
		return;
	}
	warn("%s %s; left alone", path, what);
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

	r->load.soon = 1;
	if (r->load.reserve == NULL) {
		warn("out of memory for message %.20s", id);
		return;
	}
	free(r->load.reserve);
	r->load.reserve = NULL;
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
void
load_start(struct run *r)
{
	size_t n;

	for (n = RUN_RESERVE; r->load.reserve == NULL && n >= RUN_RESERVE_MIN;
	     n /= 2)
		r->load.reserve = malloc(n);
}

static void
load_open(struct run *r, int fd, const char *id)
{
	struct jobhead *c = heads_make(r, fd, id);
	uint32_t segment;

	if (c == NULL)
		oldjournal_say(r, id, NULL);
	if (c == NULL && errno == EINVAL) {
		damaged(r, fd, id);
		return;
	}
	if (c == NULL) {
		r->load.bad = 1;
		if (errno == ENOMEM)
			memory_out(r, id);
		else
			warn("unable to read message %.20s: %m", id);
		return;
	}
	if (r->first_scan && buf_len(&r->heads.read) > 0 &&
	    !whole(fd, &r->heads.read)) {
		free(c);
		damaged(r, fd, id);
		return;
	}
	segment = oldjournal_apply(r, id, c);
	if (add_message(r, id, c, segment) == -1) {
		free(c);
		memory_out(r, id);
		return;
	}
	oldjournal_taken(r, id);
}

/* there is no room for it; what a crash may have kept out of the log is said
 * now, for after the next start nobody knows that there was a crash */
static void
left_out(struct run *r, const char *id)
{
	struct jobhead *c = NULL;
	unsigned i;
	int fd;

	r->load.again = 1;
	if (!r->crashed || !r->first_scan)
		return;
	fd = heads_open(r, id);
	if (fd != -1) {
		c = heads_make(r, fd, id);
		close(fd);
	}
	oldjournal_say(r, id, c);
	for (i = 0; c != NULL && i < c->n_rcpt; i++)
		if (message_owes(c->rcpt[i].state))
			failed_replay(r, id, i, c, c->rcpt[i].state,
			    c->rcpt[i].next);
	free(c);
}

void
load_message(struct run *r, const char *id, int room)
{
	int fd;

	if (schedule_find(&r->s, id) != SCHEDULE_NONE || verify_refused(r, id))
		return;
	lifetime_clock(r);
	if (!room && r->s.used_rcpt >= r->rcpts_max) {
		left_out(r, id);
		return;
	}
	fd = heads_open(r, id);
	if (fd == -1) {
		if (errno == ENOENT)
			return;
		warn("unable to open message %.20s: %m", id);
		oldjournal_say(r, id, NULL);
		r->load.bad = r->load.soon = 1;
		return;
	}
	load_open(r, fd, id);
	close(fd);
}

uint32_t
load_now(struct run *r, const char *id)
{
	char path[NAME_PATH_LEN + 1];
	struct stat st;
	uint32_t m;

	if (schedule_find(&r->s, id) != SCHEDULE_NONE || verify_now(r, id) == 0)
		load_message(r, id, 1);
	m = schedule_find(&r->s, id);
	name_path(path, id);
	if (m == SCHEDULE_NONE &&
	    fstatat(r->qfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
		errno = EIO;
	return m;
}
