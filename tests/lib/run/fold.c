/* the oldest segment of the journal, written home */
#include "queue/journal.h"
#include "runqueue.h"
#include "tap.h"
#include <errno.h>
#include <sys/syscall.h>

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

/* instead of the C library's: so many calls are interrupted */
static unsigned interrupted;

ssize_t
read(int fd, void *p, size_t n)
{
	if (interrupted > 0) {
		interrupted--;
		errno = EINTR;
		return -1;
	}
	return syscall(SYS_read, fd, p, n);
}

/* so many segments, of which each but the first is of no message */
static void
segments(struct runqueue *q, unsigned n)
{
	struct buf b = { 0 };

	while (n-- > 0) {
		buf_clear(&b);
		journal_put(&b, "0123456789abcdefgh00", 0, MESSAGE_SENT, 0);
		done_append(&q->r.done, buf_data(&b), buf_len(&b));
	}
	buf_free(&b);
}

/* all slices of what is to be done now; how many */
static unsigned
all(struct runqueue *q, enum fold_result *last)
{
	unsigned n = 1;

	while ((*last = fold_slice(&q->r)) == FOLD_MORE)
		n++;
	return n;
}

/* a queue that keeps one append in a segment, and one message whose first
 * recipient has come to its end in the first of too many */
static uint32_t
crowd(struct runqueue *q)
{
	uint32_t m;

	runqueue_open(q);
	q->r.done.max = 1;
	m = runqueue_load(q, env);
	final_journal(&q->r, m, 0, MESSAGE_SENT, 0);
	final_drop(&q->r, q->r.s.message[m].first);
	segments(q, DONE_SEGMENTS_MAX);
	return m;
}

static void
wanted(struct runqueue *q)
{
	runqueue_open(q);
	q->r.done.max = 1;
	segments(q, DONE_SEGMENTS_MAX);
	is_num(fold_wanted(&q->r), 0, "as many as there may be");
	is_num(fold_slice(&q->r), FOLD_NOTHING, "nothing to do");
	segments(q, 1);
	is_num(fold_wanted(&q->r), 1, "one above");
	q->r.first_scan = 1;
	is_num(fold_wanted(&q->r), 0, "not before all is known");
	is_num(fold_slice(&q->r), FOLD_NOTHING, "nor is it done");
	q->r.first_scan = 0;
	q->r.fold.wait = 1;
	is_num(fold_wanted(&q->r), 0, "not in a pause");
	runqueue_close(q);
}

static void
home(struct runqueue *q)
{
	uint32_t m = crowd(q);
	enum fold_result k;

	is_num(q->r.done.segment[0].pins, 1, "it holds the first segment");
	all(q, &k);
	is_num(k, FOLD_DONE, "done");
	is_str(runqueue_line(q, q->id, 0), "S - 00000 0000000000",
	    "its file says it");
	is_str(runqueue_line(q, q->id, 1), "Q - 00000 0000000000",
	    "the other is as it was");
	is_num(q->r.done.segment[0].pins, 0, "and nothing is held");
	is_num(q->r.s.message[m].segment, 2, "but the next one, in case");
	is_num(q->r.done.segment[1].pins, 1, "which knows");
	is_num(done_oldest_free(&q->r.done), 1, "so the first may go");
	is_num(fold_wanted(&q->r), 0, "all is well");
	runqueue_close(q);
}

/* lines of messages that are not in memory */
static void
others(struct runqueue *q)
{
	char left[NAME_LEN + 1], gone[NAME_LEN + 1];
	struct buf b = { 0 };
	enum fold_result k;

	runqueue_open(q);
	q->r.done.max = 1;
	runqueue_file(q, env, "x\n"); /* nobody knows it */
	journal_put(&b, q->id, 0, MESSAGE_SENT, 0);
	runqueue_file(q, env, "x\n");
	memcpy(left, q->id, sizeof left);
	runqueue_file(q, env, "x\n");
	memcpy(gone, q->id, sizeof gone);
	runqueue_unlink(q, gone);
	buf_puts(&b, "\nnonsense\n");
	journal_put(&b, left, 1, MESSAGE_DELETED, 0);
	journal_put(&b, left, 7, MESSAGE_SENT, 0);
	journal_put(&b, gone, 0, MESSAGE_SENT, 0);
	buf_puts(&b, left); /* cut */
	done_append(&q->r.done, buf_data(&b), buf_len(&b));
	runqueue_old(&q->r, left, 1, MESSAGE_DELETED, 0, 1);
	runqueue_old(&q->r, left, 7, MESSAGE_SENT, 0, 1);
	runqueue_old(&q->r, gone, 0, MESSAGE_SENT, 0, 1);
	oldjournal_start(&q->r);
	segments(q, DONE_SEGMENTS_MAX);
	all(q, &k);
	is_num(k, FOLD_DONE, "done");
	is_str(runqueue_line(q, left, 1), "K - 00000 0000000000",
	    "one that is remembered");
	is_str(runqueue_line(q, left, 0), "Q - 00000 0000000000",
	    "and no other of it");
	is_num(q->r.oldjournal.line[0].taken + q->r.oldjournal.line[1].taken +
		q->r.oldjournal.line[2].taken,
	    3, "all lines are done with");
	is_str(runqueue_said(), "", "nothing is said");
	runqueue_close(q);
	buf_free(&b);
}

/* what still owed its report may stand behind its end, where it was carried
 * over; the end counts */
static void
behind(struct runqueue *q)
{
	struct buf b = { 0 };
	enum fold_result k;

	runqueue_open(q);
	q->r.done.max = 1;
	runqueue_file(q, "from a@b\nto c@d\nto e@f\n", "x\n");
	journal_put(&b, q->id, 0, MESSAGE_SENT_SAID, 0);
	journal_put(&b, q->id, 0, MESSAGE_RELAYED, 0);
	journal_put(&b, q->id, 1, MESSAGE_DELIVERED, 1790000005);
	done_append(&q->r.done, buf_data(&b), buf_len(&b));
	runqueue_old(&q->r, q->id, 0, MESSAGE_SENT_SAID, 0, 1);
	runqueue_old(&q->r, q->id, 0, MESSAGE_RELAYED, 0, 1);
	runqueue_old(&q->r, q->id, 1, MESSAGE_DELIVERED, 0, 1);
	oldjournal_start(&q->r);
	segments(q, DONE_SEGMENTS_MAX);
	all(q, &k);
	is_num(k, FOLD_DONE, "done");
	is_str(runqueue_line(q, q->id, 0), "s - 00000 0000000000", "the end");
	is_str(runqueue_line(q, q->id, 1), "D - 00000 1790000005",
	    "what is owed is written, too, and since when");
	runqueue_close(q);
	buf_free(&b);
}

/* what cannot be written home goes into the last segment */
static void
carried(struct runqueue *q)
{
	uint32_t m = crowd(q);
	char name[NAME_LEN + 1];
	enum fold_result k;

	memcpy(name, q->id, sizeof name);
	heads_drop(&q->r, m);
	runqueue_unwritable(q, name);
	all(q, &k);
	is_num(k, FOLD_DONE, "done all the same");
	ok(strcmp(strrchr(runqueue_journal(q), '0'), "0S ") == 0 &&
		q->r.done.n == DONE_SEGMENTS_MAX + 2,
	    "its line is carried over");
	is_num(q->r.done.segment[0].pins, 0, "the first may go");
	is_num(q->r.fold.wait, 1, "then there is a pause");
	is_num(fold_wanted(&q->r), 0, "for the lines would go round");
	is_num(runqueue_fire(&q->r.fold.timer), 0, "after it");
	is_num(fold_wanted(&q->r), 1, "it goes on");
	runqueue_writable(q, name);
	runqueue_close(q);
}

/* neither home nor into the journal: later, and nothing is lost */
static void
failing(struct runqueue *q)
{
	uint32_t m = crowd(q);
	enum fold_result k;
	char name[NAME_LEN + 1];

	memcpy(name, q->id, sizeof name);
	heads_drop(&q->r, m);
	runqueue_unwritable(q, name);
	runqueue_journal_broken(q, 1);
	runqueue_said();
	all(q, &k);
	is_num(k, FOLD_NOTHING, "not done");
	ok(runqueue_heard("unable to free journal segment 0000000001: "),
	    "which is said");
	is_num(q->r.done.segment[0].pins, 1, "it is held");
	runqueue_journal_broken(q, 0);
	runqueue_writable(q, name);
	is_num(fold_slice(&q->r), FOLD_NOTHING, "not at once");
	runqueue_fire(&q->r.fold.timer);
	all(q, &k);
	is_num(k, FOLD_DONE, "later");
	is_str(runqueue_line(q, name, 0), "S - 00000 0000000000", "home");
	runqueue_close(q);
}

/* the segment itself */
static void
unreadable(struct runqueue *q)
{
	enum fold_result k;

	crowd(q);
	if (renameat(q->r.done_fd, "0000000001", q->r.done_fd, "x") == -1)
		exit(111);
	all(q, &k);
	is_num(k, FOLD_NOTHING, "a segment that cannot be read");
	ok(runqueue_heard("segment 0000000001: No such file"), "is said, too");
	is_num(q->r.done.segment[0].pins, 1, "and held");
	renameat(q->r.done_fd, "x", q->r.done_fd, "0000000001");
	runqueue_fire(&q->r.fold.timer);
	interrupted = 1;
	all(q, &k);
	is_num(interrupted, 0, "a signal comes");
	is_num(k, FOLD_DONE, "until it can");
	runqueue_close(q);
}

/* many lines, of one message */
static void
slices(struct runqueue *q)
{
	struct buf to = { 0 }, lines = { 0 };
	enum fold_result k;
	unsigned i, n;
	uint32_t m;

	runqueue_open(q);
	q->r.done.max = 1;
	buf_puts(&to, "from a@a.example\n");
	for (i = 0; i < 320; i++)
		buf_printf(&to, "to u%u@b.example\n", i);
	buf_putc(&to, '\0');
	m = runqueue_load(q, buf_data(&to));
	for (i = 0; i < 319; i++)
		journal_put(&lines, q->id, i, MESSAGE_SENT, 0);
	done_append(&q->r.done, buf_data(&lines), buf_len(&lines));
	final_pin(&q->r, m, 1);
	segments(q, DONE_SEGMENTS_MAX);
	n = all(q, &k);
	ok(n >= 319 / 32 && n <= 319 / 32 + 2, "32 in a slice");
	for (i = 0; i < 319; i++)
		if (*runqueue_line(q, q->id, i) != 'S')
			break;
	is_num(i, 319, "all are home");
	is_num(*runqueue_line(q, q->id, 319), 'Q', "and no other");
	runqueue_close(q);
	buf_free(&to);
	buf_free(&lines);
}

/* two at once, slice by slice */
static void
two(struct runqueue *q, struct runqueue *other)
{
	enum fold_result a = FOLD_MORE, b = FOLD_MORE;

	crowd(q);
	crowd(other);
	while (a == FOLD_MORE || b == FOLD_MORE) {
		a = a == FOLD_MORE ? fold_slice(&q->r) : a;
		b = b == FOLD_MORE ? fold_slice(&other->r) : b;
	}
	is_num(a == FOLD_DONE && b == FOLD_DONE, 1, "two at once");
	is_num(*runqueue_line(q, q->id, 0), 'S', "each has its own");
	is_num(*runqueue_line(other, other->id, 0), 'S', "file");
	is_num(runqueue_close(q) + runqueue_close(other), 0, "nothing is left");
}

int
main(int argc, char **argv)
{
	static struct runqueue q[9];

	(void)argc;
	runqueue_begin(argv);
	wanted(&q[0]);
	home(&q[1]);
	others(&q[2]);
	behind(&q[3]);
	carried(&q[3]);
	failing(&q[4]);
	unreadable(&q[8]);
	slices(&q[5]);
	two(&q[6], &q[7]);
	return done();
}
