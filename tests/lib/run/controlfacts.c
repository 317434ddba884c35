/* which recipients a request means, by what index and files know */
#include "runcontrol.h"
#include "tap.h"

/* one was tried by this queue-run, the other one by the run before */
static void
fail(struct runqueue *q, uint32_t m)
{
	static const char old[] = "4.2.2 mx.c mailbox full";
	uint32_t x = runqueue_rcpt(q, m, 0), y = runqueue_rcpt(q, m, 1);
	struct jobhead *k;
	char line[200];
	int n;

	runqueue_down(q, x);
	n = snprintf(line, sizeof line,
	    "id:%s\tn:0\tstatus:deferred\tclass:rcpt\tcode:450\tesc:4.1.1\t"
	    "site:mx.b\tprovider:Big\thost:mx.b\ttext:no such user\n",
	    q->id);
	is_num(settle_results(&q->r, line, (size_t)n), n, "one has failed");
	k = heads_take(&q->r, m);
	q->r.s.rcpt[y].tries = 2;
	is_num(toline_write(&q->r, y, k->rcpt[1].offset, 0, old,
		   sizeof old - 1),
	    0, "the other has before");
	toline_close(&q->r);
	heads_release(&q->r, m, k);
}

static const struct {
	const char *sel;
	unsigned matched;
} cases[] = {
	{ "sel:all", 3 },
	{ "sel:user\targ:BOB", 2 },
	{ "sel:user\targ:x", 0 },
	{ "sel:uuid\targ:0a", 2 },
	{ "sel:not:uuid\targ:0a", 1 },
	{ "sel:larger\targ:2", 2 },
	{ "sel:larger\targ:14", 0 },
	{ "sel:smaller\targ:3", 1 },
	{ "sel:tries\targ:1", 2 },
	{ "sel:tries\targ:2", 1 },
	{ "sel:tries\targ:-1", 1 },
	{ "sel:provider\targ:big", 1 },
	{ "sel:not:provider\targ:big", 2 },
	{ "sel:class\targ:rcpt", 1 },
	{ "sel:failure\targ:unknown-user", 1 },
	{ "sel:failure\targ:mailbox-full", 1 },
	{ "sel:not:failure\targ:mailbox-full", 2 },
	{ "sel:reply\targ:*full", 1 },
	{ "sel:reply\targ:*no such*", 1 },
	{ "sel:reply\targ:no such*", 0 },
	{ "sel:not:reply\targ:*", 1 },
	{ "sel:not:from\targ:a@a.example", 1 },
	{ "sel:not:to\targ:b@b.example", 2 },
	{ "sel:not:domain\targ:.example", 0 },
	{ "sel:not:from\targ:x@a.example\tsel:tries\targ:2", 1 },
	{ "sel:not:state\targ:held", 3 },
};

int
main(int argc, char **argv)
{
	static struct runqueue q;
	char line[200];
	const char *got;
	uint32_t m;
	size_t i;
	int peer;

	(void)argc;
	runqueue_begin(argv);
	runcontrol_open(&q);
	settle_start(&q.r);
	failed_start(&q.r);
	peer = runcontrol_conn(&q, 0, geteuid());
	m = runqueue_load(&q,
	    "from a@a.example\nuser bob\nuuid 0a\nto b@b.example\n"
	    "to c@c.example\n");
	fail(&q, m);
	runqueue_file(&q, "from \nto d@d.example\n", "x\n");
	load_message(&q.r, q.id, 0);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(line, sizeof line, "cmd:release\t%s\n", cases[i].sel);
		got = runcontrol_ask(&q, peer, line);
		snprintf(line, sizeof line, "\tmatched:%u\t", cases[i].matched);
		ok(strstr(got, line) != NULL, cases[i].sel);
	}
	runqueue_said();
	close(peer);
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
