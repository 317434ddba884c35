#include "sasl/hashers.h"
#include "base/die.h"
#include "base/fd.h"
#include "format/netstring.h"
#include "sasl/hashing.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void feed(struct hashers *);

static void
answer(struct hasher *h, int right)
{
	struct hashers_question *q = h->q;

	h->q = NULL;
	loop_timer_stop(&h->timer);
	if (q != NULL)
		q->done(q, right);
}

/* its pipes; its end is heard of by itself */
static void
hang_up(struct hasher *h)
{
	if (h->from == -1)
		return;
	loop_io_stop(&h->io);
	close(h->from);
	close(h->to);
	h->to = h->from = -1;
	buf_free(&h->in);
	child_kill(&h->child);
}

static void
on_wait(void *arg)
{
	struct hasher *h = arg;

	warn("auth-hash does not answer");
	hang_up(h);
}

static void
on_ended(void *arg, int wait_status)
{
	struct hasher *h = arg;

	(void)wait_status;
	if (h->all->stopped)
		return;
	warn("auth-hash has ended");
	hang_up(h);
	restart_failed(&h->restart);
	answer(h, -1);
	feed(h->all);
}

/* a hash that was asked for, and no other; 1, or 0 */
static int
take_hash(struct hashers_question *q, const char *p, size_t n)
{
	if (q->hash[0] != '\0' || n == 0 || n >= sizeof q->made ||
	    pwhash_fault(p, n) != NULL)
		return 0;
	memcpy(q->made, p, n);
	q->made[n] = '\0';
	return 1;
}

/* 1: there was an answer, -1: that is none */
static int
take_answer(struct hasher *h)
{
	const char *p;
	size_t n;
	long r = netstring_whole(buf_data(&h->in), buf_len(&h->in),
	    HASHING_ANSWER_MAX, &p, &n);
	int right;

	if (r == 0)
		return 0;
	if (r == -1 || n == 0 || memchr("YNZH", p[0], 4) == NULL ||
	    h->q == NULL || (p[0] == 'H' && !take_hash(h->q, p + 1, n - 1)) ||
	    (p[0] == 'Y' && h->q->hash[0] == '\0'))
		return -1;
	if (p[0] == 'Z')
		warn("auth-hash: %.*s", (int)n - 1, p + 1);
	right = p[0] == 'Z' ? -1 : p[0] != 'N';
	buf_consume(&h->in, (size_t)r);
	restart_good(&h->restart);
	answer(h, right);
	return 1;
}

static void
on_ready(void *arg, int events)
{
	struct hasher *h = arg;
	ssize_t n;
	int r;

	(void)events;
	needs(buf_reserve(&h->in, HASHING_ANSWER_MAX));
	n = read(h->from, buf_tail(&h->in), HASHING_ANSWER_MAX);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(h);
		return;
	}
	buf_added(&h->in, (size_t)n);
	r = take_answer(h);
	if (r == -1) {
		warn("auth-hash answers nonsense");
		hang_up(h);
	} else if (r == 1) {
		feed(h->all);
	}
}

/* 0, or -1 with errno and nothing started */
static int
start(struct hasher *h)
{
	static char *argv[] = { "auth-hash", NULL };
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, r = -1, why;

	if (fd_pipe(in) == 0 && fd_pipe(out) == 0 && fd_nonblock(in[1]) == 0 &&
	    fd_nonblock(out[0]) == 0)
		r = child_start(&h->child,
		    &(struct spawn){ .argv = argv,
			.fd = { in[0], out[1], 2 },
			.parting = SIGTERM },
		    on_ended, h);
	why = errno;
	if (in[0] != -1)
		close(in[0]);
	if (out[1] != -1)
		close(out[1]);
	if (r == -1) {
		if (in[1] != -1)
			close(in[1]);
		if (out[0] != -1)
			close(out[0]);
		errno = why;
		return -1;
	}
	h->to = in[1];
	h->from = out[0];
	loop_io_start(&h->io, h->from, LOOP_READ, on_ready, h);
	return 0;
}

/* a pipe takes it at once: it is empty, and a question is short */
static int
ask(struct hasher *h, struct hashers_question *q)
{
	struct buf b = { 0 };
	int r;

	if (buf_reserve(&b, HASHING_QUESTION_MAX + 32) == -1 ||
	    hashing_put(&b, q->hash, q->password) == -1)
		return -1;
	r = write(h->to, buf_data(&b), buf_len(&b)) == (ssize_t)buf_len(&b);
	buf_wipe(&b);
	return r ? 0 : -1;
}

static void
on_restart(void *arg)
{
	struct hasher *h = arg;

	if (h->from == -1 && h->child.pid == 0 && start(h) == -1) {
		warn("unable to run auth-hash: %m");
		restart_failed(&h->restart);
		restart_wait(&h->restart, on_restart, h);
	}
	feed(h->all);
}

/* one that has nothing to do; NULL: none */
static struct hasher *
idle(struct hashers *a)
{
	struct hasher *h;

	for (h = a->one; h < a->one + a->n; h++)
		if (h->from != -1 && h->q == NULL)
			return h;
	for (h = a->one; h < a->one + a->n; h++)
		if (h->from == -1 && h->child.pid == 0 && !h->restart.waiting)
			restart_wait(&h->restart, on_restart, h);
	return NULL;
}

/* nobody will take them soon: not one child runs, and each has failed more
 * than once */
static int
is_hopeless(const struct hashers *a)
{
	const struct hasher *h;

	for (h = a->one; h < a->one + a->n; h++)
		if (h->from != -1 ||
		    h->restart.pause_ms <= HASHERS_RETRY_MIN_MS)
			return 0;
	return 1;
}

static void
feed(struct hashers *a)
{
	struct hashers_question *q;
	struct hasher *h;

	while (!a->stopped && a->line.first != NULL && (h = idle(a)) != NULL) {
		q = LIST_OF(list_take(&a->line), struct hashers_question, line);
		h->q = q;
		loop_timer_set(&h->timer, HASHERS_WAIT_MS, on_wait, h);
		if (ask(h, q) == -1)
			hang_up(h);
	}
	while (!a->stopped && is_hopeless(a) && a->line.first != NULL) {
		q = LIST_OF(list_take(&a->line), struct hashers_question, line);
		q->done(q, -1);
	}
}

void
hashers_init(struct hashers *a, unsigned n)
{
	unsigned i;

	memset(a, 0, sizeof *a);
	a->n = n;
	for (i = 0; i < n; i++) {
		a->one[i].all = a;
		a->one[i].to = a->one[i].from = -1;
		a->one[i].restart.first_ms = HASHERS_RETRY_MIN_MS;
		a->one[i].restart.max_ms = HASHERS_RETRY_MAX_MS;
	}
}

void
hashers_ask(struct hashers *a, struct hashers_question *q)
{
	list_append(&a->line, &q->line);
	feed(a);
}

void
hashers_stop(struct hashers *a)
{
	struct hasher *h;

	a->stopped = 1;
	for (h = a->one; h < a->one + a->n; h++) {
		restart_stop(&h->restart);
		loop_timer_stop(&h->timer);
		hang_up(h);
	}
}
