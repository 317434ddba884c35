/* jobs on their way, counted for pools and sources */
#include "route/underway.h"
#include "tap.h"
#include <stdio.h>

static struct underway u;

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static unsigned
load(const char *pool, const char *src)
{
	return underway_load(&u, slice(pool), slice(src));
}

static void
sent(const char *id, const char *n, const char *pool, const char *src)
{
	underway_sent(&u, slice(id), slice(n), slice(pool), slice(src));
}

static void
done_job(const char *id, const char *n)
{
	underway_done(&u, slice(id), slice(n));
}

static void
limits(void)
{
	char text[32];
	unsigned i;

	for (i = 0; i <= UNDERWAY_JOBS_MAX; i++) {
		snprintf(text, sizeof text, "m%u", i);
		sent(text, "0", "p", "s");
	}
	is_num(load("p", ""), UNDERWAY_JOBS_MAX, "as many jobs as may be");
	done_job(text, "0");
	is_num(load("p", ""), UNDERWAY_JOBS_MAX, "one more is not counted");
	underway_free(&u);
	for (i = 0; i <= UNDERWAY_LOADS_MAX; i++) {
		snprintf(text, sizeof text, "m%u", i);
		sent(text, "0", text, "");
	}
	is_num((long)u.loads.n, UNDERWAY_LOADS_MAX, "as many pools");
	is_num(load(text, ""), 0, "one more is not counted");
	done_job(text, "0");
	is_num((long)u.loads.n, UNDERWAY_LOADS_MAX, "and takes none away");
	underway_free(&u);
}

int
main(void)
{
	sent("a", "0", "p", "s");
	is_num((long)u.jobs.n, 0, "nobody has asked: nothing is counted");
	is_num(load("p", ""), 0, "now somebody has");
	sent("a", "0", "p", "s");
	sent("a", "1", "p", "t");
	sent("b", "0", "q", "s");
	is_num(load("p", ""), 2, "of a pool");
	is_num(load("p", "s"), 1, "of a source");
	is_num(load("q", "s"), 1, "of that name in another pool");
	is_num(load("ps", ""), 0, "names do not run together");
	sent("a", "1", "q", "s");
	is_num(load("p", ""), 1, "sent again it counts once");
	is_num(load("q", "s"), 2, "where it is now");
	done_job("a", "1");
	done_job("a", "1");
	done_job("c", "0");
	is_num(load("q", ""), 1, "a result counts once");
	done_job("a", "0");
	done_job("b", "0");
	is_num(load("p", "") + load("q", "") + load("q", "s"), 0,
	    "all have ended");
	is_num((long)(u.jobs.n + u.loads.n), 0, "and nothing is left of them");
	sent("a", "0", "", "");
	is_num((long)u.jobs.n, 0, "a job of no pool");
	sent("a", "0", "p", "");
	is_num(load("p", ""), 1, "one without a source");
	underway_free(&u);
	limits();
	return done();
}
