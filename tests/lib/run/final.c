/* ends: lines of the journal, their marks and pins, and what they drop */
#include "runqueue.h"
#include "tap.h"
#include <errno.h>

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

/* lines that are appended at once; 0, -1 */
static int
put(struct runqueue *q, unsigned n)
{
	final_begin(&q->r);
	while (n > 0)
		if (final_put(&q->r, q->id, --n, MESSAGE_SENT, 0) == -1)
			return -1;
	return final_append(&q->r);
}

/* what stands before a mark has been logged when it was written */
static void
marks(struct runqueue *q)
{
	struct stat st;

	runqueue_load(q, env);
	is_num(put(q, 0), 0, "nothing");
	is_num(fstatat(q->r.done_fd, "0000000001", &st, 0), -1,
	    "makes no segment");
	is_num(put(q, 2), 0, "before the first round");
	is_str(runqueue_journal(q), "1S 0S ", "no mark");
	runqueue_turn();
	is_num(put(q, 0), 0, "nothing in the next one");
	is_str(runqueue_journal(q), "1S 0S ", "is no mark either");
	put(q, 1);
	is_str(runqueue_journal(q), "1S 0S |0S ", "the first lines have one");
	put(q, 1);
	is_str(runqueue_journal(q), "1S 0S |0S 0S ", "the others none");
	runqueue_turn();
	q->r.oldjournal.n_unsaid = 1;
	put(q, 1);
	is_str(runqueue_journal(q), "1S 0S |0S 0S 0S ",
	    "nor while the log lacks events of the run before");
	q->r.oldjournal.n_unsaid = 0;
	runqueue_turn();
	runqueue_journal_broken(q, 1);
	is_num(put(q, 1), -1, "a journal that cannot be written");
	runqueue_journal_broken(q, 0);
	put(q, 1);
	is_str(runqueue_journal(q), "1S 0S |0S 0S 0S |0S ",
	    "the mark is not forgotten");
}

static uint32_t
pins(const struct runqueue *q, uint32_t segment)
{
	uint32_t i;

	for (i = 0; i < q->r.done.n; i++)
		if (q->r.done.segment[i].number == segment)
			return q->r.done.segment[i].pins;
	return 0;
}

/* a message holds the first segment that names it, and leaves with the last
 * of its recipients */
static void
journal(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env), first, x;

	q->r.done.max = 1; /* a segment for each append */
	runqueue_journal_broken(q, 1);
	is_num(final_journal(&q->r, m, 0, MESSAGE_DELETED, 0), -1,
	    "not written");
	is_num(q->r.s.message[m].segment, 0, "holds nothing");
	runqueue_journal_broken(q, 0);
	is_num(final_journal(&q->r, m, 0, MESSAGE_DELETED, 0), 0, "written");
	first = done_current(&q->r.done);
	is_num(q->r.s.message[m].segment, first, "holds its segment");
	is_num(pins(q, first), 1, "which counts it");
	is_num(final_journal(&q->r, m, 1, MESSAGE_EXPIRED_SAID, 0), 0,
	    "another");
	ok(done_current(&q->r.done) > first, "in the next segment");
	is_num(pins(q, first), 1, "the first is held,");
	is_num(pins(q, done_current(&q->r.done)), 0, "and that one not");
	ok(strstr(runqueue_journal(q), "0K 1x ") != NULL, "both stand there");

	x = q->r.s.message[m].first;
	final_drop(&q->r, x);
	is_num(q->r.s.message[m].flags & RUN_LEAVING, 0, "one is left of it");
	final_drop(&q->r, q->r.s.message[m].first);
	is_num(q->r.s.message[m].flags & RUN_LEAVING, RUN_LEAVING, "none is");
	is_num(q->r.cleaning.n_leaving, 1, "so it leaves");
	is_num(pins(q, first), 1, "and holds until its file is gone");
}

/* that nothing can be written is said at once, and then now and then */
static void
stall(struct runqueue *q)
{
	static const struct {
		int64_t after_ms;
		int said;
	} cases[] = { { 0, 1 }, { 0, 0 }, { 9999, 0 }, { 1, 1 }, { 9999, 0 } };
	size_t i;

	runqueue_said();
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		runqueue_pass(cases[i].after_ms);
		q->r.stalled = 0;
		errno = ENOSPC;
		final_stall(&q->r);
		is_num(q->r.stalled, 1, "nothing goes down");
		is_num(runqueue_heard("unable to write the journal: No space"),
		    cases[i].said, "and is it said");
	}
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	final_start(&q.r);
	final_start(&other.r);
	marks(&q);
	journal(&q);
	stall(&q);
	runqueue_load(&other, env);
	put(&other, 1);
	is_str(runqueue_journal(&other), "|0S ", "another queue has its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
