/* what is told of a recipient beyond its file */
#include "runorder.h"
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

/* of a message, without the ids: "n:0 where:ready, n:1, " */
static const char *
shown(struct runqueue *q, uint32_t m)
{
	static char text[2048];
	struct buf b = { 0 };
	char *o = text;
	const char *p;

	if (show_message(&q->r, m, &b) == -1)
		return "no memory";
	buf_putc(&b, '\0');
	for (p = buf_data(&b); *p != '\0'; p++)
		if (memcmp(p, "id:", 3) == 0)
			p += 3 + NAME_LEN;
		else if (*p == '\n')
			o = stpcpy(o, ", ");
		else
			*o++ = *p == '\t' ? ' ' : *p;
	*o = '\0';
	buf_free(&b);
	return text;
}

/* each field when there is something to say, and in their order */
static void
fields(struct runqueue *q)
{
	struct ltsv_field text = { "text", "not \\n yet", 4, 10 };
	uint32_t m = runqueue_load(q, env), x = runqueue_rcpt(q, m, 0);
	struct schedule_rcpt *p = &q->r.s.rcpt[x];

	schedule_idle(&q->r.s, x);
	schedule_idle(&q->r.s, runqueue_rcpt(q, m, 1));
	is_str(shown(q, m), "n:0, n:1, ", "nothing");
	retries_wait(&q->r, x, clock_wall_us() / 1000 + 90500, 0);
	is_str(shown(q, m), "n:0 where:waiting next:1790000090, n:1, ",
	    "the next attempt");
	p->flags = RUN_LATER;
	waitreason_set(&q->r, p->domain, &text);
	is_str(shown(q, m),
	    "n:0 where:waiting next:1790000090 later:not \\n yet, n:1, ",
	    "why it waits");
	p->flags = RUN_DOUBT | RUN_HOLD;
	is_str(shown(q, m),
	    "n:0 where:waiting next:1790000090 doubt:1 order:hold, n:1, ",
	    "in doubt, and an order");
	p->flags = RUN_HOLD | RUN_BOUNCE;
	ok(strstr(shown(q, m), "order:bounce, ") != NULL, "the stronger one");
	p->flags = RUN_HOLD | RUN_BOUNCE | RUN_DELETE;
	ok(strstr(shown(q, m), "order:delete, ") != NULL, "and the strongest");
	p->flags = 0;
	runorder_add(&q->r,
	    "cmd:suspend\tsel:domain\targ:b.example\tfor:60\treason:a b");
	is_str(shown(q, m),
	    "n:0 where:waiting next:1790000090 suspended:1 "
	    "suspended-until:1790000060 reason:a b, n:1, ",
	    "its domain gets nothing");
	runorder_end(&q->r, "cmd:resume\tsel:all");
	q->r.s.order[x] =
	    runorder_add(&q->r, "cmd:suspend\tsel:tag\targ:x")->slot;
	is_str(shown(q, m),
	    "n:0 where:waiting next:1790000090 suspended:2, n:1, ",
	    "as it was found when it had its turn");
	runorder_end(&q->r, "cmd:resume\tsel:all");
	schedule_learn(&q->r.s, p->domain, "mx", 2);
	schedule_hold(&q->r.s, p->domain, 3, clock_mono_ms() + 5000);
	is_str(shown(q, m),
	    "n:0 where:waiting site:mx room:3 site-next:1790000005 "
	    "next:1790000090, n:1, ",
	    "what its site takes");
	schedule_free_sites(&q->r.s);
	schedule_learn_provider(&q->r.s, p->domain, "big", 3);
	p->class = failkind_number(&q->r.lifetime.kinds,
	    (struct slice){ "rcpt", 4 }, (struct slice){ "mailbox-full", 12 });
	is_str(shown(q, m),
	    "n:0 where:waiting site:mx provider:big class:rcpt "
	    "failure:mailbox-full next:1790000090, n:1, ",
	    "its provider, and what it failed with");
	schedule_forget(&q->r.s, m);
}

/* down the chain, and late */
static void
down(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env), x = q->r.s.message[m].first;

	runqueue_down(q, x);
	q->r.s.rcpt[x].flags = RUN_LATER;
	runqueue_pass(7000);
	ok(strncmp(shown(q, m), "n:0 where:out since:1790000000 link:route, ",
	       43) == 0,
	    "since when, and its first link, and not why it waited");
	jobs_late(&q->r, jobs_find(&q->r, m, 0));
	ok(strncmp(shown(q, m),
	       "n:0 where:out since:1790000000 overdue:1 link:route, ",
	       53) == 0,
	    "past its deadline");
	runqueue_pass(-7000);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;
	uint32_t m;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	q.r.chain.next_name = other.r.chain.next_name = "route";
	fields(&q);
	down(&q);
	m = runqueue_load(&other, env);
	is_str(shown(&other, m), "n:0 where:ready, n:1 where:ready, ",
	    "another queue has its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
