/* how long a recipient waits, without a table and with one */
#include "base/die.h"
#include "run/run.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static struct run r;

static struct retry
asked(const char *class)
{
	struct retry_case c = { { 0 }, { 0 }, { 0 } };
	struct retry retry;

	if (class != NULL)
		c.class = (struct slice){ class, strlen(class) };
	retries_of(&r, 0, class == NULL ? NULL : &c, &retry);
	return retry;
}

static void
pauses(void)
{
	struct retry retry = asked(NULL);
	int64_t ms;

	for (r.s.rcpt[0].tries = 1; r.s.rcpt[0].tries <= 3;
	     r.s.rcpt[0].tries++) {
		ms = retries_pause_ms(&r, 0, &retry);
		ok(ms >= retry.interval[r.s.rcpt[0].tries - 1] * 500LL &&
			ms <= retry.interval[r.s.rcpt[0].tries - 1] * 1500LL,
		    "about the interval of this try");
		is_num(retries_pause_ms(&r, 0, &retry), ms,
		    "asked twice it is the same");
	}
	r.s.rcpt[1].tries = r.s.rcpt[0].tries = 2;
	is_num(retries_pause_ms(&r, 1, &retry), retries_pause_ms(&r, 0, &retry),
	    "recipients of a message at one domain stay together");
}

int
main(void)
{
	static char *args[] = { "retries", NULL };
	char id[NAME_LEN + 1], dir[] = "/tmp/retries.XXXXXX";
	uint32_t m;

	prog_init(args);
	if (mkdtemp(dir) == NULL || schedule_init(&r.s, 10) == -1)
		return 111;
	name_make(id, 1790000000000000, 1, 0);
	m = schedule_message(&r.s, id, "t", 1, 5, 0);
	schedule_rcpt(&r.s, m, 0, "b.example", 9);
	schedule_rcpt(&r.s, m, 1, "b.example", 9);
	retries_start(&r);
	ok(asked(NULL).n > 2, "no folder: the intervals that are built in");
	r.retries.conf = dir;
	retries_start(&r);
	ok(asked("connect").n == asked(NULL).n &&
		asked("connect").lifetime == asked(NULL).lifetime,
	    "no table in it: the same");
	pauses();
	rmdir(dir);
	return done();
}
