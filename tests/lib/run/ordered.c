/* orders for jobs that did not come back: marked, found again, carried out */
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

/* an order for what is down: what its file says then, '!' where that failed */
static const char *
mark(struct runqueue *q, unsigned first, unsigned then)
{
	uint32_t x = runqueue_load_first(q, env), m = q->r.s.rcpt[x].message;
	struct jobhead *c = heads_take(&q->r, m);
	int bad = ordered_mark(&q->r, x, c, first);

	if (then != 0)
		bad |= ordered_mark(&q->r, x, c, then);
	toline_close(&q->r);
	is_num(q->r.s.rcpt[x].flags, first | then, "known in memory");
	heads_release(&q->r, m, c);
	return bad ? "!" : runqueue_line(q, q->id, 0);
}

/* the same queue, in the eyes of the next queue-run */
static uint32_t
again(struct runqueue *q)
{
	schedule_forget(&q->r.s, schedule_find(&q->r.s, q->id));
	load_message(&q->r, q->id, 0);
	return q->r.s.message[schedule_find(&q->r.s, q->id)].first;
}

static void
marks(struct runqueue *q)
{
	static const struct {
		unsigned first, then;
		const char *line;
		unsigned flags;
	} cases[] = {
		{ RUN_DELETE, 0, "Q k 00000 0000000000", RUN_DELETE },
		{ RUN_BOUNCE, 0, "Q b 00000 0000000000", RUN_BOUNCE },
		{ RUN_BOUNCE, RUN_DELETE, "Q k 00000 0000000000", RUN_DELETE },
		{ RUN_DELETE, RUN_BOUNCE, "Q k 00000 0000000000", RUN_DELETE },
	};
	uint32_t x;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_str(mark(q, cases[i].first, cases[i].then), cases[i].line,
		    "its file says it");
		x = again(q);
		is_num(q->r.s.rcpt[x].flags, cases[i].flags,
		    "the next run finds it");
		is_num(q->r.s.rcpt[x].where, SCHEDULE_IDLE, "does not try it");
		is_num(q->r.s.rcpt[x].watch_s, clock_wall_s(),
		    "and looks at it at once");
	}
	runqueue_file(q, env, "x\n");
	load_message(&q->r, q->id, 0);
	x = q->r.s.message[schedule_find(&q->r.s, q->id)].first;
	is_num(ordered_load(&q->r, x), 0, "one without an order");
	q->r.s.rcpt[x].mark = MESSAGE_MARK_DELETE;
	q->r.s.rcpt[x].state = MESSAGE_BOUNCED;
	is_num(ordered_load(&q->r, x), 0, "one that has failed meanwhile");
	q->r.s.rcpt[x].state = MESSAGE_HELD;
	is_num(ordered_load(&q->r, x), 1, "but one that was held");
	q->r.s.rcpt[x].state = MESSAGE_QUEUED;
	q->r.s.rcpt[x].mark = 'w';
	is_num(ordered_load(&q->r, x), 0, "a warning is no order");
}

/* it is not marked where nobody can write, and that is said */
static void
unmarked(struct runqueue *q)
{
	uint32_t x = runqueue_load_first(q, env), m = q->r.s.rcpt[x].message;
	struct jobhead *c = heads_take(&q->r, m);

	runqueue_unwritable(q, q->id);
	is_num(ordered_mark(&q->r, x, c, RUN_DELETE), -1, "unwritable");
	is_num(q->r.s.rcpt[x].flags, RUN_DELETE, "yet it holds");
	runqueue_writable(q, q->id);
	heads_release(&q->r, m, c);
}

/* the order is carried out; what is said */
static const char *
end(struct runqueue *q, uint32_t x)
{
	uint32_t m = q->r.s.rcpt[x].message;
	struct jobhead *c = heads_take(&q->r, m);

	runqueue_said();
	ordered_end(&q->r, x, c);
	toline_close(&q->r);
	heads_release(&q->r, m, c);
	return runqueue_said();
}

static void
ends(struct runqueue *q)
{
	uint32_t x, m;

	mark(q, RUN_DELETE, 0);
	x = again(q);
	m = q->r.s.rcpt[x].message;
	is_str(end(q, x), "ev:deleted n:0 replay:1\n", "deleted");
	is_str(runqueue_journal(q), "0K ", "in the journal");
	is_num(q->r.s.message[m].n_live, 1, "and gone");

	mark(q, RUN_BOUNCE, 0);
	x = again(q);
	is_str(end(q, x),
	    "ev:bounced n:0 replay:1 esc:5.7.0 "
	    "text:returned by the administrator\n",
	    "returned");
	is_str(runqueue_line(q, q->id, 0), "B b 00000 1790000000 " RUN_RETURNED,
	    "in its file");
	is_num(q->r.s.message[q->r.s.rcpt[x].message].flags & RUN_OWES,
	    RUN_OWES, "its sender is told");
	is_num(q->r.s.rcpt[x].watch_s, SCHEDULE_WATCH_NONE,
	    "nothing else is to be done");

	mark(q, RUN_BOUNCE, 0);
	x = again(q);
	q->r.can_report = 0;
	is_str(end(q, x), "ev:bounced n:0 replay:1\n", "nobody tells");
	is_str(runqueue_journal(q), "0K 0b ", "so it ends at once");
	q->r.can_report = 1;
}

/* what cannot be recorded has not happened, and is done later */
static void
later(struct runqueue *q)
{
	static const unsigned flags[] = { RUN_DELETE, RUN_BOUNCE };
	struct jobhead *c;
	uint32_t x, m;
	unsigned i;

	for (i = 0; i < 2; i++) {
		mark(q, flags[i], 0);
		x = again(q);
		m = q->r.s.rcpt[x].message;
		c = heads_take(&q->r, m);
		runqueue_unwritable(q, q->id);
		runqueue_journal_broken(q, 1);
		runqueue_said();
		ordered_end(&q->r, x, c);
		ok(strstr(runqueue_said(), "ev:") == NULL, "not done");
		is_num(q->r.s.rcpt[x].state, MESSAGE_QUEUED, "it is as it was");
		is_num(q->r.s.rcpt[x].flags, flags[i], "with its order");
		is_num(q->r.s.rcpt[x].watch_s - clock_wall_s(), 30,
		    "looked at again in half a minute");
		runqueue_journal_broken(q, 0);
		runqueue_writable(q, q->id);
		ordered_end(&q->r, x, c);
		ok(runqueue_heard("replay:1"), "done");
		toline_close(&q->r);
		heads_release(&q->r, m, c);
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
	marks(&q);
	unmarked(&q);
	ends(&q);
	later(&q);
	mark(&other, RUN_DELETE, 0);
	end(&other, again(&other));
	is_str(runqueue_journal(&other), "0K ", "another queue has its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
