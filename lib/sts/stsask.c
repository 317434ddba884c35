#include "sts/stsask.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "base/restart.h"
#include "base/seldom.h"
#include "chain/dial.h"
#include "sts/stsline.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 65536 };

static const char prefix[] = "unix:";

static struct {
	const char *path; /* NULL: nobody is asked */
	int64_t wait_ms;
	int fd; /* -1: no connection */
	struct loop_io io;
	struct buf in, out;
	struct restart restart;
	struct loop_timer timer;
	struct list flight; /* asked, the oldest first */
	struct list lost;   /* to be told that nothing is known */
	unsigned n_flight;
	uint32_t last;
	struct seldom told;
	unsigned answered : 1; /* on this connection */
} s = { .fd = -1 };

static struct stsask_query *
of(struct list_node *n)
{
	return LIST_OF(n, struct stsask_query, line);
}

void
sts_answer_free(struct sts_answer *a)
{
	free(a->mx);
	free(a->text);
	memset(a, 0, sizeof *a);
}

/* the end of a question */

static void
nothing_known(struct stsask_query *q)
{
	struct sts_answer a = { .unknown = 1 };

	q->done(q->arg, &a);
}

static void on_time(void *);

/* for the oldest question, or at once */
static void
set_timer(void)
{
	const struct stsask_query *q = of(s.flight.first);
	int64_t ms = 0;

	if (s.lost.first == NULL && q == NULL) {
		loop_timer_stop(&s.timer);
		return;
	}
	if (s.lost.first == NULL)
		ms = q->deadline_ms - clock_mono_ms();
	loop_timer_set(&s.timer, ms, on_time, NULL);
}

static void
land(struct stsask_query *q)
{
	list_remove(&s.flight, &q->line);
	s.n_flight--;
	q->asked = 0;
}

static void
lose(struct stsask_query *q)
{
	land(q);
	list_append(&s.lost, &q->line);
}

/* a warning, but not for each question */
static void
tell(const char *why)
{
	if (seldom(&s.told, clock_mono_ms(), STSASK_TELL_MS))
		warn("no answer from sts-fetch at %s: %s", s.path, why);
}

static void
disconnect(void)
{
	loop_io_stop(&s.io);
	close(s.fd);
	s.fd = -1;
	s.answered = 0;
	buf_free(&s.in);
	buf_free(&s.out);
}

/* what was asked on it is lost */
static void
hang_up(const char *why)
{
	tell(why);
	disconnect();
	restart_failed(&s.restart);
	while (s.flight.first != NULL)
		lose(of(s.flight.first));
	set_timer();
}

static void
on_time(void *arg)
{
	int64_t now = clock_mono_ms();
	struct stsask_query *q;
	struct list_node *l;
	size_t n = 0;

	(void)arg;
	while ((q = of(s.flight.first)) != NULL && q->deadline_ms <= now) {
		tell("no answer in time");
		lose(q);
	}
	/* only those of now: done() may ask again, and be lost again */
	for (l = s.lost.first; l != NULL; l = l->next)
		n++;
	while (n-- > 0 && s.lost.first != NULL)
		nothing_known(of(list_take(&s.lost)));
	set_timer();
}

/* answers */

static struct stsask_query *
find(uint32_t n)
{
	struct list_node *l;

	for (l = s.flight.first; l != NULL; l = l->next)
		if (of(l)->n == n)
			return of(l);
	return NULL;
}

/* patterns with memory of their own */
static void
copy_mx(struct sts_answer *a, const struct stsline *l)
{
	size_t n = 0;
	unsigned i;
	char *p;

	if (l->n_mx == 0)
		return;
	for (i = 0; i < l->n_mx; i++)
		n += l->mx[i].n;
	a->mx = need(calloc(l->n_mx, sizeof *a->mx));
	a->text = p = need(malloc(n));
	a->n_mx = l->n_mx;
	for (i = 0; i < l->n_mx; i++) {
		memcpy(p, l->mx[i].p, l->mx[i].n);
		a->mx[i].p = p;
		a->mx[i].n = l->mx[i].n;
		p += l->mx[i].n;
	}
}

static void
take(const struct stsline *l)
{
	struct stsask_query *q = find(l->n);
	struct sts_answer a = { .mode = l->mode, .expires_s = l->expires_s };

	restart_good(&s.restart);
	seldom_good(&s.told);
	s.answered = 1;
	if (q == NULL)
		return; /* too late, or of no use any more */
	memcpy(a.id, l->id, sizeof a.id);
	copy_mx(&a, l);
	land(q);
	q->done(q->arg, &a);
}

static void
take_all(void)
{
	static struct stsline l;
	const char *p, *lf;
	size_t n;

	while (s.fd != -1 && buf_len(&s.in) > 0) {
		p = buf_data(&s.in);
		lf = memchr(p, '\n', buf_len(&s.in));
		if (lf == NULL && buf_len(&s.in) < STS_LINE_MAX)
			break;
		n = lf == NULL ? 0 : (size_t)(lf - p) + 1;
		if (n == 0 || stsline_get(&l, p, n) == -1 || l.ask[0] != '\0') {
			hang_up("it speaks another protocol");
			return;
		}
		/* the line is read: it may go with the connection */
		take(&l);
		if (s.fd != -1)
			buf_consume(&s.in, n);
	}
}

/* the connection */

static void
want(void)
{
	loop_io_want(&s.io, LOOP_READ | (buf_len(&s.out) > 0 ? LOOP_WRITE : 0));
}

static void
flush(void)
{
	ssize_t n;

	while (buf_len(&s.out) > 0) {
		n = write(s.fd, buf_data(&s.out), buf_len(&s.out));
		if (n == -1 && errno == EINTR)
			continue;
		/* that nobody reads it is heard of by reading */
		if (n == -1)
			break;
		buf_consume(&s.out, (size_t)n);
	}
	want();
}

static void
on_ready(void *arg, int events)
{
	ssize_t n;

	(void)arg;
	if (events & LOOP_WRITE)
		flush();
	if (!(events & LOOP_READ))
		return;
	n = fd_read_more(s.fd, &s.in, READ_BYTES);
	if (n == -1 && errno == EAGAIN)
		return;
	/* it may end when nothing is asked on it: it is started anew */
	if (n <= 0 && s.answered && s.flight.first == NULL)
		disconnect();
	else if (n <= 0)
		hang_up(n == 0 ? "it has ended" : strerror(errno));
	else
		take_all();
	set_timer();
}

/* is there a connection?  One is made when its time has come */
static int
connected(void)
{
	if (s.fd != -1)
		return 1;
	if (s.path == NULL || clock_mono_ms() < s.restart.at_ms)
		return 0;
	s.fd = dial_path(s.path);
	if (s.fd == -1) {
		tell(strerror(errno));
		restart_failed(&s.restart);
		return 0;
	}
	loop_io_start(&s.io, s.fd, LOOP_READ, on_ready, NULL);
	return 1;
}

int
stsask_setup(const char *address, int64_t wait_ms)
{
	size_t n = sizeof prefix - 1;

	s.path = NULL;
	s.wait_ms = wait_ms;
	s.restart.first_ms = STSASK_AGAIN_MIN_MS;
	s.restart.max_ms = STSASK_AGAIN_MAX_MS;
	if (address == NULL)
		return 0;
	if (strncmp(address, prefix, n) != 0 || address[n] == '\0' ||
	    strlen(address + n) > DIAL_PATH_MAX)
		return -1;
	s.path = address + n;
	return 0;
}

void
stsask(struct stsask_query *q, const char *domain, size_t n)
{
	static struct stsline l;

	q->n = ++s.last;
	l.n = q->n;
	q->asked = 0;
	if (s.n_flight == STSASK_FLIGHT_MAX ||
	    stsline_domain(l.ask, domain, n) == -1 || !connected()) {
		list_append(&s.lost, &q->line);
		set_timer();
		return;
	}
	q->asked = 1;
	q->deadline_ms = clock_mono_ms() + s.wait_ms;
	list_append(&s.flight, &q->line);
	s.n_flight++;
	needs(stsline_put(&s.out, &l));
	flush();
	set_timer();
}

void
stsask_cancel(struct stsask_query *q)
{
	if (q->asked)
		land(q);
	else if (q->line.prev != NULL || q->line.next != NULL ||
	    s.lost.first == &q->line)
		list_remove(&s.lost, &q->line);
	set_timer();
}
