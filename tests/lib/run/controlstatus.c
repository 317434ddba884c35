#include "base/clock.h"
#include "run/controlparts.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct run r;
static int peer;

static size_t
no_record(void *arg, const char *p, size_t n)
{
	(void)arg;
	(void)p;
	return n;
}

static void
no_end(void *arg, int err)
{
	(void)arg;
	(void)err;
}

static void
no_drain(void *arg)
{
	(void)arg;
}

static const struct wire_ops ops = { no_record, no_end, no_end, no_drain };

static struct control_conn *
ask(void)
{
	struct control_conn *c = &r.control->conn[0];
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == -1)
		abort();
	memset(c, 0, sizeof *c);
	c->used = c->busy = 1;
	c->r = &r;
	c->work.oldest_ms = INT64_MAX;
	wire_open(&c->wire, fd[0], fd[0], &ops, c);
	peer = fd[1];
	return c;
}

/* all that is told, in how many slices */
static const char *
told(unsigned *slices)
{
	struct control_conn *c = ask();
	static char t[65536];
	size_t have = 0;
	ssize_t n;

	*slices = 0;
	while (c->busy) {
		control_status(c);
		++*slices;
		wire_flush_all();
		while ((n = read(peer, t + have, sizeof t - 1 - have)) > 0)
			have += n;
	}
	t[have] = '\0';
	control_close_conn(c);
	close(peer);
	return t;
}

/* one of each kind: waiting, ready, out, late, held, and one that is owed */
static void
fill(void)
{
	static const char *const domains[] = { "wait.x", "ready.x", "out.x",
		"late.x", "held.x", "owed.x" };
	char id[NAME_LEN + 1];
	uint32_t m, x;
	unsigned i;

	for (i = 0; i < 6; i++) {
		name_make(id, clock_wall_us() - 3600 * INT64_C(1000000) + i, 7,
		    i);
		m = schedule_message(&r.s, id, "t", 1, 5, 0);
		x = schedule_rcpt(&r.s, m, 0, domains[i], strlen(domains[i]));
		r.s.rcpt[x].state = i == 4 ? MESSAGE_HELD
		    : i == 5               ? MESSAGE_BOUNCED
					   : MESSAGE_QUEUED;
		if (i < 2)
			schedule_wait(&r.s, x, i == 0 ? 1000 : 0, 0, 0);
		else if (i < 4)
			schedule_claim(&r.s, x);
		if (i == 3)
			schedule_late(&r.s, x);
	}
}

/* does a line of it begin so */
static int
has(const char *t, const char *line)
{
	const char *at = strstr(t, line);

	return at != NULL && (at == t || at[-1] == '\n');
}

static void
kinds(void)
{
	unsigned slices;
	const char *t = told(&slices);

	ok(has(t,
	       "messages:6\tready:1\twaiting:1\tout:2\toverdue:1\theld:1\t"
	       "owed:1\tremoving:0\toldest:3600\twindow:50\thold:0\t"
	       "stalled:0\tscanning:1\tsent:11\tdeferred:12\tbounced:13\t"
	       "later:14\n"),
	    "one of each kind is counted where it is");
	ok(has(t, "site:domain:out.x\tout:1\tlanes:0\n"),
	    "a site with one in the chain");
	ok(strstr(t, "ready.x") == NULL && strstr(t, "late.x") == NULL,
	    "those where nothing happens are not named");
	ok(has(t, "ok:1\tcount:1\t"), "the last line counts sites");
	is_num(slices, 1, "all in one slice");
	schedule_hold(&r.s, 0, 3, clock_mono_ms() + 100000);
	t = told(&slices);
	ok(has(t, "site:domain:wait.x\tout:0\tlanes:0\troom:3\tnext:"),
	    "one that is held, and until when");
}

/* more recipients than one slice looks at */
static void
many(void)
{
	enum { MORE = 5000 };
	char id[NAME_LEN + 1], want[40];
	unsigned slices, i;
	uint32_t m;

	name_make(id, clock_wall_us(), 8, 0);
	m = schedule_message(&r.s, id, "t", 1, 5, 0);
	for (i = 0; i < MORE; i++)
		schedule_rcpt(&r.s, m, i, "many.x", 6);
	snprintf(want, sizeof want, "owed:%u\t", MORE + 1);
	ok(strstr(told(&slices), want) != NULL, "5,000 more are counted");
	is_num(slices, 2, "in two slices");
}

int
main(void)
{
	schedule_init(&r.s, 50);
	r.control = calloc(1, sizeof *r.control);
	r.done.fd = r.qfd = -1;
	r.window = 50;
	r.age.max_ms = RETRY_SECONDS_MAX * INT64_C(1000);
	r.scan.on = 1;
	r.settle.n_sent = 11;
	r.settle.n_deferred = 12;
	r.settle.n_bounced = 13;
	r.settle.n_later = 14;
	fill();
	kinds();
	many();
	schedule_free(&r.s);
	free(r.control);
	return done();
}
