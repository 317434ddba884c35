#include "send/connrace.h"
#include "base/loop.h"
#include "send/hostlist.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct sendrace {
	void (*on_won)(struct sendconn *);
	struct sendhost host; /* that is tried beside */
	struct loop_timer delay;
	int64_t since_ms;
	struct loop_io io;
	int fd; /* its connection, -1: none */
};

static void
hang_up(struct sendrace *r)
{
	if (r->fd == -1)
		return;
	loop_io_stop(&r->io);
	close(r->fd);
	r->fd = -1;
}

static void on_ready(void *, int);
static void on_delay(void *);

/* is the next host behind h of a worse tier than the one that is slow?  There
 * is one */
static int
is_worse(const struct sendconn *c, const struct sendhost *h)
{
	const char *list = c->lead->mx;
	const unsigned char *tiers = c->lead->tiers;

	return tiers != NULL &&
	    tiers[hostlist_words(list, h->at)] >
	    tiers[hostlist_words(list, c->host.at) - 1];
}

/* is there another word in the list behind h? */
static int
has_next(const struct sendconn *c, const struct sendhost *h)
{
	const char *rest = c->lead->mx + h->at;

	return rest[strspn(rest, " ")] != '\0';
}

/* milliseconds until the next host behind h may be tried, -1: it never may */
static int64_t
patience(const struct sendconn *c, const struct sendhost *h)
{
	int64_t ms;

	if (!has_next(c, h))
		return -1;
	ms = is_worse(c, h) ? c->share->worse_ms : c->share->race_ms;
	return ms == 0 ? -1 : ms;
}

/* has the next host still to wait?  Then it does */
static int
is_early(struct sendconn *c)
{
	struct sendrace *r = c->race;
	int64_t ms = patience(c, &r->host);
	int64_t left = r->since_ms + ms - clock_mono_ms();

	if (ms != -1 && left > 0)
		loop_timer_set(&r->delay, left, on_delay, c);
	return ms == -1 || left > 0;
}

/* the next host of the list that can be tried; none is no fault */
static void
go_on(struct sendconn *c)
{
	struct sendconn_share *s = c->share;
	struct sendrace *r = c->race;
	enum sendhost_step step;

	r->fd = -1;
	do {
		if (is_early(c))
			return;
		step = sendhost_next(&r->host, c->lead->mx, c->site, &s->dead,
		    clock_mono_ms());
		if (step == SENDHOST_GOING)
			step = sendhost_dial(&r->host, c->site, &r->fd);
		if (step == SENDHOST_REFUSED)
			sendhost_failed(&r->host, c->site, &s->dead,
			    clock_mono_ms());
	} while (step == SENDHOST_SKIPPED || step == SENDHOST_REFUSED);
	if (step == SENDHOST_GOING)
		loop_io_start(&r->io, r->fd, LOOP_WRITE, on_ready, c);
}

static void
on_ready(void *arg, int events)
{
	struct sendconn *c = arg;
	struct sendrace *r = c->race;
	socklen_t len = sizeof errno;
	int err = 0;

	(void)events;
	if (dial_stands(c->fd)) {
		connrace_end(c);
		return;
	}
	if (dial_stands(r->fd)) {
		loop_io_stop(&r->io);
		r->on_won(c);
		return;
	}
	if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		err = errno;
	sendhost_fail(&r->host, "connect", "4.4.1", "%s (connect)%s",
	    strerror(err), "");
	sendhost_failed(&r->host, c->site, &c->share->dead, clock_mono_ms());
	hang_up(r);
	go_on(c);
}

static void
on_delay(void *arg)
{
	struct sendconn *c = arg;

	if (!c->heard && !c->stands && !dial_stands(c->fd))
		go_on(c);
}

void
connrace_start(struct sendconn *c, void (*on_won)(struct sendconn *))
{
	struct sendconn_share *s = c->share;

	if (patience(c, &c->host) == -1 || c->relay != NULL ||
	    s->n_races >= CONNRACE_MAX ||
	    (c->race = calloc(1, sizeof *c->race)) == NULL)
		return;
	s->n_races++;
	c->race->fd = -1;
	c->race->host.at = c->host.at;
	c->race->on_won = on_won;
	c->race->since_ms = clock_mono_ms();
	loop_timer_set(&c->race->delay, patience(c, &c->host), on_delay, c);
}

void
connrace_overtake(struct sendconn *c)
{
	struct sendrace *r = c->race;
	char *list = c->lead->mx;
	/* its word stands behind its address */
	size_t slow = strlen(c->host.ip + strlen(c->host.ip) + 1);
	size_t fast = strlen(r->host.ip + strlen(r->host.ip) + 1);
	char *behind;
	int fd = -1;

	/* one that others of its site reach is full, not dead */
	if (!c->share->ops->has_sibling(c))
		fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 0);
	behind = hostlist_up(list, c->lead->tiers, list + c->host.at - slow,
	    list + r->host.at - fast, fast);
	r->host.at = (uint32_t)(behind - list);
	if (fd != -1)
		slowhost_keep(&c->share->slow, fd, &c->host, c->site,
		    &c->share->dead, c->deadline_ms - clock_mono_ms());
}

int
connrace_take(struct sendconn *c)
{
	struct sendrace *r = c->race;
	struct sendfail *fail = c->host.fail;
	unsigned final = c->host.final, temp = c->host.temp;

	if (r == NULL || r->fd == -1)
		return 0;
	loop_io_stop(&r->io);
	free(r->host.fail);
	free(c->host.name);
	c->host = r->host;
	c->host.fail = fail;
	c->host.final = final;
	c->host.temp = temp;
	c->fd = r->fd;
	memset(&r->host, 0, sizeof r->host);
	r->fd = -1;
	connrace_end(c);
	return 1;
}

void
connrace_end(struct sendconn *c)
{
	struct sendrace *r = c->race;

	if (r == NULL)
		return;
	loop_timer_stop(&r->delay);
	hang_up(r);
	sendhost_free(&r->host);
	free(r);
	c->race = NULL;
	c->share->n_races--;
}
