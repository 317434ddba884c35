#include "sts/stsserve.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 65536 };

struct conn {
	struct list_node line; /* first */
	struct stsserve *serve;
	int fd;
	struct loop_io io;
	struct buf in, out;
	struct list questions;
};

struct question {
	struct stsbook_asker asker; /* first */
	struct list_node line;      /* of its connection */
	struct conn *conn;
	uint32_t n;
};

static void
forget(struct question *q)
{
	list_remove(&q->conn->questions, &q->line);
	free(q);
}

static void
drop(struct conn *c)
{
	struct stsserve *s = c->serve;
	struct question *q;

	while ((q = LIST_OF(c->questions.first, struct question, line)) !=
	    NULL) {
		stsbook_forget(s->book, &q->asker);
		forget(q);
	}
	loop_io_stop(&c->io);
	close(c->fd);
	buf_free(&c->in);
	buf_free(&c->out);
	list_remove(&s->conns, &c->line);
	free(c);
	acceptor_full(&s->acceptors, --s->n == STSSERVE_CONNS_MAX);
}

static void
want(struct conn *c)
{
	size_t n = buf_len(&c->out);

	loop_io_want(&c->io,
	    (n > 0 ? LOOP_WRITE : 0) | (n < STSSERVE_OUT_MAX ? LOOP_READ : 0));
}

/* what goes; that nobody reads it is heard of by reading */
static void
flush(struct conn *c)
{
	ssize_t n;

	while (buf_len(&c->out) > 0) {
		n = write(c->fd, buf_data(&c->out), buf_len(&c->out));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EAGAIN)
			buf_clear(&c->out);
		if (n == -1)
			break;
		buf_consume(&c->out, (size_t)n);
	}
	want(c);
}

static void
set_policy(struct stsline *l, const struct stsbook_domain *d)
{
	static struct stspolicy p;

	if (stspolicy_parse(&p, d->policy, d->policy_len) != NULL)
		return; /* cannot be: it was taken */
	l->mode = p.mode;
	memcpy(l->id, d->id, sizeof l->id);
	l->expires_s = d->expires_s;
	l->n_mx = p.n_mx;
	memcpy(l->mx, p.mx, p.n_mx * sizeof p.mx[0]);
}

void
stsserve_answer(struct stsbook_asker *a, const struct stsbook_domain *d)
{
	struct question *q = (struct question *)a;
	struct conn *c = q->conn;
	static struct stsline l;

	memset(&l, 0, sizeof l);
	l.n = q->n;
	if (stsbook_holds(d, clock_wall_s())) {
		set_policy(&l, d);
	} else {
		snprintf(l.fail, sizeof l.fail, "%s", d->why.fail);
		snprintf(l.text, sizeof l.text, "%s", d->why.text);
	}
	needs(stsline_put(&c->out, &l));
	forget(q);
	/* written from the event loop: questions may wait behind it */
	want(c);
}

static void
ask(struct conn *c, const struct stsline *l)
{
	struct question *q = need(calloc(1, sizeof *q));

	q->conn = c;
	q->n = l->n;
	list_append(&c->questions, &q->line);
	stsbook_ask(c->serve->book, &q->asker, l->ask, clock_wall_s());
}

/* whole lines, as long as there is room for answers: 1, there may be more of
 * them; -1, one is no question */
static int
take_all(struct conn *c)
{
	static struct stsline l;
	const char *lf;
	size_t n;

	while (buf_len(&c->in) > 0) {
		if (buf_len(&c->out) >= STSSERVE_OUT_MAX)
			return 1;
		lf = memchr(buf_data(&c->in), '\n', buf_len(&c->in));
		if (lf == NULL)
			return buf_len(&c->in) < STS_LINE_MAX ? 0 : -1;
		n = (size_t)(lf - buf_data(&c->in)) + 1;
		if (stsline_get(&l, buf_data(&c->in), n) == -1 ||
		    l.ask[0] == '\0')
			return -1;
		buf_consume(&c->in, n);
		ask(c, &l);
	}
	return 0;
}

/* until all is answered, or answers are not read; -1 as above */
static int
work(struct conn *c)
{
	int r;

	do {
		r = take_all(c);
		flush(c);
	} while (r == 1 && buf_len(&c->out) < STSSERVE_OUT_MAX);
	return r;
}

static void
on_ready(void *arg, int events)
{
	struct conn *c = arg;
	ssize_t n;

	if (events & LOOP_WRITE)
		flush(c);
	if (events & LOOP_READ) {
		n = fd_read_more(c->fd, &c->in, READ_BYTES);
		if (n == 0 || (n == -1 && errno != EAGAIN)) {
			drop(c);
			return;
		}
	}
	if (work(c) != -1)
		return;
	if (!c->serve->told)
		warn("a client speaks another protocol: connection ended");
	c->serve->told = 1;
	drop(c);
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct stsserve *s = arg;
	struct conn *c = need(calloc(1, sizeof *c));

	(void)ss;
	(void)port;
	c->serve = s;
	c->fd = fd;
	list_append(&s->conns, &c->line);
	loop_io_start(&c->io, fd, LOOP_READ, on_ready, c);
	acceptor_full(&s->acceptors, ++s->n == STSSERVE_CONNS_MAX);
}

void
stsserve_open(struct stsserve *s, int fd)
{
	s->acceptors.accepted = on_accepted;
	s->acceptors.arg = s;
	acceptor_add(&s->acceptors, fd);
}

void
stsserve_stop(struct stsserve *s)
{
	acceptor_stop(&s->acceptors);
	while (s->conns.first != NULL)
		drop((struct conn *)s->conns.first);
}
