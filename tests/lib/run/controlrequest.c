/* requests on the control socket: who may, what is done at once, ends */
#include "runcontrol.h"
#include "tap.h"
#include <errno.h>

enum { SOMEBODY = 12345 };

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

#define DONE(count, out, matched) \
	"ok:1\tcount:" #count "\tout:" #out "\tfailed:0\tmatched:" #matched \
	"\tunknown:0"

static int
is_there(const struct runqueue *q, const char *name)
{
	struct stat st;

	return fstatat(q->r.qfd, name, &st, 0) == 0;
}

/* orders are for root and the queue's owner; whoever comes here may ask */
static void
users(struct runqueue *q)
{
	static const struct {
		const char *line, *answer;
	} cases[] = {
		{ "cmd:status\n", "messages:0\t" },
		{ "cmd:show\tsel:id\targ:0123456789abcdefgh00\n", "ok:1\t" },
		{ "cmd:hold\tsel:all\n",
		    "ok:0\ttext:user 12345 may only ask for the status\n" },
		{ "cmd:stop\n", "ok:0\ttext:user 12345 may only" },
		{ "cmd:resume\tsel:domain\targ:x\n", "ok:0\ttext:user 12345" },
		{ "cmd:dance\n", "ok:0\ttext:" },
		{ "\n", "ok:0\ttext:" },
	};
	int peer = runcontrol_conn(q, 0, SOMEBODY);
	const char *got;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		got = runcontrol_ask(q, peer, cases[i].line);
		ok(strncmp(got, cases[i].answer, strlen(cases[i].answer)) == 0,
		    cases[i].line);
	}
	ok(runqueue_heard("warning: hold refused: user 12345 may only"),
	    "who is refused is named");
	is_num(q->r.held + q->r.stopping, 0, "and nothing is done");
	close(peer);
	control_close_conn(&q->r.control->conn[0]);

	peer = runcontrol_conn(q, 0, geteuid());
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:domain\targ:x\n"),
	    DONE(0, 0, 0) "\n", "we ourselves may");
	close(peer);
	control_close_conn(&q->r.control->conn[0]);
	if (geteuid() != 0 || fchown(q->r.qfd, SOMEBODY, -1) == -1)
		return;
	peer = runcontrol_conn(q, 0, SOMEBODY);
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:domain\targ:x\n"),
	    DONE(0, 0, 0) "\n", "and the queue's owner");
	fchown(q->r.qfd, 0, -1);
	close(peer);
	control_close_conn(&q->r.control->conn[0]);
}

/* everything is held by a flag */
static void
all(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, env), x = q->r.s.message[m].first;

	runqueue_down(q, x);
	runqueue_said();
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:all\n"),
	    DONE(2, 1, 2) "\thold:1\n", "held");
	is_num(q->r.held + 2 * is_there(q, "held"), 3, "there is a flag");
	is_str(runqueue_said(),
	    "ev:held sel:all by:0\n"
	    "ev:ordered cmd:hold sel:all by:0 count:2 out:1 failed:0\n",
	    "said");
	ok(runqueue_line(q, q->id, 0)[0] == 'Q', "of each nothing is written");
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:all\n"),
	    DONE(2, 1, 2) "\thold:1\n", "twice");
	runqueue_said();
	runcontrol_ask(q, peer, "cmd:hold\tsel:id\targ:0123456789abcdefgh00\n");
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:domain\targ:c.example\n"),
	    DONE(1, 0, 1) "\thold:1\n", "and one of its own");
	runqueue_said();
	is_str(runcontrol_ask(q, peer, "cmd:release\tsel:all\n"),
	    DONE(1, 0, 2) "\n", "released");
	is_num(q->r.held + is_there(q, "held"), 0, "there is none");
	is_str(runqueue_said(),
	    "ev:released sel:all by:0\nev:released n:1 by:0\n"
	    "ev:ordered cmd:release sel:all by:0 count:1 out:0 failed:0\n",
	    "also what was held by itself");
	is_str(runcontrol_ask(q, peer, "cmd:release\tsel:all\n"),
	    DONE(0, 0, 2) "\n", "twice");

	mkdirat(q->r.qfd, "held", 0700);
	is_str(runcontrol_ask(q, peer, "cmd:hold\tsel:all\n"),
	    "ok:0\ttext:unable to make the flag file: Is a directory\n",
	    "it cannot be made");
	is_num(q->r.held, 0, "so nothing is held");
	q->r.held = 1;
	is_str(runcontrol_ask(q, peer, "cmd:release\tsel:all\n"),
	    "ok:0\ttext:unable to remove the flag file: Is a directory\n",
	    "nor removed");
	is_num(q->r.held, 1, "so all stays held");
	q->r.held = 0;
	unlinkat(q->r.qfd, "held", AT_REMOVEDIR);
	schedule_back(&q->r.s, x);
	jobs_remove(&q->r, jobs_find(&q->r, m, 0));
	schedule_forget(&q->r.s, m);
}

/* requests one after the other, cut, and too long */
static void
lines(struct runqueue *q)
{
	static char longest[CTLREQUEST_LINE_MAX + 1];
	struct control_conn *c = &q->r.control->conn[1];
	int peer = runcontrol_conn(q, 1, 0);

	is_str(runcontrol_ask(q, peer,
		   "cmd:hold\tsel:domain\targ:x\ncmd:dance\ncmd:hold\t"),
	    DONE(0, 0, 0) "\nok:0\ttext:unknown command\n",
	    "one after the other, each answered");
	is_str(runcontrol_ask(q, peer, "sel:domain\targ:x\n"),
	    DONE(0, 0, 0) "\n", "one in two pieces");
	runqueue_tell(peer, "cmd:status");
	shutdown(peer, SHUT_WR);
	runqueue_turn();
	is_str(runqueue_got(peer), "ok:0\ttext:request without a line end\n",
	    "one that is cut");
	is_num(c->wire.wfd, -1, "and all is said");
	control_close_conn(c);
	close(peer);

	peer = runcontrol_conn(q, 1, 0);
	memset(longest, 'x', CTLREQUEST_LINE_MAX - 1);
	runqueue_tell(peer, longest);
	is_str(runqueue_got(peer), "", "as long as may be");
	ok(c->wire.wfd != -1, "more may come");
	runqueue_tell(peer, "x");
	runqueue_got(peer);
	is_num(c->wire.wfd, -1, "one byte above: no more is heard");
	control_close_conn(c);
	close(peer);
}

/* who asked is gone, or has read */
static void
gone(struct runqueue *q)
{
	struct control_conn *c = &q->r.control->conn[1];
	int peer = runcontrol_conn(q, 1, 0);

	runqueue_load(q, env);
	runqueue_tell(peer, "cmd:hold\tsel:domain\targ:c.example\n");
	is_num(c->busy, 1, "an order");
	q->r.rounds.set = 0;
	control_ops.drained(c);
	is_num(q->r.rounds.set, 1, "he has read: it goes on");
	control_ops.gone(c, EPIPE);
	is_num(c->used + c->dead, 2, "he is gone: it is done all the same");
	while (control_slice(&q->r))
		;
	is_num(c->used, 0, "to its end");
	is_str(runqueue_line(q, q->id, 1), "H - 00000 0000000000", "in fact");
	close(peer);
	peer = runcontrol_conn(q, 1, 0);
	runqueue_tell(peer, "cmd:status\n");
	control_ops.gone(c, EPIPE);
	is_num(c->used, 0, "what only tells ends with him");
	close(peer);
	peer = runcontrol_conn(q, 1, 0);
	control_ops.gone(c, EPIPE);
	is_num(c->used, 0, "and who has asked nothing");
	close(peer);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;
	int peer;

	(void)argc;
	runqueue_begin(argv);
	runcontrol_open(&q);
	runcontrol_open(&other);
	users(&q);
	peer = runcontrol_conn(&q, 0, 0);
	all(&q, peer);
	lines(&q);
	gone(&q);
	is_str(runcontrol_ask(&q, peer, "cmd:stop\n"), DONE(0, 0, 0) "\n",
	    "the end");
	is_num(q.r.stopping, 1, "comes");
	is_num(other.r.stopping + other.r.held, 0, "and not to another queue");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
