#include "move/movebatch.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "queue/accepted.h"
#include "queue/tellrun.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

struct movein_item {
	char old[NAME_LEN + 1], new[NAME_LEN + 1];
	struct buf env, numbers;
	unsigned rcpts;
	uint64_t size;
};

static struct movein_item *
items(struct movein *in, size_t *n)
{
	*n = buf_len(&in->batch) / sizeof(struct movein_item);
	return (struct movein_item *)(void *)buf_data(&in->batch);
}

static void
tell(struct movein *in, const char *new)
{
	needs(buf_put(&in->ids, new, NAME_LEN));
	needs(buf_putc(&in->ids, '\n'));
}

static void
receipt(struct movein *in, const char *old, const char *new,
    const char *numbers, size_t n, const char *behind)
{
	needs(buf_printf(&in->receipts, "%.20s %.20s %.*s%s\n", old, new,
	    (int)n, numbers, behind));
}

static void
say_one(struct movein *in, struct movein_item *x)
{
	accepted_event("accepted", x->new, buf_data(&x->env), buf_len(&x->env),
	    x->rcpts, x->size);
	if (in->test)
		receipt(in, x->old, x->new, "test", 4, "");
	else
		receipt(in, x->old, x->new, buf_data(&x->numbers),
		    buf_len(&x->numbers), "");
	tell(in, x->new);
	buf_free(&x->env);
	buf_free(&x->numbers);
}

void
movebatch_sync(struct movein *in)
{
	size_t n, i;
	struct movein_item *x = items(in, &n);

	if (commit_sync(&in->commit) == -1)
		die(EXIT_TEMP, "unable to sync the queue: %m");
	for (i = 0; i < n; i++)
		say_one(in, &x[i]);
	buf_clear(&in->batch);
	in->batch_bytes = 0;
	tellrun(in->commit.root, &in->fifo, &in->ids);
	out_flush(&in->receipts);
}

void
movebatch_die(struct movein *in, const char *what)
{
	int saved = errno;

	movebatch_sync(in);
	errno = saved;
	die(EXIT_TEMP, "unable to %s: %m", what);
}

/* its checksum, which has the id; then its file is what it will be */
static int
seal(struct movein *in)
{
	char digits[MESSAGE_SUM_DIGITS];

	message_sum_put(digits, message_sum_id(in->sum, in->file.id));
	if (pwrite(in->file.fd, digits, sizeof digits, MESSAGE_SUM_AT) ==
	    sizeof digits)
		return 0;
	commit_drop(&in->commit, &in->file);
	return -1;
}

static int
name(struct movein *in)
{
	return in->test ? commit_name(&in->commit, &in->file)
			: commit_name_as(&in->commit, &in->file,
			      name_time_us(in->stream.env.id));
}

void
movebatch_add(struct movein *in)
{
	struct movein_item x = { .rcpts = (unsigned)in->rcpts,
		.size = in->stream.env.size };

	if (name(in) == -1 || seal(in) == -1 ||
	    commit_link(&in->commit, &in->file) == -1)
		movebatch_die(in, "write to the queue");
	memcpy(x.old, in->stream.env.id, sizeof x.old);
	memcpy(x.new, in->file.id, sizeof x.new);
	needs(buf_put(&x.env, buf_data(&in->env), buf_len(&in->env)));
	needs(buf_put(&x.numbers, buf_data(&in->numbers.text),
	    buf_len(&in->numbers.text)));
	if (!in->test)
		needs(taken_add(&in->taken, x.old, x.new, clock_wall_s(),
		    buf_data(&x.numbers), buf_len(&x.numbers)));
	needs(buf_put(&in->batch, &x, sizeof x));
	in->batch_bytes += x.size + buf_len(&x.env);
	if (commit_full(&in->commit) || in->batch_bytes >= MOVEIN_BATCH_BYTES)
		movebatch_sync(in);
}

/* the event of a message that has its name since just now */
static void
say_late(struct movein *in, const struct taken_one *t, const char *new,
    const char *numbers)
{
	struct ranges others = { .any = 0 };
	struct buf head = { 0 }, env = { 0 };
	size_t n, i;
	const struct moveenv_rcpt *r = moveenv_rcpts(&in->stream.env, &n);
	int rcpts;

	for (i = 0; i < n; i++)
		if (!ranges_has(numbers, t->numbers_len, r[i].n))
			needs(ranges_add(&others, r[i].n));
	needs(ranges_end(&others));
	rcpts = moveenv_head(&in->stream.env, buf_data(&others.text),
	    buf_len(&others.text), &head, &env);
	if (rcpts > 0)
		accepted_event("accepted", new, buf_data(&env), buf_len(&env),
		    (unsigned)rcpts, in->stream.env.size);
	ranges_free(&others);
	buf_free(&head);
	buf_free(&env);
}

void
movebatch_before(struct movein *in, uint32_t taken)
{
	const struct taken_one *t = taken_get(&in->taken, taken);
	const char *numbers = buf_data(&in->taken.text) + t->numbers_at;
	char new[NAME_LEN + 1];
	int k;

	memcpy(new, t->new, NAME_LEN);
	new[NAME_LEN] = '\0';
	k = commit_late(&in->commit, new);
	if (k == -1)
		movebatch_die(in, "write to the queue");
	if (k == 1) {
		say_late(in, t, new, numbers);
		tell(in, new);
	}
	receipt(in, t->old, new, numbers, t->numbers_len, " before");
}
