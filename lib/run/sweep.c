#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include "queue/journal.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * queue-clean removes what is finished, beside the loop: a message file for
 * a line "ID", a journal segment for "drop NUMBER" (after a sync of the file
 * system), and it syncs a segment for "sync NUMBER".  Each line comes back
 * when it is done.
 */
enum {
	FOLD_READ = 16384,
	FOLD_SLICE = 32,
	FOLD_AGAIN_MS = 60000,
	FOLD_CARRY_MS = 1000,
	SYNC_LOST_MS = 10000,
	AGAIN_MS = 60000,
	AGAIN_SLICE = 4096
};

static void
ask(struct run *r, const char *what, uint32_t segment)
{
	char line[32];

	wire_put(&r->clean.wire, line,
	    snprintf(line, sizeof line, "%s %010u\n", what, segment));
}

static void
ask_id(struct run *r, uint32_t m)
{
	wire_put(&r->clean.wire, r->s.message[m].id, NAME_LEN);
	wire_put(&r->clean.wire, "\n", 1);
}

void
sweep_message(struct run *r, uint32_t m)
{
	struct schedule_message *x = &r->s.message[m];

	heads_drop(r, m);
	toline_leave(r, m);
	x->flags |= RUN_LEAVING;
	r->n_leaving++;
	if (helper_up(&r->clean))
		ask_id(r, m);
}

/* segments */

void
sweep_segments(struct run *r)
{
	uint32_t segment;

	/* before all files are known no pin says anything */
	if (r->first_scan || !helper_up(&r->clean))
		return;
	segment = done_oldest_free(&r->done);
	if (segment != 0)
		ask(r, "drop", segment);
	else if (!r->folding && !r->fold_wait &&
	    done_oldest_crowded(&r->done) != 0)
		rounds_more(r);
}

static void
on_sync(void *arg)
{
	struct run *r = arg;
	uint32_t i;

	/* a sync that failed is not answered */
	if (!helper_up(&r->clean) || !r->done.dirty ||
	    (r->syncing && clock_mono_ms() - r->sync_at_ms < SYNC_LOST_MS))
		return;
	r->syncing = 1;
	r->sync_at_ms = clock_mono_ms();
	r->done.dirty = 0;
	/* and those that have been filled since */
	for (i = 0; i < r->done.n; i++)
		if (r->done.segment[i].number >= r->sync_segment)
			ask(r, "sync", r->done.segment[i].number);
	r->sync_segment = done_current(&r->done);
}

/* what was not answered because it failed is asked for again */
static void
on_again(void *arg)
{
	struct run *r = arg;
	uint32_t i;

	loop_timer_set(&r->again_timer, AGAIN_MS, on_again, r);
	if (!helper_up(&r->clean))
		return;
	for (i = 0; i < r->done.n; i++)
		if (r->done.segment[i].leaving)
			ask(r, "drop", r->done.segment[i].number);
	on_sync(r);
	r->unremoved_at = 0;
	rounds_more(r);
}

/* a file that could not be removed then: what was asked for before the last
 * time and is still there; 1: more to do */
static int
unremoved_slice(struct run *r)
{
	struct schedule_message *x;
	unsigned i;

	if (!helper_up(&r->clean) || r->n_leaving == 0)
		return 0;
	for (i = 0; i < AGAIN_SLICE && r->unremoved_at < r->s.n_message; i++) {
		x = &r->s.message[r->unremoved_at++];
		if (!x->used || !(x->flags & RUN_LEAVING))
			continue;
		if (x->flags & RUN_ASKED)
			ask_id(r, r->unremoved_at - 1);
		x->flags |= RUN_ASKED;
	}
	return r->unremoved_at < r->s.n_message;
}

void
sweep_dirty(struct run *r)
{
	if (done_oldest_crowded(&r->done) != 0)
		sweep_segments(r);
	if (r->sync_ms > 0 && r->done.dirty && !r->syncing &&
	    !loop_timer_active(&r->sync_timer))
		loop_timer_set(&r->sync_timer, r->sync_ms, on_sync, r);
}

/* folding */

/*
 * Too many segments: somewhere in the oldest stands a message that is not
 * finished yet.  The states which that segment has for messages whose file
 * is still there, in memory or not, are written into their files, and then it
 * pins nothing any more.  Where a file cannot be written to, its lines
 * are carried over into the last segment.
 */
static void
on_fold_again(void *arg)
{
	struct run *r = arg;

	r->fold_wait = 0;
	sweep_segments(r);
}

static void
fold_close(struct run *r)
{
	if (r->fold_file != -1)
		close(r->fold_file);
	r->fold_file = -1;
	free(r->fold_card);
	r->fold_card = NULL;
	r->fold_id[0] = '\0';
}

static void
fold_pause(struct run *r, int64_t ms)
{
	r->fold_wait = 1;
	loop_timer_set(&r->fold_timer, ms, on_fold_again, r);
}

static void
fold_failed(struct run *r)
{
	warn("unable to free journal segment %010u: %m", r->fold_segment);
	fold_close(r);
	if (r->fold_fd != -1)
		close(r->fold_fd);
	r->fold_fd = -1;
	r->folding = 0;
	fold_pause(r, FOLD_AGAIN_MS);
}

static int
fold_begin(struct run *r)
{
	char name[11];

	r->fold_segment = done_oldest_crowded(&r->done);
	if (r->fold_segment == 0 || r->fold_wait)
		return 0;
	done_name(name, r->fold_segment);
	buf_clear(&r->fold);
	buf_clear(&r->fold_carry);
	r->fold_fd = openat(r->done_fd, name, O_RDONLY | O_CLOEXEC);
	if (r->fold_fd == -1) {
		fold_failed(r);
		return 0;
	}
	r->folding = 1;
	return 1;
}

/* the message of a line, whose neighbours are often of the same; 0 with its
 * card, -1 with errno: ENOENT, or what makes it unusable now */
static int
fold_open(struct run *r, const char *id)
{
	static int error;
	char path[NAME_PATH_LEN + 1];

	if (memcmp(r->fold_id, id, NAME_LEN) != 0) {
		fold_close(r);
		memcpy(r->fold_id, id, NAME_LEN);
		name_path(path, id);
		error = 0;
		r->fold_file = openat(r->qfd, path, O_RDWR | O_CLOEXEC);
		if (r->fold_file != -1)
			r->fold_card = heads_make(r, r->fold_file, id);
		if (r->fold_card == NULL)
			error = errno;
	}
	errno = error;
	return error == 0 ? 0 : -1;
}

static int
fold_write(struct run *r, unsigned n, enum message_state state)
{
	char byte = state;

	return n >= r->fold_card->n_rcpt ||
		pwrite(r->fold_file, &byte, 1,
		    (off_t)r->fold_card->rcpt[n].offset + MESSAGE_TO_STATE) == 1
	    ? 0
	    : -1;
}

static void
fold_line(struct run *r, const char *id, unsigned n, enum message_state state)
{
	if (schedule_find(&r->s, id) == SCHEDULE_NONE && !past_knows(r, id))
		return;
	if (fold_open(r, id) == 0 && fold_write(r, n, state) == 0)
		past_home(r, id, n, r->fold_segment, r->fold_card);
	else if (errno == ENOENT)
		past_home(r, id, n, r->fold_segment, NULL);
	else if (journal_put(&r->fold_carry, id, n, state) == -1)
		die(EXIT_TEMP, "out of memory");
}

static void
fold_end(struct run *r)
{
	struct buf *carry = &r->fold_carry;
	struct schedule_message *x;
	uint32_t m, after;

	if (buf_len(carry) > 0 &&
	    done_append(&r->done, buf_data(carry), buf_len(carry)) == -1) {
		fold_failed(r);
		return;
	}
	fold_close(r);
	close(r->fold_fd);
	r->fold_fd = -1;
	r->folding = 0;
	after = done_after(&r->done, r->fold_segment);
	past_move(r, r->fold_segment, done_current(&r->done));
	for (m = 0; m < r->s.n_message; m++) {
		x = &r->s.message[m];
		if (!x->used || x->segment != r->fold_segment)
			continue;
		done_unpin(&r->done, x->segment);
		done_pin(&r->done, x->segment = after);
	}
	/* else lines that cannot go home would go round and round */
	if (buf_len(carry) > 0)
		fold_pause(r, FOLD_CARRY_MS);
	sweep_dirty(r);
	sweep_segments(r);
}

/* 1: more to do */
static int
fold_slice(struct run *r)
{
	enum message_state state;
	const char *id, *e;
	unsigned n, i;
	ssize_t got;
	long used;

	if (!r->folding && !fold_begin(r))
		return 0;
	for (i = 0; i < FOLD_SLICE; i++) {
		used = buf_len(&r->fold) == 0
		    ? 0
		    : journal_get(buf_data(&r->fold), buf_len(&r->fold), &id,
			  &n, &state);
		if (used == 0) {
			if (buf_reserve(&r->fold, FOLD_READ) == -1 ||
			    (got = read(r->fold_fd, buf_tail(&r->fold),
				 FOLD_READ)) == -1) {
				fold_failed(r);
				return 0;
			}
			buf_added(&r->fold, got);
			if (got > 0)
				continue;
			fold_end(r);
			return 0;
		}
		if (used > 0)
			fold_line(r, id, n, state);
		if (used < 0) {
			e = memchr(buf_data(&r->fold), '\n', buf_len(&r->fold));
			used = e == NULL ? (long)buf_len(&r->fold)
					 : e + 1 - buf_data(&r->fold);
		}
		buf_consume(&r->fold, used);
	}
	return 1;
}

static int
journal_slice(struct run *r)
{
	if (r->first_scan ||
	    (!r->folding &&
		(r->fold_wait || done_oldest_crowded(&r->done) == 0)))
		return 0;
	return fold_slice(r);
}

int
sweep_slice(struct run *r)
{
	int more = unremoved_slice(r);

	return journal_slice(r) || more;
}

/* the helper */

static void
removed(struct run *r, const char *id)
{
	uint32_t m = schedule_find(&r->s, id);
	struct schedule_message *x;

	if (m == SCHEDULE_NONE)
		return;
	x = &r->s.message[m];
	if (!(x->flags & RUN_LEAVING))
		return;
	if (x->segment != 0)
		done_unpin(&r->done, x->segment);
	schedule_forget(&r->s, m);
	r->n_leaving--;
}

static void
answered(struct run *r, const char *p, size_t n)
{
	uint64_t u;

	if (name_check(p, n) == 0) {
		removed(r, p);
	} else if (n == 15 && memcmp(p, "sync ", 5) == 0 &&
	    num_scan(p + 5, 10, 1, UINT32_MAX - 1, &u) == 0) {
		if (u == r->sync_segment)
			r->syncing = 0;
		sweep_dirty(r);
	} else if (n == 15 && memcmp(p, "drop ", 5) == 0 &&
	    num_scan(p + 5, 10, 1, UINT32_MAX - 1, &u) == 0) {
		done_removed(&r->done, u);
	} else {
		warn("unknown answer of queue-clean ignored");
	}
}

static size_t
clean_record(void *arg, const char *p, size_t n)
{
	struct run *r = arg;
	const char *at = p, *e;

	while ((e = memchr(at, '\n', p + n - at)) != NULL) {
		answered(r, at, e - at);
		at = e + 1;
	}
	sweep_segments(r);
	return at - p;
}

/* a new one knows of nothing */
static void
clean_started(void *arg)
{
	struct run *r = arg;
	uint32_t m, i;

	for (m = 0; m < r->s.n_message; m++)
		if (r->s.message[m].used && r->s.message[m].flags & RUN_LEAVING)
			ask_id(r, m);
	for (i = 0; i < r->done.n; i++)
		if (r->done.segment[i].leaving)
			ask(r, "drop", r->done.segment[i].number);
	if (r->syncing)
		ask(r, "sync", r->sync_segment);
	sweep_segments(r);
	sweep_dirty(r);
}

static void
clean_ended(void *arg)
{
	(void)arg;
}

static const struct helper_ops clean_ops = { clean_record, clean_started,
	clean_ended, NULL };

void
sweep_start(struct run *r)
{
	static char *argv[3];

	argv[0] = (char *)(uintptr_t) "queue-clean";
	argv[1] = (char *)(uintptr_t)r->queue;
	r->fold_fd = r->fold_file = -1;
	r->sync_segment = done_current(&r->done) + 1;
	r->unremoved_at = UINT32_MAX;
	loop_timer_set(&r->again_timer, AGAIN_MS, on_again, r);
	helper_start(&r->clean, "queue-clean", argv, &clean_ops, r);
}

void
sweep_stop(struct run *r)
{
	helper_stop(&r->clean);
}
