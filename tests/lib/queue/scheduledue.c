#include "queue/scheduleparts.h"
#include "scheduletest.h"

/* is x, which came out before y, rightly before it */
static int
in_order(const struct schedule *s, uint32_t x, uint32_t y)
{
	const struct schedule_rcpt *p = &s->rcpt[x], *q = &s->rcpt[y];

	if (due_of(s, x) != due_of(s, y))
		return due_of(s, x) < due_of(s, y);
	if (x & DUE_SITE || y & DUE_SITE)
		return (x & DUE_SITE) != 0;
	return p->message < q->message ||
	    (p->message == q->message && p->n < q->n);
}

/* 3,000 recipients of messages with three each at 50 times, a third of them
 * taken out again from wherever they are */
static void
test_order(void)
{
	enum { MESSAGES = 1000, EACH = 3 };
	static uint32_t r[MESSAGES * EACH];
	uint32_t m, i, k, x, before = SCHEDULE_NONE, n = MESSAGES * EACH, bad;
	struct schedule s;

	schedule_init(&s, 10);
	for (i = 0; i < MESSAGES; i++) {
		m = schedule_message(&s, id_of(i), "t", 1, 5, 0);
		for (k = 0; k < EACH; k++)
			r[i * EACH + k] = schedule_rcpt(&s, m, k, "a.x", 3);
	}
	/* in an order that is none */
	for (i = 0; i < MESSAGES * EACH; i++)
		schedule_wait(&s, r[i * 1009 % (MESSAGES * EACH)], 1 + dice(50),
		    0, 0);
	ok(sound(&s), "each knows its place");
	for (i = 0; i < MESSAGES * EACH; i += 3, n--)
		schedule_idle(&s, r[i]);
	ok(sound(&s) && s.due.n == n, "also when others were taken out");
	for (i = bad = 0; s.due.n > 0; i++, before = x) {
		x = due_at(&s, 0);
		bad += schedule_due(&s) != due_of(&s, x);
		bad += before != SCHEDULE_NONE && !in_order(&s, before, x);
		due_remove(&s, 0);
		s.rcpt[x].where = SCHEDULE_IDLE;
	}
	is_num(i, n, "all come out");
	is_num(bad, 0, "by time, at one time by message and number");
	ok(schedule_due(&s) == INT64_MAX, "nothing is due any more");
	schedule_free(&s);
}

/* a site whose time it is goes before recipients: there may be room then */
static void
test_site(void)
{
	struct schedule s;
	uint32_t a, b;

	schedule_init(&s, 10);
	a = put(&s, 1, "t", 5, "a.example", 500, 0);
	b = put(&s, 2, "t", 5, "b.example", 400, 0);
	schedule_hold(&s, s.rcpt[a].domain, 1, 500);
	is_num(due_at(&s, 0), b, "a recipient is first");
	due_remove(&s, 0);
	ok(due_at(&s, 0) & DUE_SITE, "at one time with another comes a site");
	is_num(s.site[due_at(&s, 0) & ~DUE_SITE].place, 0,
	    "which knows its place");
	schedule_hold(&s, s.rcpt[a].domain, 1, 600);
	is_num(due_at(&s, 0), a, "and another time is another place");
	is_num(s.due.n, 2, "not one more");
	s.rcpt[b].where = SCHEDULE_IDLE;
	schedule_free(&s);
}

int
main(void)
{
	test_order();
	test_site();
	return done();
}
