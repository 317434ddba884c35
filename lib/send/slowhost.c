#include "send/slowhost.h"
#include "base/clock.h"
#include "base/loop.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct slowhost {
	struct slowhosts *of;
	struct deadhost *dead;
	struct list_node node;
	struct loop_io io;
	struct loop_timer end;
	unsigned char key[SENDHOST_KEY];
	int fd;
};

static void
drop(struct slowhost *s)
{
	loop_io_stop(&s->io);
	loop_timer_stop(&s->end);
	close(s->fd);
	list_remove(&s->of->all, &s->node);
	s->of->n--;
	free(s);
}

static void
on_ready(void *arg, int events)
{
	struct slowhost *s = arg;
	socklen_t len = sizeof errno;
	int err = 0;

	(void)events;
	if (dial_stands(s->fd)) {
		deadhost_alive(s->dead, s->key, sizeof s->key);
	} else {
		if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
			err = errno;
		deadhost_failed(s->dead, s->key, sizeof s->key, clock_mono_ms(),
		    strerror(err));
	}
	drop(s);
}

static void
on_end(void *arg)
{
	struct slowhost *s = arg;

	deadhost_failed(s->dead, s->key, sizeof s->key, clock_mono_ms(),
	    "timeout (connect)");
	drop(s);
}

void
slowhost_keep(struct slowhosts *all, int fd, const struct sendhost *h,
    const struct sendsite *site, struct deadhost *dead, int64_t wait_ms)
{
	struct slowhost *s = calloc(1, sizeof *s);

	if (s == NULL || !sendhost_key(h, site, s->key)) {
		free(s);
		close(fd);
		return;
	}
	if (all->n >= SLOWHOST_MAX)
		drop(LIST_OF(all->all.first, struct slowhost, node));
	s->of = all;
	s->dead = dead;
	s->fd = fd;
	list_append(&all->all, &s->node);
	all->n++;
	loop_io_start(&s->io, fd, LOOP_WRITE, on_ready, s);
	loop_timer_set(&s->end, wait_ms > 0 ? wait_ms : 0, on_end, s);
}

void
slowhost_free(struct slowhosts *all)
{
	while (all->n > 0)
		drop(LIST_OF(all->all.first, struct slowhost, node));
}
