/* orders that stand, over the control socket */
#include "runcontrol.h"
#include "runorder.h"
#include "tap.h"

static const char env[] = "from a@a.example\ntenant t\nto b@b.example\n"
			  "to c@c.example\n";

#define DONE(count, out, matched) \
	"ok:1\tcount:" #count "\tout:" #out "\tfailed:0\tmatched:" #matched \
	"\tunknown:0\n"

/* both wait for an hour */
static uint32_t
load(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env), x;

	for (x = q->r.s.message[m].first; x != SCHEDULE_NONE;
	     x = q->r.s.rcpt[x].later)
		retries_wait(&q->r, x, clock_wall_us() / 1000 + 3600000, 0);
	return m;
}

static void
suspended(struct runqueue *q, int peer)
{
	uint32_t m = load(q), x = q->r.s.message[m].first;

	is_str(runcontrol_ask(q, peer,
		   "cmd:count\tof:suspend\tsel:domain\targ:B.example\n"),
	    DONE(1, 0, 1), "counted");
	is_num(q->r.orders.n, 0, "and not done");
	is_str(runcontrol_ask(q, peer,
		   "cmd:suspend\tsel:domain\targ:B.example\tfor:60\n"),
	    "order:1\tuntil:1790000060\n" DONE(1, 0, 1), "suspended");
	is_num(q->r.s.order[x], q->r.orders.one[0]->slot, "it is kept");
	is_str(runcontrol_ask(q, peer,
		   "cmd:suspend\tsel:tenant\targ:T\treason:why\n"),
	    "order:2\n" DONE(2, 0, 2), "by what stands in the head");
	is_str(runcontrol_ask(q, peer, "cmd:suspend\tsel:via\targ:p\n"),
	    "order:3\n" DONE(0, 0, 0), "what only route knows");
	is_str(runcontrol_ask(q, peer, "cmd:suspensions\n"),
	    "order:1\tcmd:suspend\tsel:domain:b.example\tby:0\tuser:root\t"
	    "since:1790000000\tuntil:1790000060\twaiting:1\n"
	    "order:2\tcmd:suspend\tsel:tenant:T\tby:0\tuser:root\t"
	    "since:1790000000\treason:why\twaiting:1\n"
	    "order:3\tcmd:suspend\tsel:via:p\tby:0\tuser:root\t"
	    "since:1790000000\twaiting:0\n" DONE(3, 0, 3),
	    "listed");
	is_str(runcontrol_ask(q, peer, "cmd:rebindings\n"), DONE(0, 0, 0),
	    "no rebinding");
	is_str(runcontrol_ask(q, peer, "cmd:count\tof:resume\torder:1\n"),
	    DONE(1, 0, 2), "what the end would concern");
	is_num(q->r.orders.n, 3, "it stands");
	is_str(runcontrol_ask(q, peer, "cmd:resume\torder:1\n"), DONE(1, 0, 2),
	    "its end");
	ok(q->r.s.order[x] == 0 && q->r.s.rcpt[x].where == SCHEDULE_LANE,
	    "it may be tried");
	is_str(runcontrol_ask(q, peer, "cmd:resume\torder:1\n"), DONE(0, 0, 0),
	    "there is none");
	is_str(runcontrol_ask(q, peer, "cmd:resume\tsel:tenant\targ:T\n"),
	    DONE(1, 0, 2), "by the same selector");
	is_str(runcontrol_ask(q, peer, "cmd:resume\tsel:all\n"), DONE(0, 0, 1),
	    "all");
	mkdirat(q->r.qfd, "orders.new", 0700);
	is_str(runcontrol_ask(q, peer, "cmd:suspend\tsel:all\n"),
	    "ok:0\ttext:unable to write the list: Is a directory\n",
	    "what cannot be written has not happened");
	unlinkat(q->r.qfd, "orders.new", AT_REMOVEDIR);
	schedule_forget(&q->r.s, m);
}

static void
rebound(struct runqueue *q, int peer)
{
	uint32_t m = load(q);

	is_str(runcontrol_ask(q, peer,
		   "cmd:rebind\tsel:to\targ:b@b.example\tset-pool:p\n"),
	    "order:4\n" DONE(1, 0, 1), "rebound");
	is_str(runcontrol_ask(q, peer,
		   "cmd:rebind\tsel:all\tset-host:h\tset-tag:t\n"),
	    "order:5\n" DONE(2, 0, 2), "and all");
	is_str(runcontrol_ask(q, peer, "cmd:rebindings\n"),
	    "order:4\tcmd:rebind\tsel:to:b@b.example\tby:0\tuser:root\t"
	    "since:1790000000\tpool:p\n"
	    "order:5\tcmd:rebind\tsel:all\tby:0\tuser:root\t"
	    "since:1790000000\thost:h\ttag:t\n" DONE(2, 0, 2),
	    "listed");
	is_str(runcontrol_ask(q, peer, "cmd:rebind\tnone:1\torder:4\n"),
	    DONE(1, 0, 1), "one is taken away");
	is_str(runcontrol_ask(q, peer, "cmd:rebind\tnone:1\n"), DONE(1, 0, 1),
	    "all are");
	is_str(runcontrol_ask(q, peer, "cmd:rebind\tnone:1\n"), DONE(0, 0, 0),
	    "there are none");
	schedule_forget(&q->r.s, m);
}

/* what waits is returned, and what comes */
static void
returned(struct runqueue *q, int peer)
{
	uint32_t m = load(q);

	is_str(runcontrol_ask(q, peer,
		   "cmd:bounce\tsel:domain\targ:b.example\tfor:60\n"),
	    "order:6\tuntil:1790000060\n" DONE(1, 0, 1), "returned");
	is_num(q->r.orders.n, 1, "it stands");
	ok(runqueue_line(q, q->id, 0)[0] == 'B', "in the file");
	is_str(runcontrol_ask(q, peer, "cmd:resume\tsel:all\n"), DONE(0, 0, 1),
	    "it ends");
	schedule_forget(&q->r.s, m);
}

int
main(int argc, char **argv)
{
	static struct runqueue q;
	int peer;

	(void)argc;
	runqueue_begin(argv);
	runcontrol_open(&q);
	peer = runcontrol_conn(&q, 0, 0);
	suspended(&q, peer);
	rebound(&q, peer);
	returned(&q, peer);
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
