#include "run/run.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "queue/journal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FOLD_READ = 16384,
	FOLD_SLICE = 32,
	FOLD_AGAIN_MS = 60000,
	FOLD_CARRY_MS = 1000
};

void
fold_start(struct run *r)
{
	r->fold.fd = r->fold.file = -1;
}

int
fold_wanted(const struct run *r)
{
	return !r->first_scan &&
	    (r->fold.on ||
		(!r->fold.wait && done_oldest_crowded(&r->done) != 0));
}

static void
on_fold_again(void *arg)
{
	struct run *r = arg;

	r->fold.wait = 0;
	rounds_more(r);
}

static void
fold_close(struct run *r)
{
	if (r->fold.file != -1)
		close(r->fold.file);
	r->fold.file = -1;
	free(r->fold.head);
	r->fold.head = NULL;
	r->fold.id[0] = '\0';
}

static void
fold_pause(struct run *r, int64_t ms)
{
	r->fold.wait = 1;
	loop_timer_set(&r->fold.timer, ms, on_fold_again, r);
}

static void
fold_failed(struct run *r)
{
	warn("unable to free journal segment %010u: %m", r->fold.segment);
	fold_close(r);
	if (r->fold.fd != -1)
		close(r->fold.fd);
	r->fold.fd = -1;
	r->fold.on = 0;
	fold_pause(r, FOLD_AGAIN_MS);
}

static int
fold_begin(struct run *r)
{
	char name[11];

	r->fold.segment = done_oldest_crowded(&r->done);
	if (r->fold.segment == 0 || r->fold.wait)
		return 0;
	done_name(name, r->fold.segment);
	buf_clear(&r->fold.lines);
	buf_clear(&r->fold.carry);
	r->fold.fd = openat(r->done_fd, name, O_RDONLY | O_CLOEXEC);
	if (r->fold.fd == -1) {
		fold_failed(r);
		return 0;
	}
	r->fold.on = 1;
	return 1;
}

/* the message of a line, whose neighbours are often of the same; 0 with its
 * head, -1 with errno: ENOENT, or what makes it unusable now */
static int
fold_open(struct run *r, const char *id)
{
	char path[NAME_PATH_LEN + 1];

	if (memcmp(r->fold.id, id, NAME_LEN) != 0) {
		fold_close(r);
		memcpy(r->fold.id, id, NAME_LEN);
		name_path(path, id);
		r->fold.error = 0;
		r->fold.file = openat(r->qfd, path, O_RDWR | O_CLOEXEC);
		if (r->fold.file != -1)
			r->fold.head = heads_make(r, r->fold.file, id);
		if (r->fold.head == NULL)
			r->fold.error = errno;
	}
	errno = r->fold.error;
	return errno == 0 ? 0 : -1;
}

/* is it an older line, carried over behind the one of the end? */
static int
is_past(const struct run *r, unsigned n, enum message_state state)
{
	return message_final(r->fold.head->rcpt[n].state) &&
	    !message_final(state);
}

static int
fold_put(struct run *r, const void *p, size_t n, unsigned rcpt, unsigned at)
{
	off_t line = r->fold.head->rcpt[rcpt].offset;

	return pwrite(r->fold.file, p, n, line + at) == (ssize_t)n ? 0 : -1;
}

/* one whose report is owed has the time of its end behind the state */
static int
fold_write(struct run *r, const struct journal_line *l)
{
	char byte = l->state, digits[MESSAGE_NEXT_LEN + 1];

	if (l->n >= r->fold.head->n_rcpt || is_past(r, l->n, l->state))
		return 0;
	snprintf(digits, sizeof digits, "%0*lld", MESSAGE_NEXT_LEN,
	    (long long)l->at_s);
	return (message_owes(l->state) &&
		   fold_put(r, digits, MESSAGE_NEXT_LEN, l->n,
		       MESSAGE_TO_NEXT) == -1) ||
		fold_put(r, &byte, 1, l->n, MESSAGE_TO_STATE) == -1
	    ? -1
	    : 0;
}

static void
fold_line(struct run *r, const struct journal_line *l)
{
	struct jobhead_rcpt *c;

	if (schedule_find(&r->s, l->id) == SCHEDULE_NONE &&
	    !oldjournal_knows(r, l->id))
		return;
	if (fold_open(r, l->id) == 0 && fold_write(r, l) == 0) {
		oldjournal_home(r, l->id, l->n, r->fold.segment, r->fold.head);
		c = &r->fold.head->rcpt[l->n];
		if (l->n < r->fold.head->n_rcpt && !is_past(r, l->n, l->state))
			c->state = (char)l->state;
	} else if (errno == ENOENT) {
		oldjournal_home(r, l->id, l->n, r->fold.segment, NULL);
	} else if (journal_put(&r->fold.carry, l->id, l->n, l->state,
		       l->at_s) == -1) {
		die(EXIT_TEMP, "out of memory");
	}
}

/* 0, -1: it has to be done again */
static int
fold_end(struct run *r)
{
	struct buf *carry = &r->fold.carry;
	struct schedule_message *x;
	uint32_t m, after;

	if (buf_len(carry) > 0 &&
	    done_append(&r->done, buf_data(carry), buf_len(carry)) == -1) {
		fold_failed(r);
		return -1;
	}
	fold_close(r);
	close(r->fold.fd);
	r->fold.fd = -1;
	r->fold.on = 0;
	after = done_after(&r->done, r->fold.segment);
	oldjournal_move(r, r->fold.segment, done_current(&r->done));
	for (m = 0; m < r->s.n_message; m++) {
		x = &r->s.message[m];
		if (!x->used || x->segment != r->fold.segment)
			continue;
		done_unpin(&r->done, x->segment);
		done_pin(&r->done, x->segment = after);
	}
	/* else lines that cannot go home would go round and round */
	if (buf_len(carry) > 0)
		fold_pause(r, FOLD_CARRY_MS);
	return 0;
}

enum fold_result
fold_slice(struct run *r)
{
	struct buf *b = &r->fold.lines;
	enum journal_kind kind;
	struct journal_line l;
	ssize_t got;
	size_t used;
	unsigned i;

	if (!fold_wanted(r) || (!r->fold.on && !fold_begin(r)))
		return FOLD_NOTHING;
	for (i = 0; i < FOLD_SLICE; i++) {
		kind = journal_next(buf_data(b), buf_len(b), &l, &used);
		if (kind == JOURNAL_LINE)
			fold_line(r, &l);
		buf_consume(b, used);
		if (kind != JOURNAL_MORE)
			continue;
		got = fd_read_more(r->fold.fd, b, FOLD_READ);
		if (got == -1) {
			fold_failed(r);
			return FOLD_NOTHING;
		}
		if (got == 0)
			return fold_end(r) == 0 ? FOLD_DONE : FOLD_NOTHING;
	}
	return FOLD_MORE;
}
