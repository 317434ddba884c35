#include "policy/hookpool.h"
#include "base/clock.h"
#include "base/die.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* a question on a connection; q NULL: nobody waits for its answer any more */
struct put {
	struct hookquestion *q;
	int64_t until_ms;
};

struct hookconn {
	struct list_node line;
	struct hookpool *pool;
	struct wire wire;
	int64_t handle;
	int64_t used_ms;
	unsigned n, first; /* a ring */
	unsigned heard : 1;
	struct put put[HOOKRULE_PIPELINE_MAX];
};

static struct hookconn *
conn_of(struct list_node *n)
{
	return LIST_OF(n, struct hookconn, line);
}

static struct hookquestion *
question_of(struct list_node *n)
{
	return LIST_OF(n, struct hookquestion, line);
}

static struct put *
oldest(struct hookconn *c)
{
	return c->n == 0 ? NULL : &c->put[c->first];
}

static struct put
take_oldest(struct hookconn *c)
{
	struct put p = c->put[c->first];

	c->first = (c->first + 1) % HOOKRULE_PIPELINE_MAX;
	c->n--;
	return p;
}

static void
tell(struct hookpool *h, const char *why)
{
	if (seldom(&h->told, clock_mono_ms(), HOOKPOOL_TELL_MS))
		warn("hooks, line %u: %s: %s", h->rule->line, h->rule->where,
		    why);
}

/* it is over; done() may ask anew, or end all that is under way */
static void
answer(struct hookquestion *q, struct slice action)
{
	q->pool->open--;
	q->pool = NULL;
	q->conn = NULL;
	q->done(q, action);
}

static const struct slice none;

static void on_time(void *);

/* until the first of them must have its answer, or is closed unused */
static void
set_timer(struct hookpool *h)
{
	const struct hookquestion *w = question_of(h->waiting.first);
	int64_t at = w == NULL ? INT64_MAX : w->until_ms, t;
	struct list_node *n;
	struct hookconn *c;

	for (n = h->conns.first; n != NULL; n = n->next) {
		c = conn_of(n);
		t = c->n > 0 ? oldest(c)->until_ms
			     : c->used_ms + HOOKPOOL_IDLE_MS;
		if (t < at)
			at = t;
	}
	if (at == INT64_MAX) {
		loop_timer_stop(&h->timer);
		return;
	}
	t = at - clock_mono_ms();
	loop_timer_set(&h->timer, t > 0 ? t : 0, on_time, h);
}

static void
put(struct hookconn *c, struct hookquestion *q)
{
	list_remove(&c->pool->waiting, &q->line);
	c->put[(c->first + c->n++) % HOOKRULE_PIPELINE_MAX] =
	    (struct put){ q, q->until_ms };
	q->conn = c;
	wire_put(&c->wire, q->head.p, q->head.n);
	wire_put(&c->wire, q->tail.p, q->tail.n);
}

static void pump(struct hookpool *);

static void
on_again(void *arg)
{
	pump(arg);
}

static void
no_answer(struct hookpool *h)
{
	if (h->away_ms == 0)
		h->away_ms = clock_mono_ms();
}

/* there is no use in it for a while */
static void
pause_it(struct hookpool *h)
{
	no_answer(h);
	if (h->restart.waiting)
		return;
	restart_failed(&h->restart);
	restart_wait(&h->restart, on_again, h);
}

/* the question at which a connection has ended was put once; one that never
 * stood asks nothing */
static void
count_try(struct hookconn *c)
{
	if (c->n > 0 && oldest(c)->q != NULL)
		oldest(c)->q->tries++;
}

/* the questions that were put there wait again, in their order; the first, at
 * which it ended, has perhaps been put often enough */
static void
drop(struct hookconn *c, int hung)
{
	struct hookpool *h = c->pool;
	struct hookquestion *q, *over = NULL;
	unsigned n = c->n, i;

	if (hung)
		h->by->kill(c->handle);
	wire_close(&c->wire);
	list_remove(&h->conns, &c->line);
	h->n_conns--;
	for (i = n; i > 0; i--) {
		q = c->put[(c->first + i - 1) % HOOKRULE_PIPELINE_MAX].q;
		if (q == NULL)
			continue;
		q->conn = NULL;
		list_prepend(&h->waiting, &q->line);
		if (q->tries >= HOOKPOOL_TRIES)
			over = q;
	}
	free(c);
	/* it expires at once, from the loop: here somebody may be looking at
	 * the others */
	if (over != NULL) {
		tell(h, "it ends again and again without an answer");
		over->until_ms = 0;
	}
	set_timer(h);
}

static void
on_ended(void *arg, int err)
{
	struct hookconn *c = arg;
	struct hookpool *h = c->pool;
	int failed = !c->heard;

	if (err == EMSGSIZE)
		tell(h, "an answer longer than 8192 bytes");
	else if (failed)
		tell(h,
		    err != 0 ? strerror(err)
			     : "it has ended without an answer");
	/* one that ends when it has answered so much is as it should be */
	if (failed || err == EMSGSIZE)
		pause_it(h);
	if (err == 0 || err == EMSGSIZE)
		count_try(c);
	drop(c, err == EMSGSIZE);
	pump(h);
}

static void
on_gone(void *arg, int err)
{
	(void)arg;
	(void)err;
}

/* what it says is no answer, or one to no question */
static void
on_nonsense(struct hookconn *c, const char *why)
{
	struct hookpool *h = c->pool;

	tell(h, why);
	pause_it(h);
	count_try(c);
	drop(c, 1);
	pump(h);
}

static size_t
on_answer(void *arg, const char *p, size_t n)
{
	struct hookconn *c = arg;
	struct hookpool *h = c->pool;
	size_t len = policytext_block(p, n);
	struct slice action;
	struct put at;

	if (len == 0)
		return 0;
	action = policytext_get(p, len, "action");
	if (c->n == 0 || action.p == NULL) {
		on_nonsense(c,
		    c->n == 0 ? "an answer to no question"
			      : "what it says is no answer");
		return len;
	}
	at = take_oldest(c);
	c->heard = 1;
	c->used_ms = clock_mono_ms();
	h->away_ms = 0;
	restart_good(&h->restart);
	seldom_good(&h->told);
	if (at.q != NULL)
		answer(at.q, action);
	pump(h);
	return len;
}

static const struct wire_ops ops = { on_answer, on_ended, on_gone, NULL };

static struct hookconn *
open_conn(struct hookpool *h)
{
	struct hookconn *c = need(calloc(1, sizeof *c));
	int fd = h->by->connect(h->rule, &c->handle);

	if (fd == -1) {
		tell(h, strerror(errno));
		free(c);
		pause_it(h);
		return NULL;
	}
	c->pool = h;
	c->used_ms = clock_mono_ms();
	wire_open(&c->wire, fd, fd, &ops, c);
	c->wire.record_max = POLICYTEXT_ANSWER_MAX;
	list_append(&h->conns, &c->line);
	h->n_conns++;
	return c;
}

/* one that has nothing to do; else a new one; else the one that has least */
static struct hookconn *
pick(struct hookpool *h)
{
	struct hookconn *c, *least = NULL;
	struct list_node *n;

	for (n = h->conns.first; n != NULL; n = n->next) {
		c = conn_of(n);
		if (c->n == 0)
			return c;
		if (c->n < h->rule->pipeline &&
		    (least == NULL || c->n < least->n))
			least = c;
	}
	if (h->n_conns < h->rule->conns && !h->restart.waiting) {
		c = open_conn(h);
		if (c != NULL)
			return c;
	}
	return least;
}

static void
pump(struct hookpool *h)
{
	struct hookquestion *q;
	struct hookconn *c;

	while ((q = question_of(h->waiting.first)) != NULL && q->until_ms > 0 &&
	    (c = pick(h)) != NULL)
		put(c, q);
	set_timer(h);
}

/* of those on connections the first that is late; it costs its connection */
static struct hookquestion *
late(struct hookpool *h, int64_t now)
{
	struct list_node *n, *next;
	struct hookquestion *q;
	struct hookconn *c;

	for (n = h->conns.first; n != NULL; n = next) {
		next = n->next;
		c = conn_of(n);
		if (c->n == 0) {
			if (c->used_ms + HOOKPOOL_IDLE_MS <= now)
				drop(c, 0);
			continue;
		}
		if (oldest(c)->until_ms > now)
			continue;
		tell(h, "it does not answer in time");
		no_answer(h);
		q = take_oldest(c).q;
		drop(c, 1);
		if (q != NULL)
			return q;
	}
	return NULL;
}

static void
on_time(void *arg)
{
	struct hookpool *h = arg;
	int64_t now = clock_mono_ms();
	struct hookquestion *q;

	while ((q = late(h, now)) != NULL)
		answer(q, none);
	while ((q = question_of(h->waiting.first)) != NULL &&
	    q->until_ms <= now) {
		list_remove(&h->waiting, &q->line);
		answer(q, none);
	}
	pump(h);
}

void
hookpool_init(struct hookpool *h, const struct hookrule *rule,
    const struct hookpool_by *by)
{
	memset(h, 0, sizeof *h);
	h->rule = rule;
	h->by = by;
	h->restart.first_ms = HOOKPOOL_RETRY_MIN_MS;
	h->restart.max_ms = HOOKPOOL_RETRY_MAX_MS;
}

void
hookpool_close(struct hookpool *h)
{
	struct list_node *n;
	struct hookconn *c;

	restart_stop(&h->restart);
	while ((n = list_take(&h->waiting)) != NULL)
		question_of(n)->pool = NULL;
	while ((n = list_take(&h->conns)) != NULL) {
		c = conn_of(n);
		while (c->n > 0)
			hookpool_cancel(take_oldest(c).q);
		wire_close(&c->wire);
		free(c);
	}
	loop_timer_stop(&h->timer);
	h->n_conns = 0;
}

/* has it been tried for long enough?  Then one at a time waits for it */
static int
away(const struct hookpool *h)
{
	return h->away_ms != 0 && (h->restart.waiting || h->open > 0) &&
	    clock_mono_ms() - h->away_ms >= HOOKPOOL_AWAY_MS;
}

int
hookpool_ask(struct hookpool *h, struct hookquestion *q)
{
	if (h->open >= HOOKPOOL_OPEN_MAX || away(h))
		return -1;
	q->pool = h;
	q->conn = NULL;
	q->tries = 0;
	q->until_ms = clock_mono_ms() + h->rule->wait_ms;
	list_append(&h->waiting, &q->line);
	h->open++;
	pump(h);
	return 0;
}

void
hookpool_cancel(struct hookquestion *q)
{
	struct hookconn *c;
	unsigned i;

	if (q == NULL || q->pool == NULL)
		return;
	c = q->conn;
	if (c == NULL)
		list_remove(&q->pool->waiting, &q->line);
	for (i = 0; c != NULL && i < HOOKRULE_PIPELINE_MAX; i++)
		if (c->put[i].q == q)
			c->put[i].q = NULL;
	q->pool->open--;
	q->pool = NULL;
	q->conn = NULL;
}
