#include "base/clock.h"
#include "run/run.h"
#include "tap.h"

enum { MANY = RUN_AGAIN_SLICE + 10 };

/* a message's recipient that waits for an hour, because of this */
static uint32_t
put(struct run *r, unsigned i, unsigned flags)
{
	char id[NAME_LEN + 1], domain[32];
	uint32_t m, x;
	int64_t now = clock_mono_ms();

	name_make(id, 1700000000000000 + i, 7, i % NAME_DIRS);
	m = schedule_message(&r->s, id, "t", 1, 5, 0);
	snprintf(domain, sizeof domain, "d%u.example", i % 3);
	x = schedule_rcpt(&r->s, m, 0, domain, strlen(domain));
	r->s.rcpt[x].flags = flags;
	schedule_wait(&r->s, x, now + 3600000, now, 0);
	return x;
}

static unsigned
count(const struct run *r, enum schedule_where where)
{
	unsigned n = 0;
	uint32_t i;

	for (i = 0; i < r->s.n_rcpt; i++)
		n += r->s.rcpt[i].where == where;
	return n;
}

int
main(void)
{
	/* stopping: no loop is asked to come round */
	static struct run r = { .stopping = 1 };
	unsigned i;

	schedule_init(&r.s, 100);
	for (i = 0; i < MANY; i++)
		put(&r, i, i % 2 ? RUN_LATER : 0);
	schedule_hold(&r.s, r.s.rcpt[0].domain, 0, clock_mono_ms() + 60000);
	is_num(retrylater_slice(&r), 0, "nothing has changed: nothing to do");
	retrylater_start(&r);
	is_num(retrylater_slice(&r), 1, "a slice, and more to come");
	is_num(retrylater_slice(&r), 0, "the rest");
	is_num(count(&r, SCHEDULE_LANE), MANY / 2, "who was told later may go");
	is_num(count(&r, SCHEDULE_TIMER), MANY / 2,
	    "who waits for the next attempt waits");
	is_num(r.s.site[r.s.domain_site[r.s.rcpt[0].domain]].until_ms, 0,
	    "no site is held");
	schedule_free(&r.s);
	return done();
}
