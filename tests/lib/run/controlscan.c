/* the messages that an order means, and how they are gone through */
#include "runcontrol.h"
#include "tap.h"

/* a: older than an hour, one recipient waits, the other is ready; b: held;
 * c: down the chain */
struct three {
	uint32_t a, b, c;
	char id[3][NAME_LEN + 1];
};

static const char *
answer(uint64_t count, uint64_t matched, uint64_t unknown)
{
	static char text[200];

	snprintf(text, sizeof text,
	    "ok:1\tcount:%llu\tout:0\tfailed:0\tmatched:%llu\tunknown:%llu\n",
	    (unsigned long long)count, (unsigned long long)matched,
	    (unsigned long long)unknown);
	return text;
}

static void
make(struct runqueue *q, struct three *t)
{
	uint32_t x;

	t->a = runqueue_load(q,
	    "from a@a.example\ntenant t1\ntag x\ntag z\nto b@b.example\n"
	    "to c@c.example\n");
	memcpy(t->id[0], q->id, sizeof q->id);
	retries_wait(&q->r, q->r.s.message[t->a].first, INT64_C(1) << 44, 0);
	runqueue_pass(3600000);
	t->b = runqueue_load(q, "from \nto b@b.example\n");
	memcpy(t->id[1], q->id, sizeof q->id);
	x = q->r.s.message[t->b].first;
	schedule_idle(&q->r.s, x);
	q->r.s.rcpt[x].state = MESSAGE_HELD;
	t->c =
	    runqueue_load(q, "from A@a.Example\ntag y\nto d@sub.b.example\n");
	memcpy(t->id[2], q->id, sizeof q->id);
	x = q->r.s.message[t->c].first;
	runqueue_down(q, x);
	x = runqueue_rcpt(q, t->a, 1);
	schedule_learn(&q->r.s, q->r.s.rcpt[x].domain, "mx.c", 4);
}

/* who is meant; nothing is done with them, as a retry concerns only one */
static void
meant(struct runqueue *q, int peer, const struct three *t)
{
	static const struct {
		const char *sel;
		unsigned matched;
	} cases[] = {
		{ "sel:all", 4 },
		{ "sel:state\targ:held", 1 },
		{ "sel:state\targ:ready", 1 },
		{ "sel:state\targ:out", 1 },
		{ "sel:state\targ:waiting", 1 },
		{ "sel:domain\targ:b.example", 2 },
		{ "sel:domain\targ:B.Example", 2 },
		{ "sel:domain\targ:.b.example", 3 },
		{ "sel:domain\targ:nobody.example", 0 },
		{ "sel:from\targ:a@a.example", 3 },
		{ "sel:from\targ:", 1 },
		{ "sel:from\targ:x@a.example", 0 },
		{ "sel:from\targ:\tsel:from\targ:a@a.example", 4 },
		{ "sel:to\targ:b@b.example", 2 },
		{ "sel:to\targ:x@b.example", 0 },
		{ "sel:tenant\targ:T1", 2 },
		{ "sel:tenant\targ:t2", 0 },
		{ "sel:tag\targ:x", 2 },
		{ "sel:tag\targ:z", 2 },
		{ "sel:tag\targ:y\tsel:tag\targ:x", 3 },
		{ "sel:site\targ:mx.c", 1 },
		{ "sel:site\targ:mx.d", 0 },
		{ "sel:age\targ:1h", 2 },
		{ "sel:age\targ:-1h", 2 },
		{ "sel:age\targ:61m", 0 },
		{ "sel:domain\targ:b.example\tsel:from\targ:a@a.example", 1 },
		{ "sel:domain\targ:c.example\tsel:tag\targ:y", 0 },
		{ "sel:tag\targ:x\tsel:to\targ:c@c.example", 1 },
	};
	char line[300];
	const char *got;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(line, sizeof line, "cmd:retry\t%s\n", cases[i].sel);
		got = runcontrol_ask(q, peer, line);
		snprintf(line, sizeof line, "\tmatched:%u\t", cases[i].matched);
		ok(strstr(got, line) != NULL, cases[i].sel);
		retries_wait(&q->r, q->r.s.message[t->a].first,
		    INT64_C(1) << 44, 0);
	}
}

/* a clock that has gone ahead by a week, and back, makes none of them old */
static void
stepped(struct runqueue *q, int peer)
{
	const int64_t week_us = 7 * 86400 * INT64_C(1000000);

	age_clock(&q->r.age, clock_wall_us() / 1000,
	    (clock_wall_us() + week_us) / 1000, AGE_STEP_MS);
	runqueue_clock.wall_us += week_us;
	ok(strstr(runcontrol_ask(q, peer, "cmd:retry\tsel:age\targ:2h\n"),
	       "\tmatched:0\t") != NULL,
	    "none is older than it is");
	ok(strstr(runcontrol_ask(q, peer, "cmd:status\n"), "\toldest:3600\t") !=
		NULL,
	    "nor is the oldest");
	runqueue_tell(peer, "cmd:retry\tsel:age\targ:2h\n");
	age_clock(&q->r.age, clock_wall_us() / 1000,
	    (clock_wall_us() - week_us) / 1000, AGE_STEP_MS);
	runqueue_clock.wall_us -= week_us;
	while (control_slice(&q->r))
		;
	ok(strstr(runqueue_got(peer), "\tmatched:0\t") != NULL,
	    "also when it is set right while they are looked at");
	q->r.age.n = 0;
	q->r.lifetime.started = 1;
	q->r.lifetime.expected_ms = clock_wall_us() / 1000 - clock_mono_ms();
	runqueue_clock.wall_us += week_us;
	ok(strstr(runcontrol_ask(q, peer, "cmd:retry\tsel:age\targ:2h\n"),
	       "\tmatched:0\t") != NULL,
	    "nor before the next tick");
	runqueue_clock.wall_us -= week_us;
	q->r.lifetime.started = 0;
	q->r.age.n = 0;
	runqueue_said();
}

/* by name, also what is not there */
static void
ids(struct runqueue *q, int peer, const struct three *t)
{
	char line[300];

	snprintf(line, sizeof line, "cmd:retry\tsel:id\targ:%s %s\n", t->id[0],
	    t->id[1]);
	is_str(runcontrol_ask(q, peer, line), answer(1, 3, 0),
	    "of three, one concerns it");
	snprintf(line, sizeof line,
	    "cmd:release\tsel:id\targ:%s 0123456789abcdefgh00\n", t->id[1]);
	is_str(runcontrol_ask(q, peer, line), answer(1, 1, 1),
	    "one is not known");
	snprintf(line, sizeof line,
	    "cmd:hold\tsel:id\targ:%s\tsel:domain\targ:c.example\n", t->id[0]);
	is_str(runcontrol_ask(q, peer, line), answer(1, 1, 0),
	    "one, and a domain");
	is_str(runqueue_line(q, t->id[0], 0), "Q - 00000 0000000000",
	    "which leaves the other alone");
	snprintf(line, sizeof line, "cmd:show\tsel:id\targ:%s\n", t->id[2]);
	ok(strstr(runcontrol_ask(q, peer, line), "where:out") != NULL, "shown");
	q->r.s.message[t->b].flags |= RUN_LEAVING;
	snprintf(line, sizeof line, "cmd:hold\tsel:id\targ:%s\n", t->id[1]);
	is_str(runcontrol_ask(q, peer, line), answer(0, 0, 1),
	    "one that leaves is not there");
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:tenant\targ:none\n"),
	    answer(0, 0, 0), "nor by what is in its file");
	q->r.s.message[t->b].flags = 0;
}

/* files that cannot be read, or are another's */
static void
files(struct runqueue *q, int peer, const struct three *t)
{
	uint32_t x = q->r.s.message[t->b].first;

	heads_drop(&q->r, t->b);
	runqueue_unwritable(q, t->id[1]);
	runqueue_said();
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:from\targ:\n"),
	    "ok:1\tcount:0\tout:0\tfailed:1\tmatched:0\tunknown:0\n",
	    "unreadable");
	ok(runqueue_heard("unable to read message "), "said");
	is_str(runcontrol_ask(q, peer, "cmd:release\tsel:state\targ:ready\n"),
	    answer(0, 2, 0), "where there is nothing to do it is not read");
	runqueue_writable(q, t->id[1]);
	q->r.s.rcpt[x].n = 7;
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:from\targ:\n"),
	    answer(0, 0, 0), "a recipient that its file has not");
	q->r.s.rcpt[x].n = 0;
}

/* a message with so many recipients, that is held; in how many rounds */
static unsigned
hold(struct runqueue *q, int peer, unsigned rcpts, const char *sel,
    const char **got)
{
	struct buf b = { 0 };
	unsigned i, rounds = 1;
	char line[200];
	uint32_t m;

	buf_puts(&b, "from many@a.example\n");
	for (i = 0; i < rcpts; i++)
		buf_printf(&b, "to u%u@many.example\n", i);
	buf_putc(&b, '\0');
	m = runqueue_load(q, buf_data(&b));
	buf_free(&b);
	snprintf(line, sizeof line, "cmd:hold\t%s\n", sel);
	runqueue_tell(peer, line);
	while (control_slice(&q->r)) {
		rounds++;
		is_num(q->r.s.message[m].flags & RUN_ORDERED, RUN_ORDERED,
		    "its head is needed on");
		ok(q->r.s.message[m].head != NULL, "and kept");
	}
	*got = runqueue_got(peer);
	is_num(q->r.s.message[m].flags & RUN_ORDERED, 0, "no more then");
	schedule_forget(&q->r.s, m);
	return rounds;
}

static void
large(struct runqueue *q, int peer)
{
	const char *got;

	is_num(hold(q, peer, CONTROL_ACTS_MAX, "sel:from\targ:many@a.example",
		   &got),
	    1, "as many as are done in a round");
	is_str(got, answer(CONTROL_ACTS_MAX, CONTROL_ACTS_MAX, 0), "all");
	is_num(hold(q, peer, CONTROL_ACTS_MAX + 1,
		   "sel:from\targ:many@a.example", &got),
	    2, "one above");
	is_str(got, answer(CONTROL_ACTS_MAX + 1, CONTROL_ACTS_MAX + 1, 0),
	    "all");
	is_num(hold(q, peer, CONTROL_RCPTS_MAX + 1,
		   "sel:to\targ:u4096@many.example", &got),
	    2, "as many are looked at in a round, and one above");
	is_str(got, answer(1, 1, 0), "which is the one");
}

/* it comes to its end between two rounds, or its file does */
static void
interrupted(struct runqueue *q, int peer)
{
	struct buf b = { 0 };
	unsigned i, k;
	uint32_t m;

	buf_puts(&b, "from many@a.example\n");
	for (i = 0; i < CONTROL_ACTS_MAX + 10; i++)
		buf_printf(&b, "to u%u@many.example\n", i);
	buf_putc(&b, '\0');
	for (k = 0; k < 2; k++) {
		m = runqueue_load(q, buf_data(&b));
		runqueue_tell(peer, "cmd:hold\tsel:from\targ:many@a.example\n");
		is_num(control_slice(&q->r), 1, "there is more");
		if (k == 0) {
			schedule_forget(&q->r.s, m);
		} else {
			heads_drop(&q->r, m);
			runqueue_unwritable(q, q->id);
		}
		while (control_slice(&q->r))
			;
		ok(strncmp(runqueue_got(peer),
		       k == 0 ? "ok:1\tcount:256\tout:0\tfailed:0\t"
			      : "ok:1\tcount:256\tout:0\tfailed:1\t",
		       30) == 0,
		    k == 0 ? "forgotten" : "unreadable");
	}
	runqueue_writable(q, q->id);
	schedule_forget(&q->r.s, m);
	runqueue_said();
	buf_free(&b);
}

/* many messages, and somebody who does not read */
static void
many(struct runqueue *q, int peer)
{
	struct control_conn *c = &q->r.control->conn[0];
	struct buf line = { 0 };
	unsigned i, rounds = 1;
	size_t n = 0;
	const char *p;
	uint32_t had = q->r.s.n_message;

	buf_puts(&line, "cmd:show\tsel:id\targ:");
	for (i = 0; i < 300; i++) {
		runqueue_load(q, "from a@a.example\nto b@many.example\n");
		if (i < CTLREQUEST_IDS_MAX)
			buf_printf(&line, "%s%s", i > 0 ? " " : "", q->id);
	}
	buf_puts(&line, "\n");
	buf_putc(&line, '\0');
	runqueue_tell(peer, "cmd:retry\tsel:domain\targ:many.example\n");
	while (control_slice(&q->r))
		rounds++;
	is_num(rounds, (had + 300 - 1) / CONTROL_SLICE + 1, "so many messages");
	is_str(runqueue_got(peer), answer(0, 300, 0), "in a round");

	runqueue_tell(peer, buf_data(&line));
	buf_clear(&line);
	for (i = 0; i < WIRE_MARK; i++)
		buf_putc(&line, '\n');
	wire_put(&c->wire, buf_data(&line), buf_len(&line));
	is_num(control_slice(&q->r), 0, "he reads nothing: it waits");
	is_num(c->busy * 1000 + c->work.at, 1000, "and goes on later");
	q->r.rounds.set = 0;
	while (c->busy) {
		for (p = runqueue_got(peer); *p != '\0'; p++)
			n += *p == '\n';
		if (q->r.rounds.set)
			control_slice(&q->r);
		runqueue_turn();
	}
	do {
		for (p = runqueue_got(peer); *p != '\0'; p++)
			n += *p == '\n';
		runqueue_turn();
	} while (wire_waiting(&c->wire) > 0);
	for (p = runqueue_got(peer); *p != '\0'; p++)
		n += *p == '\n';
	is_num(n, WIRE_MARK + CTLREQUEST_IDS_MAX + 1, "all is told");
	buf_free(&line);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;
	struct three t;
	int peer, second;

	(void)argc;
	runqueue_begin(argv);
	runcontrol_open(&q);
	runcontrol_open(&other);
	peer = runcontrol_conn(&q, 0, 0);
	second = runcontrol_conn(&other, 0, 0);
	make(&q, &t);
	meant(&q, peer, &t);
	stepped(&q, peer);
	ids(&q, peer, &t);
	files(&q, peer, &t);
	large(&q, peer);
	interrupted(&q, peer);
	many(&q, peer);
	is_str(runcontrol_ask(&other, second, "cmd:hold\tsel:tag\targ:x\n"),
	    answer(0, 0, 0), "another queue has its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
