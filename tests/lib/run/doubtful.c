/* who is in doubt: his end, his time, the host that may have his message */
#include "runqueue.h"
#include "tap.h"

static struct runqueue q;
static uint32_t x;
static uint32_t offset;

/* of the first recipient, with the flag or without */
static void
ends(int was, int want, const char *name)
{
	struct retry retry;

	q.r.s.rcpt[x].flags = was ? RUN_DOUBT : 0;
	retries_of(&q.r, x, NULL, &retry);
	is_num(doubtful_ends(&q.r, x, &retry), want, name);
}

static const char *
job(const char *reply)
{
	static struct buf b;

	buf_clear(&b);
	buf_puts(&b, "id:a\tn:0\n");
	q.r.s.rcpt[x].flags = RUN_DOUBT;
	toline_write(&q.r, x, offset, 0, reply, strlen(reply));
	toline_close(&q.r);
	doubtful_job(&q.r, x, offset, &b);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static void
test_words(void)
{
	int64_t now = clock_wall_s();
	struct retry retry;

	ends(0, 0, "again: the first goes on");
	ends(1, 0, "and another");
	is_num(doubtful_next(&q.r, x, now), now, "at its time");
	is_num(doubtful_is_over(&q.r, x), 0, "and is made");
	is_str(job("4.4.2 mx.test lost"), "id:a\tn:0\n", "by any host");

	runqueue_retry(&q, "doubt=once,same-host,1h\n");
	now = clock_wall_s();
	ends(0, 0, "once: the first goes on");
	ends(1, 1, "the second does not");
	is_num(doubtful_is_over(&q.r, x), 0, "his turn comes");
	is_num(doubtful_next(&q.r, x, now), now + 3600, "after an hour");
	is_num(doubtful_next(&q.r, x, now + 5), now + 5,
	    "or when it has begun already");
	retries_of(&q.r, x, NULL, &retry);
	is_num(doubtful_pause_ms(&q.r, x, &retry), 3600000,
	    "instead of its interval");
	is_str(job("4.4.2 mx.test lost"), "id:a\tn:0\tdoubt-host:mx.test\n",
	    "by the same host");
	is_str(job("4.4.2 - lost"), "id:a\tn:0\n", "if one is known");
	is_str(job(""), "id:a\tn:0\n", "and something is");
	q.r.s.rcpt[x].flags = 0;
	is_num(doubtful_next(&q.r, x, now), now, "not who is in no doubt");

	runqueue_retry(&q, "doubt=never\n");
	ends(0, 1, "never: the first is the last");
	q.r.s.rcpt[x].flags = RUN_DOUBT;
	is_num(doubtful_is_over(&q.r, x), 1, "also after a death");
	q.r.s.rcpt[x].flags = 0;
	is_num(doubtful_is_over(&q.r, x), 0, "but of those in doubt");
}

int
main(int argc, char **argv)
{
	struct jobhead *c;
	uint32_t m;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	m = runqueue_load(&q, "from a@a.example\nto b@b.example\n");
	x = q.r.s.message[m].first;
	c = heads_take(&q.r, m);
	offset = c->rcpt[0].offset;
	heads_release(&q.r, m, c);
	test_words();
	runqueue_said();
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
