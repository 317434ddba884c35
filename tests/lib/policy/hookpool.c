/* connections to a policy server that is in this test */
#include "policy/hookpool.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* what the server does with what comes */
enum manner {
	ANSWER, /* at once, with what is asked */
	HANG,   /* nothing */
	END,    /* it ends instead of an answer */
	ONCE,   /* answers, and ends */
	NOISE,  /* says what is no answer */
	LONG,   /* an answer of one megabyte */
	TWICE   /* two answers to one question */
};

static enum manner manner;
static int refuse; /* no connections */
static unsigned n_connects, n_kills;

struct peer {
	struct wire wire;
	unsigned n;
};
static struct peer peers[200];

static void
say(struct peer *p, struct slice v)
{
	wire_put(&p->wire, "action=", 7);
	wire_put(&p->wire, v.p, v.n);
	wire_put(&p->wire, "\n\n", 2);
}

static void
noise(struct peer *p, size_t n)
{
	static char t[1 << 20];

	memset(t, 'x', sizeof t);
	memcpy(t, "action=", 7);
	wire_put(&p->wire, t, n);
}

static size_t
on_request(void *arg, const char *text, size_t n)
{
	struct peer *p = arg;
	size_t len = policytext_block(text, n);

	if (len == 0)
		return 0;
	p->n++;
	switch (manner) {
	case TWICE:
		say(p, policytext_get(text, len, "n"));
		say(p, policytext_get(text, len, "n"));
		break;
	case ANSWER:
	case ONCE: say(p, policytext_get(text, len, "n")); break;
	case NOISE: wire_put(&p->wire, "what\n\n", 6); break;
	case LONG: noise(p, 1 << 20); break;
	default: break;
	}
	if (manner == ONCE)
		wire_finish(&p->wire);
	if (manner == END)
		wire_close(&p->wire);
	return len;
}

static void
on_ended(void *arg, int err)
{
	struct peer *p = arg;

	(void)err;
	wire_close(&p->wire);
}

static const struct wire_ops ops = { on_request, on_ended, on_ended, NULL };

static int
connect_it(const struct hookrule *r, int64_t *handle)
{
	int p[2];

	(void)r;
	if (refuse) {
		errno = ECONNREFUSED;
		return -1;
	}
	*handle = n_connects;
	needs(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
	    p));
	wire_open(&peers[n_connects].wire, p[1], p[1], &ops,
	    &peers[n_connects]);
	n_connects++;
	return p[0];
}

static void
kill_it(int64_t handle)
{
	n_kills++;
	ok(handle >= 0 && handle < n_connects, "one of ours is killed");
}

static const struct hookpool_by by = { connect_it, kill_it };

/* questions */

struct asked {
	struct hookquestion q;
	char text[40], said[40];
	int over;
};

static struct asked asked[3000];
static unsigned n_over, n_wanted;

static void
on_done(struct hookquestion *q, struct slice action)
{
	struct asked *a = (struct asked *)q;

	snprintf(a->said, sizeof a->said, "%.*s",
	    (int)(action.p == NULL ? 4 : action.n),
	    action.p == NULL ? "none" : action.p);
	a->over++;
	if (++n_over == n_wanted)
		loop_stop();
}

static int
ask(struct hookpool *h, unsigned i)
{
	struct asked *a = &asked[i];

	memset(a, 0, sizeof *a);
	snprintf(a->text, sizeof a->text, "n=%u\n", i);
	a->q.head = (struct slice){ a->text, strlen(a->text) };
	a->q.tail = (struct slice){ "\n", 1 };
	a->q.done = on_done;
	return hookpool_ask(h, &a->q);
}

/* n questions of all that are open, until they are over */
static void
run(unsigned n)
{
	n_over = 0;
	n_wanted = n;
	if (n > 0)
		loop_run();
}

static struct hookrule rule = { .line = 1,
	.wait_ms = 5000,
	.conns = 2,
	.pipeline = 3,
	.where = "unix:/x" };
static struct hookpool pool;

static void
begin(enum manner m)
{
	memset(peers, 0, sizeof peers);
	n_connects = n_kills = 0;
	manner = m;
	refuse = 0;
	rule.wait_ms = 5000;
	hookpool_init(&pool, &rule, &by);
}

static void
end(void)
{
	unsigned i;

	hookpool_close(&pool);
	for (i = 0; i < n_connects; i++)
		wire_close(&peers[i].wire);
}

/* the answers of 0 to n - 1 are all their own, or none */
static void
all(unsigned n, int have, const char *name)
{
	unsigned i, good = 0;
	char want[12];

	for (i = 0; i < n; i++) {
		snprintf(want, sizeof want, "%u", i);
		good += asked[i].over == 1 &&
		    strcmp(asked[i].said, have ? want : "none") == 0;
	}
	is_num(good, n, name);
	is_num(pool.open, 0, "none is open any more");
}

static void
test_answers(void)
{
	unsigned i;

	begin(ANSWER);
	for (i = 0; i < 100; i++)
		ask(&pool, i);
	run(100);
	all(100, 1, "each has its own answer");
	is_num(n_connects, 2, "by as many connections as there may be");
	ok(peers[0].n > 20 && peers[1].n > 20, "and both have been asked");
	ask(&pool, 0);
	run(1);
	all(1, 1, "one more, by a connection that is there");
	is_num(n_connects, 2, "none is opened");
	end();
}

static void
test_cancelled(void)
{
	unsigned i;

	begin(ANSWER);
	for (i = 0; i < 10; i++)
		ask(&pool, i);
	hookpool_cancel(&asked[0].q);
	hookpool_cancel(&asked[9].q);
	hookpool_cancel(&asked[9].q);
	run(8);
	is_num(asked[0].over + asked[9].over, 0, "who has gone hears nothing");
	is_str(asked[1].said, "1", "and the others their own");
	is_str(asked[8].said, "8", "to the last");
	end();
}

static void
test_ends(void)
{
	unsigned i;

	begin(END);
	ask(&pool, 0);
	run(1);
	all(1, 0, "a server that always ends has no answer");
	is_num(n_connects, HOOKPOOL_TRIES, "and is asked twice");
	end();
	begin(ONCE);
	rule.pipeline = 1;
	for (i = 0; i < 20; i++)
		ask(&pool, i);
	run(20);
	all(20, 1, "one that ends after each answer has answered all");
	rule.pipeline = 3;
	end();
}

static void
test_nonsense(void)
{
	enum manner m;

	for (m = NOISE; m <= LONG; m++) {
		begin(m);
		ask(&pool, 0);
		run(1);
		all(1, 0, "nonsense is no answer");
		is_num(n_kills, n_connects, "and its connections are closed");
		end();
	}
	begin(TWICE);
	ask(&pool, 0);
	run(1);
	is_str(asked[0].said, "0", "the first of two answers");
	ask(&pool, 1);
	run(1);
	is_str(asked[1].said, "1", "the second is not that of the next");
	end();
}

static void
test_hangs(void)
{
	int64_t begun;

	begin(HANG);
	rule.wait_ms = 50;
	begun = clock_mono_ms();
	ask(&pool, 0);
	ask(&pool, 1);
	run(2);
	all(2, 0, "who hangs has no answer");
	ok(clock_mono_ms() - begun >= 50, "after its time");
	is_num(n_kills, 2, "what hangs is killed");
	manner = ANSWER;
	ask(&pool, 2);
	run(1);
	is_str(asked[2].said, "2", "a new one is asked");
	is_num(pool.away_ms, 0, "and it is there again");
	manner = HANG;
	pool.away_ms = clock_mono_ms() - HOOKPOOL_AWAY_MS;
	is_num(ask(&pool, 3), 0, "one question waits for one that is away");
	is_num(ask(&pool, 4), -1, "others do not");
	end();
}

static void
test_away(void)
{
	begin(ANSWER);
	refuse = 1;
	rule.wait_ms = 100;
	ask(&pool, 0);
	run(1);
	all(1, 0, "nobody is there");
	ask(&pool, 1);
	refuse = 0;
	run(1);
	is_str(asked[1].said, "1", "who comes in time is asked");
	end();
}

static void
test_limit(void)
{
	unsigned i, n = 0;

	begin(HANG);
	for (i = 0; i < HOOKPOOL_OPEN_MAX; i++)
		n += ask(&pool, i) == 0;
	is_num(n, HOOKPOOL_OPEN_MAX, "as many questions as may be");
	is_num(ask(&pool, n), -1, "and none more");
	hookpool_cancel(&asked[0].q);
	is_num(ask(&pool, n), 0, "until one is over");
	end();
	is_num(asked[1].over, 0, "who stops tells nobody");
}

int
main(int argc, char **argv)
{
	(void)argc;
	prog_init(argv);
	test_answers();
	test_cancelled();
	test_ends();
	test_nonsense();
	test_hangs();
	test_away();
	test_limit();
	return done();
}
