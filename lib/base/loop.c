#include "base/loop.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <stdlib.h>

/* libev would abort() */
static void
on_error(const char *what)
{
	die(EXIT_TEMP, "%s: %m", what);
}

static void *
get_memory(void *p, long n)
{
	if (n == 0) {
		free(p);
		return NULL;
	}
	p = realloc(p, n);
	if (p == NULL)
		die(EXIT_TEMP, "out of memory");
	return p;
}

/*
 * About to sleep.  A failed epoll_ctl is told as an event that libev would
 * hand out only after the sleep, which may be long.
 */
static void
on_sleep(struct ev_loop *l) EV_NOEXCEPT
{
	if (ev_pending_count(l) > 0)
		ev_invoke_pending(l);
}

static void
on_wake(struct ev_loop *l) EV_NOEXCEPT
{
	(void)l;
}

/* made at first use; not libev's default loop, which reaps all children
 * itself, so that waitpid() elsewhere would find none */
static struct ev_loop *
the_loop(void)
{
	static struct ev_loop *l;

	if (l != NULL)
		return l;
	ev_set_allocator(get_memory);
	ev_set_syserr_cb(on_error);
	l = ev_loop_new(EVFLAG_NOENV);
	if (l == NULL)
		die(EXIT_TEMP, "unable to make an event loop: %m");
	ev_set_loop_release_cb(l, on_sleep, on_wake);
	return l;
}

static void
on_io(struct ev_loop *l, ev_io *w, int events)
{
	struct loop_io *io = (struct loop_io *)w;

	(void)l;
	/* epoll_ctl has failed: libev has dropped the watcher and nobody
	 * would hear of this descriptor again */
	if (events & EV_ERROR)
		die(EXIT_TEMP, "unable to watch descriptor %d: %m", w->fd);
	io->ready(io->arg, events & (EV_READ | EV_WRITE));
}

void
loop_io_start(struct loop_io *io, int fd, int events,
    void (*ready)(void *, int), void *arg)
{
	io->ready = ready;
	io->arg = arg;
	ev_io_init(&io->io, on_io, fd, events);
	if (events != 0)
		ev_io_start(the_loop(), &io->io);
}

void
loop_io_want(struct loop_io *io, int events)
{
	int old =
	    ev_is_active(&io->io) ? io->io.events & (EV_READ | EV_WRITE) : 0;

	if (old == events)
		return;
	ev_io_stop(the_loop(), &io->io);
	if (events == 0)
		return;
	ev_io_set(&io->io, io->io.fd, events);
	ev_io_start(the_loop(), &io->io);
}

void
loop_io_stop(struct loop_io *io)
{
	ev_io_stop(the_loop(), &io->io);
}

static void
on_timer(struct ev_loop *l, ev_timer *w, int events)
{
	struct loop_timer *t = (struct loop_timer *)w;

	(void)l;
	(void)events;
	t->expired(t->arg);
}

void
loop_timer_set(struct loop_timer *t, int64_t ms, void (*expired)(void *),
    void *arg)
{
	double s = (ms > 0 ? ms : 0) / 1000.0;

	/* active or not: it may have expired and not been told yet */
	ev_timer_stop(the_loop(), &t->timer);
	t->expired = expired;
	t->arg = arg;
	ev_now_update(the_loop()); /* from now, not from when the loop woke */
	if (clock_factor() > 1)
		s /= clock_factor();
	ev_timer_init(&t->timer, on_timer, s, 0.);
	ev_timer_start(the_loop(), &t->timer);
}

void
loop_timer_stop(struct loop_timer *t)
{
	ev_timer_stop(the_loop(), &t->timer);
}

static int in_hook;

static void
on_prepare(struct ev_loop *l, ev_prepare *w, int events)
{
	struct loop_hook *h = (struct loop_hook *)w;

	(void)l;
	(void)events;
	in_hook = 1;
	h->before(h->arg);
	in_hook = 0;
}

static void
start_hook(struct loop_hook *h, int priority, void (*before)(void *), void *arg)
{
	h->before = before;
	h->arg = arg;
	ev_prepare_init(&h->prepare, on_prepare);
	ev_set_priority(&h->prepare, priority);
	ev_prepare_start(the_loop(), &h->prepare);
	/* one that is started by another is called this time already */
	if (in_hook)
		ev_feed_event(the_loop(), &h->prepare, EV_PREPARE);
	/* a hook alone is no reason to go on */
	ev_unref(the_loop());
}

void
loop_hook_start(struct loop_hook *h, void (*before)(void *), void *arg)
{
	start_hook(h, 0, before, arg);
}

void
loop_hook_first(struct loop_hook *h, void (*before)(void *), void *arg)
{
	start_hook(h, EV_MAXPRI, before, arg);
}

void
loop_keep(int on)
{
	if (on)
		ev_ref(the_loop());
	else
		ev_unref(the_loop());
}

static void
on_signal(struct ev_loop *l, ev_signal *w, int events)
{
	struct loop_signal *s = (struct loop_signal *)w;

	(void)l;
	(void)events;
	s->caught(s->arg);
}

void
loop_signal_start(struct loop_signal *s, int sig, void (*caught)(void *),
    void *arg)
{
	s->caught = caught;
	s->arg = arg;
	ev_signal_init(&s->sig, on_signal, sig);
	ev_signal_start(the_loop(), &s->sig);
	ev_unref(the_loop());
}

void
loop_run(void)
{
	ev_run(the_loop(), 0);
}

void
loop_stop(void)
{
	ev_break(the_loop(), EVBREAK_ALL);
}
