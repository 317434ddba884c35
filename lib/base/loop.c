#include "base/loop.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/*
 * Signals.  libev's own watchers forget a signal, and all later ones of its
 * number, when the one write fails that is to wake the loop.  Ours stand in a
 * flag, at which the loop looks whenever it wakes, and the signal itself has
 * ended its sleep.
 */
/* writes before a signal that comes just when the loop falls asleep waits for the
 * next time it wakes */
enum { WAKE_TRIES = 8 };
static struct loop_signal *signals;
static volatile sig_atomic_t caught[NSIG], some_caught;
static struct loop_io wake; /* an eventfd */
static int wake_fd = -1;

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

static void
wake_up(void)
{
	static const uint64_t one = 1;
	int i;

	for (i = 0; i < WAKE_TRIES; i++)
		if (write(wake_fd, &one, sizeof one) != -1)
			break;
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
	if (some_caught)
		wake_up();
}

static void
on_wake(struct ev_loop *l) EV_NOEXCEPT
{
	if (some_caught)
		ev_feed_event(l, &wake.io, EV_READ);
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
on_signal(int sig)
{
	int e = errno;

	caught[sig] = some_caught = 1;
	wake_up();
	errno = e;
}

static void
tell_caught(void *arg, int events)
{
	struct loop_signal *s;
	uint64_t n;
	int sig;

	(void)arg;
	(void)events;
	/* where this fails it is only called once more */
	if (read(wake_fd, &n, sizeof n) == -1)
		n = 0;
	some_caught = 0;
	for (sig = 1; sig < NSIG; sig++) {
		if (!caught[sig])
			continue;
		caught[sig] = 0;
		for (s = signals; s != NULL; s = s->next)
			if (s->sig == sig)
				s->caught(s->arg);
	}
}

void
loop_signal_start(struct loop_signal *s, int sig, void (*told)(void *),
    void *arg)
{
	struct sigaction a = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };

	if (wake_fd == -1) {
		wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (wake_fd == -1)
			die(EXIT_TEMP, "unable to make an eventfd: %m");
		loop_io_start(&wake, wake_fd, LOOP_READ, tell_caught, NULL);
		ev_unref(the_loop());
	}
	s->sig = sig;
	s->caught = told;
	s->arg = arg;
	s->next = signals;
	signals = s;
	sigfillset(&a.sa_mask);
	sigaction(sig, &a, NULL);
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
