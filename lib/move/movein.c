#include "move/movein.h"
#include "base/clock.h"
#include "base/crc32c.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "move/movebatch.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* between a batch's sync and its names */
static int
write_down(void *arg)
{
	struct movein *in = arg;

	return taken_sync(&in->taken);
}

void
movein_open(struct movein *in, const char *queue)
{
	/* root does there what its owner might do */
	if (folder_settle(queue) == -1 ||
	    commit_open(&in->commit, queue, COMMIT_RENAME) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	in->fifo = -1;
	in->file.fd = -1;
	if (in->test)
		return;
	if (fd_lock(in->commit.tmp, MOVEIN_LOCK_MS) == -1)
		die(EXIT_TEMP, "unable to lock %s/tmp: %m", queue);
	in->taken.root = in->commit.root;
	if (taken_open(&in->taken, clock_wall_s()) == -1)
		die(EXIT_TEMP, "unable to read %s/imported: %m", queue);
	in->commit.between = write_down;
	in->commit.between_arg = in;
}

static int
is_taken(const struct movein *in, uint32_t first, unsigned n)
{
	const char *old = in->stream.env.id;
	const struct taken_one *t;
	uint32_t i;

	for (i = first; i != HASHINDEX_NONE;
	     i = taken_next(&in->taken, i, old)) {
		t = taken_get(&in->taken, i);
		if (ranges_has(buf_data(&in->taken.text) + t->numbers_at,
			t->numbers_len, n))
			return 1;
	}
	return 0;
}

/* which of its recipients come, and which have come before */
static void
sort_out(struct movein *in)
{
	size_t n, i;
	const struct moveenv_rcpt *r = moveenv_rcpts(&in->stream.env, &n);
	const char *old = in->stream.env.id;
	uint32_t first =
		     in->test ? HASHINDEX_NONE : taken_first(&in->taken, old),
		 t;

	/* one of the batch that is under way is not safe yet */
	if (first != HASHINDEX_NONE)
		movebatch_sync(in);
	ranges_clear(&in->numbers);
	ranges_clear(&in->out);
	for (i = 0; i < n; i++)
		needs(ranges_add(is_taken(in, first, r[i].n) ? &in->out
							     : &in->numbers,
		    r[i].n));
	needs(ranges_end(&in->numbers));
	needs(ranges_end(&in->out));
	for (t = first; t != HASHINDEX_NONE; t = taken_next(&in->taken, t, old))
		movebatch_before(in, t);
}

static void
refuse(struct movein *in, const char *why)
{
	warn("message %s: %s", in->stream.env.id, why);
	in->refused = 1;
}

static int
make_head(struct movein *in)
{
	const struct moveenv *e = &in->stream.env;

	return in->test ? moveenv_test(e, clock_wall_us(), &in->head, &in->env)
			: moveenv_head(e, buf_data(&in->out.text),
			      buf_len(&in->out.text), &in->head, &in->env);
}

/* a message begins; in->writing says whether it is wanted */
static void
begin(struct movein *in)
{
	in->writing = 0;
	sort_out(in);
	in->rcpts = make_head(in);
	if (in->rcpts == 0)
		return;
	if (in->rcpts == -1 && errno == ENOMEM)
		die(EXIT_TEMP, "out of memory");
	if (in->rcpts == -1) {
		refuse(in, "malformed envelope");
		return;
	}
	if (in->stream.env.size > in->size_max) {
		refuse(in, "too big for this queue");
		return;
	}
	if ((uint64_t)in->rcpts > in->rcpts_max) {
		refuse(in, "too many recipients");
		return;
	}
	errno = ENOSPC;
	if (!commit_room(&in->commit,
		buf_len(&in->head) + in->stream.env.size) ||
	    commit_start(&in->commit, &in->file) == -1)
		movebatch_die(in, "write to the queue");
	in->writing = 1;
	in->sum = message_sum_head(buf_data(&in->head), buf_len(&in->head));
}

/* bytes behind what the file has */
static void
write_more(struct movein *in, const char *p, size_t n)
{
	if (fd_write_all(in->file.fd, p, n) == 0)
		return;
	commit_drop(&in->commit, &in->file);
	movebatch_die(in, "write to the queue");
}

static void
on_event(struct movein *in, const struct movestream_event *e)
{
	switch (e->kind) {
	case MOVESTREAM_MESSAGE:
		begin(in);
		if (in->writing)
			write_more(in, buf_data(&in->head), buf_len(&in->head));
		break;
	case MOVESTREAM_BODY:
		if (!in->writing)
			break;
		write_more(in, e->p, e->n);
		in->sum = crc32c(in->sum, e->p, e->n);
		break;
	case MOVESTREAM_WHOLE:
		if (in->writing)
			movebatch_add(in);
		in->writing = 0;
		break;
	case MOVESTREAM_DAMAGED:
	case MOVESTREAM_BROKEN:
		if (in->writing)
			commit_drop(&in->commit, &in->file);
		in->writing = 0;
		in->refused = 1;
		warn("%s", in->stream.why);
		break;
	case MOVESTREAM_MORE: break;
	}
}

/* what came so far is made safe while nothing more comes */
static ssize_t
read_more(struct movein *in, char *p, size_t n)
{
	struct pollfd q = { .fd = 0, .events = POLLIN };
	ssize_t r;

	if (poll(&q, 1, 0) == 0)
		movebatch_sync(in);
	do
		r = read(0, p, n);
	while (r == -1 && errno == EINTR);
	return r;
}

void
movein_run(struct movein *in)
{
	static char piece[MOVEIN_READ];
	struct movestream_event e;
	const char *why;
	ssize_t n;
	size_t at;

	while ((n = read_more(in, piece, sizeof piece)) > 0)
		for (at = 0; at < (size_t)n;) {
			at += movestream_feed(&in->stream, piece + at,
			    (size_t)n - at, &e);
			on_event(in, &e);
		}
	if (n == -1)
		movebatch_die(in, "read the stream");
	why = movestream_eof(&in->stream);
	if (in->writing)
		commit_drop(&in->commit, &in->file);
	movebatch_sync(in);
	if (why == NULL)
		return;
	warn("%s", why);
	in->cut = 1;
}
