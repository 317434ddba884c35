/* questions down the chain, and their answers */
#include "runqueue.h"
#include "tap.h"

static unsigned answers, missing;
static char last[200];

static void
on_answer(void *arg, const char *line, size_t n)
{
	(void)arg;
	answers += line != NULL;
	missing += line == NULL;
	snprintf(last, sizeof last, "%.*s", (int)n, line == NULL ? "" : line);
}

static int
ask(struct runqueue *q, uint32_t m, void *arg)
{
	struct jobhead *k = heads_take(&q->r, m);
	int r = why_ask(&q->r, q->r.s.message[m].first, k, on_answer, arg);

	heads_release(&q->r, m, k);
	return r;
}

static int
take(struct runqueue *q, const char *line)
{
	return why_take(&q->r, line, strlen(line));
}

int
main(int argc, char **argv)
{
	static struct runqueue q;
	static char link[] = "/bin/true", *args[] = { link, NULL };
	char id[64];
	const char *job;
	uint32_t m;
	int peer, me, other;
	unsigned i;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	expire_start(&q.r);
	chain_start(&q.r, args);
	q.r.chain.gone = 0;
	peer = runqueue_peer(&q.r.chain.wire);
	m = runqueue_load(&q, "from a@a.example\nto b@b.example\ntenant t\n");
	is_num(ask(&q, m, &me), 0, "a question");
	job = runqueue_got(peer);
	ok(strstr(job,
	       "id:explain-000000000001\tn:0\tto:b@b.example\ttry:0\t") == job,
	    "is a job of no message");
	snprintf(id, sizeof id, "\texplain:%.20s/0\n", q.r.s.message[m].id);
	ok(strstr(job, id) != NULL, "names the recipient");
	ok(strstr(job, "\tfile:") == NULL && strstr(job, "\toff:") == NULL,
	    "and has nothing to deliver");
	ok(strstr(job, "\ttenant:t\t") != NULL, "but what decides");
	is_num(q.r.s.out, 0, "it has no place in the window");
	is_num(take(&q, "id:0123456789abcdefghij\tn:0\tstatus:sent\n"), 0,
	    "a result is none of its answers");
	is_num(take(&q, "n:0\tid:explain-000000000001\tstatus:explained\n"), 1,
	    "an answer is");
	ok(answers == 1 && strstr(last, "status:explained\texplain:") != NULL,
	    "who has asked gets it, with whom it is about");
	is_num(take(&q, "id:explain-000000000001\tn:0\tstatus:sent\n"), 1,
	    "a second one is taken, and nothing more");
	ok(answers == 1 && missing == 0, "nobody hears of it");
	ask(&q, m, &me);
	runqueue_pass(WHY_DEADLINE_MS - 1);
	runqueue_fire(&q.r.why.timer);
	is_num(missing, 0, "in time");
	runqueue_pass(1);
	runqueue_fire(&q.r.why.timer);
	is_num(missing, 1, "at the deadline there is no answer");
	is_num(q.r.why.n_asked, 0, "and none is waited for");
	for (i = 0; i < WHY_ASKED_MAX; i++)
		if (ask(&q, m, i == 0 ? (void *)&other : (void *)&me) == -1)
			break;
	is_num(i, WHY_ASKED_MAX, "as many as may be");
	is_num(ask(&q, m, &me), -1, "one more is not asked");
	why_forget(&q.r, &me);
	is_num(q.r.why.n_asked, 1, "who is gone waits for none");
	q.r.chain.gone = 1;
	is_num(ask(&q, m, &me), -1, "nor is a chain that has gone");
	why_forget(&q.r, &other);
	loop_timer_stop(&q.r.why.timer);
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
