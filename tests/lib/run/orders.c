/* orders that stand: begun, replaced, ended, over by themselves */
#include "runorder.h"
#include "runqueue.h"
#include "tap.h"
#include <errno.h>

#define DOMAIN "cmd:suspend\tsel:domain\targ:b.example"

/* numbers of those that stand: "1 3 " */
static const char *
standing(const struct runqueue *q)
{
	static char t[200];
	size_t at = 0;
	unsigned i;

	t[0] = '\0';
	for (i = 0; i < q->r.orders.n; i++)
		at += (size_t)snprintf(t + at, sizeof t - at, "%llu ",
		    (unsigned long long)q->r.orders.one[i]->number);
	return t;
}

static void
lives(struct runqueue *q)
{
	const struct order *o;

	runqueue_said();
	o = runorder_add(&q->r, DOMAIN "\tfor:60\treason:too many");
	ok(o != NULL && o->number == 1 && o->until_s == clock_wall_s() + 60,
	    "one for a minute");
	is_str(runqueue_said(),
	    "ev:order-begun order:1 cmd:suspend sel:domain:b.example by:0 "
	    "user:root until:1790000060 reason:too many\n",
	    "is told");
	ok(loop_timer_active(&q->r.orders.timer), "its end is waited for");
	o = runorder_add(&q->r, DOMAIN);
	is_str(standing(q), "2 ", "the same anew takes its place");
	is_str(runqueue_said(),
	    "ev:order-ended order:1 cmd:suspend sel:domain:b.example by:0 "
	    "user:root until:1790000060 reason:too many why:replaced\n"
	    "ev:order-begun order:2 cmd:suspend sel:domain:b.example by:0 "
	    "user:root\n",
	    "both are told");
	ok(!loop_timer_active(&q->r.orders.timer), "it has no end");
	ok(orders_of(&q->r, o->slot) == o, "found by its mark");
	ok(orders_of(&q->r, 0) == NULL && orders_of(&q->r, 77) == NULL,
	    "no other mark");
	runorder_add(&q->r, "cmd:bounce\tsel:domain\targ:b.example\tfor:9");
	runorder_add(&q->r, "cmd:rebind\tsel:all\tset-pool:p");
	is_str(standing(q), "2 3 4 ", "another verb is another order");
	ok(q->r.orders.heads == 0 && q->r.orders.returns == 1 &&
		q->r.orders.labels == 1,
	    "counted by what they do");
	runqueue_said();
	is_num(runorder_end(&q->r, "cmd:resume\tsel:domain\targ:x"), 0,
	    "there is none");
	is_str(runqueue_said(), "", "so nothing is told");
	is_num(runorder_end(&q->r, "cmd:resume\torder:2"), 0, "by number");
	is_str(runqueue_said(),
	    "ev:order-ended order:2 cmd:suspend sel:domain:b.example by:0 "
	    "user:root why:ordered\n",
	    "told");
	runorder_end(&q->r, "cmd:resume\torder:4");
	is_str(standing(q), "3 4 ", "a rebinding is not resumed");
	runorder_end(&q->r, "cmd:resume\tsel:all");
	is_str(standing(q), "4 ", "by `all' neither");
	runorder_end(&q->r, "cmd:rebind\tnone:1");
	is_str(standing(q), "", "but by none");
}

/* in time, at the next start, and not when the clock is before it */
static void
over(struct runqueue *q)
{
	uint32_t m;

	runorder_add(&q->r, DOMAIN "\tfor:60");
	runorder_add(&q->r, "cmd:suspend\tsel:site\targ:s\tfor:3600");
	runqueue_said();
	runqueue_pass(59000);
	runqueue_fire(&q->r.orders.timer);
	is_num(q->r.orders.n, 2, "its time is not over");
	runqueue_pass(1000);
	runqueue_fire(&q->r.orders.timer);
	is_num(q->r.orders.n, 1, "it is");
	ok(strstr(runqueue_said(), "why:expired") != NULL, "told");
	q->r.retrylater.left = 0;
	m = runqueue_load(q, "from a@a.example\nto b@b.example\n");
	runqueue_pass(3540000);
	runqueue_fire(&q->r.orders.timer);
	is_num(q->r.orders.n, 0, "the other, too");
	ok(q->r.retrylater.left > 0, "what route has put off is asked again");
	schedule_forget(&q->r.s, m);
	runqueue_said();
}

static void
limits(struct runqueue *q)
{
	struct order *o;
	char line[100];
	int n;

	mkdirat(q->r.qfd, "orders.new", 0700);
	ok(runorder_add(&q->r, DOMAIN) == NULL,
	    "what cannot be written has not happened");
	is_num(q->r.orders.n, 0, "in fact");
	unlinkat(q->r.qfd, "orders.new", AT_REMOVEDIR);
	while (q->r.orders.n < ORDERS_MAX - 1) {
		n = snprintf(line, sizeof line,
		    "cmd:suspend\tsel:domain\targ:d%u.x\tnumber:9\tsince:1\n",
		    q->r.orders.n);
		o = orderfile_line(line, (size_t)n);
		if (o == NULL)
			break;
		o->slot = (uint16_t)(q->r.orders.n + 4000);
		q->r.orders.one[q->r.orders.n++] = o;
	}
	ok(runorder_add(&q->r, DOMAIN) != NULL, "one more");
	is_num(q->r.orders.n, ORDERS_MAX, "as many as may be");
	errno = 0;
	ok(runorder_add(&q->r, "cmd:suspend\tsel:all") == NULL &&
		errno == ENOSPC,
	    "one more");
	ok(runorder_add(&q->r, "cmd:suspend\tsel:domain\targ:d0.x") != NULL,
	    "but in place of another");
	mkdirat(q->r.qfd, "orders.new", 0700);
	is_num(runorder_end(&q->r, "cmd:resume\tsel:all"), -1, "no end");
	is_num(q->r.orders.n, ORDERS_MAX, "so all stand");
	unlinkat(q->r.qfd, "orders.new", AT_REMOVEDIR);
	is_num(runorder_end(&q->r, "cmd:resume\tsel:all"), 0, "an end");
	is_num(q->r.orders.n, 0, "none stands");
	runqueue_said();
}

/* a rebinding ends when what it is for has gone */
static void
gone(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, "from a@a.example\nto b@b.example\n");

	runorder_add(&q->r, "cmd:rebind\tsel:all\tset-pool:p");
	ok(loop_timer_active(&q->r.orders.timer), "it is looked at");
	runqueue_pass(ORDERS_AGAIN_S * 1000);
	runqueue_fire(&q->r.orders.timer);
	is_num(q->r.orders.n, 1, "what it is for waits");
	schedule_forget(&q->r.s, m);
	runqueue_pass(ORDERS_AGAIN_S * 1000 - 1);
	m = runqueue_load(q, "from a@a.example\nto b@b.example\n");
	runqueue_fire(&q->r.orders.timer);
	is_num(q->r.orders.n, 1, "once in a while");
	runqueue_pass(1);
	q->r.load.again = 1;
	runqueue_fire(&q->r.orders.timer);
	is_num(q->r.orders.n, 1, "not while some are only on the disk");
	q->r.load.again = 0;
	runqueue_pass(ORDERS_AGAIN_S * 1000);
	runqueue_said();
	runqueue_fire(&q->r.orders.timer);
	is_num(q->r.orders.n, 0, "others do not keep it");
	ok(strstr(runqueue_said(), "why:gone") != NULL, "told");
	schedule_forget(&q->r.s, m);
}

/* a mark that was given before is nobody's when it is given again */
static void
marks(struct runqueue *q)
{
	uint32_t x =
	    runqueue_load_first(q, "from a@a.example\nto b@b.example\n");
	const struct order *o;

	q->r.orders.slot = ORDERS_SLOTS;
	q->r.orders.again = 0;
	q->r.s.order[x] = 1;
	o = runorder_add(&q->r, DOMAIN);
	is_num(o->slot, 1, "from the first one again");
	is_num(q->r.s.order[x], 0, "which nobody has");
	q->r.orders.slot = 0;
	o = runorder_add(&q->r, "cmd:suspend\tsel:all");
	is_num(o->slot, 2, "none that stands");
	runorder_end(&q->r, "cmd:resume\tsel:all");
}

int
main(int argc, char **argv)
{
	static struct runqueue q;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	orders_start(&q.r);
	is_num(q.r.orders.n, 0, "none at first");
	lives(&q);
	over(&q);
	limits(&q);
	gone(&q);
	marks(&q);
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
