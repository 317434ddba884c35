/* drained() comes after every time a wire was full */
#include "net/wire.h"
#include "base/fd.h"
#include "tap.h"
#include <unistd.h>

static struct wire from, to;
static struct loop_timer guard;
static size_t put, got;
static unsigned drains;
enum { TOTAL = 20 * WIRE_MARK };

static void
fill(void)
{
	static char block[WIRE_MARK];

	while (put < TOTAL && !wire_full(&to)) {
		wire_put(&to, block, sizeof block);
		put += sizeof block;
	}
	if (put >= TOTAL)
		wire_finish(&to);
}

static size_t
on_record(void *arg, const char *p, size_t n)
{
	(void)arg;
	(void)p;
	got += n;
	return n;
}

static void
on_ended(void *arg, int err)
{
	(void)arg;
	is_num(err, 0, "end of file");
	loop_stop();
}

static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err;
}

static void
on_drained(void *arg)
{
	(void)arg;
	drains++;
	fill();
}

static void
on_guard(void *arg)
{
	(void)arg;
	loop_stop();
}

static const struct wire_ops ops = { on_record, on_ended, on_gone,
	on_drained };

int
main(void)
{
	int p[2];

	if (fd_pipe(p) == -1 || fd_nonblock(p[0]) == -1 ||
	    fd_nonblock(p[1]) == -1)
		return 111;
	wire_open(&from, p[0], -1, &ops, NULL);
	wire_open(&to, -1, p[1], &ops, NULL);
	loop_timer_set(&guard, 5000, on_guard, NULL);
	fill();
	loop_run();
	is_num(got, TOTAL, "all has come through");
	ok(drains > 0, "drained() was called");
	return done();
}
