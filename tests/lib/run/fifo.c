/* ids from the FIFO, and what else comes through it */
#include "runqueue.h"
#include "says.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n";

static int
trigger(const struct runqueue *q)
{
	return openat(q->r.qfd, "trigger", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

static void
tell(const struct runqueue *q, const char *text, size_t n)
{
	int fd = trigger(q);

	if (fd == -1 || fd_write_all(fd, text, n) == -1)
		exit(111);
	close(fd);
	runqueue_turn();
}

/* one more message; the line that tells of it */
static const char *
line(struct runqueue *q)
{
	static char text[NAME_LEN + 2];

	runqueue_file(q, env, "x\n");
	snprintf(text, sizeof text, "%s\n", q->id);
	return text;
}

/* until the next scan, ms; -1: none is set */
static int64_t
scan_in(const struct runqueue *q)
{
	return loop_timer_active(&q->r.scan.timer)
	    ? q->r.scan.at_ms - clock_mono_ms()
	    : -1;
}

static void
ids(struct runqueue *q)
{
	tell(q, line(q), NAME_LEN + 1);
	is_num(q->r.s.messages.n, 1, "loaded at once");
	tell(q, line(q), NAME_LEN);
	is_num(q->r.s.messages.n, 1, "a line without its end is none");
	tell(q, line(q), NAME_LEN + 1);
	is_num(q->r.s.messages.n, 2, "the writers' end is no end");
	tell(q, "0123456789abcdefgh00\n", NAME_LEN + 1);
	is_num(q->r.s.messages.n, 2, "no such file");
	tell(q, "../../../../etc/pass\nABC\n\0\n", 28);
	is_num(q->r.s.messages.n, 2, "no ids");
	is_str(runqueue_said(), "", "of which nothing is said");
	is_num(scan_in(q), -1, "and nobody looks for more");
	tell(q, "\n", 1);
	is_num(scan_in(q), RUN_ASKED_MS, "an empty line asks for a scan");
	loop_timer_stop(&q->r.scan.timer);
}

/* more than are looked at in a round */
static void
many(struct runqueue *q)
{
	struct buf b = { 0 };
	unsigned i, had = q->r.s.messages.n;

	for (i = 0; i <= RUN_SLICE; i++)
		buf_puts(&b, line(q));
	tell(q, buf_data(&b), buf_len(&b));
	is_num(q->r.s.messages.n, had + RUN_SLICE, "a slice of them");
	is_num(q->r.rounds.set, 1, "the loop comes round again");
	runqueue_turn();
	while (arrivals_slice(&q->r))
		;
	is_num(q->r.s.messages.n, had + RUN_SLICE + 1, "and one above");
	buf_free(&b);
}

/* a full one has lost ids; one that is not quite full has not */
static void
full(struct runqueue *q)
{
	static char text[65536];
	size_t n;

	for (n = 65536 - 4096; n <= 65536 - 4096 + 1; n++) {
		memset(text, 'x', n);
		text[n - 1] = '\n';
		tell(q, text, n);
		is_num(scan_in(q),
		    n == 65536 - 4096 ? -1 : RUN_YOUNG_US / 1000 + 1000,
		    "as much as all writers fit, and one above");
	}
	loop_timer_stop(&q->r.scan.timer);
}

static void
start(const void *arg)
{
	fifo_start((struct run *)(uintptr_t)arg);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;
	int status;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	is_num(trigger(&q), -1, "nobody reads");
	fifo_start(&q.r);
	fifo_start(&other.r);
	ids(&q);
	many(&q);
	full(&q);
	is_num(other.r.s.messages.n, 0, "another queue has a FIFO of its own");
	unlinkat(q.r.qfd, "trigger", 0);
	ok(strstr(says(start, &q.r, &status), "trigger: No such file") != NULL,
	    "none");
	is_num(status, 111, "without it nothing is done");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
