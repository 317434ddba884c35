#include "dns/resolve.h"
#include "base/clock.h"
#include "dns/resolveprobe.h"
#include "dns/resolvewatch.h"

/* the first, or NULL */
static struct resolve_query *
first(const struct list *l)
{
	return (struct resolve_query *)l->first;
}

/* answers */

static void on_expired(void *);

/* wake up for the oldest question, or at once when `now` */
static void
set_timer(struct resolve *d, int now)
{
	if (d->flight.first == NULL && !now) {
		loop_timer_stop(&d->timer);
		return;
	}
	if (!now && loop_timer_active(&d->timer))
		return; /* early is no harm */
	loop_timer_set(&d->timer,
	    now ? 0 : first(&d->flight)->deadline_ms - clock_mono_ms(),
	    on_expired, d);
}

static void start_waiting(struct resolve *);

static void
finish(struct resolve_query *q, const struct resolve_answer *a)
{
	list_remove(&q->of->flight, &q->line);
	q->of->n_flight--;
	q->started = 0;
	q->done(q->arg, a);
}

static void
fail(struct resolve_query *q, const char *text)
{
	struct resolve_answer a = { .status = RESOLVE_FAILED, .text = text };

	finish(q, &a);
}

static void
on_answer(void *arg, const struct resolve_answer *a)
{
	finish(arg, a);
}

/* answers have been handed out, or others give them: who waits may have his
 * turn */
static void
go_on(void *arg)
{
	struct resolve *d = arg;

	start_waiting(d);
	set_timer(d, 0);
}

static void
on_expired(void *arg)
{
	struct resolve *d = arg;
	int64_t now = clock_mono_ms();
	struct resolve_query *q;
	const char *text;

	/* those that could not be asked have no id */
	while ((q = first(&d->flight)) != NULL &&
	    (q->asked.id == -1 || q->deadline_ms <= now)) {
		text = q->asked.id == -1 ? "the resolver cannot be started"
					 : "no answer in time";
		unboundctx_cancel(d->now, &q->asked);
		fail(q, text);
	}
	go_on(d);
}

/* questions */

static void
start(struct resolve *d, struct resolve_query *q)
{
	list_append(&d->flight, &q->line);
	d->n_flight++;
	q->asked = (struct unboundctx_question){ on_answer, q, -1 };
	q->started = 1;
	q->deadline_ms = clock_mono_ms() +
	    (d->deadline_ms > 0 ? d->deadline_ms : RESOLVE_DEADLINE_S * 1000);
	if (d->now == NULL ||
	    unboundctx_ask(d->now, &q->asked, q->name, q->type) == -1) {
		/* to the front: it is over */
		list_remove(&d->flight, &q->line);
		list_prepend(&d->flight, &q->line);
		set_timer(d, 1);
		return;
	}
	set_timer(d, 0);
}

/* may one more be asked? */
static int
has_room(const struct resolve *d)
{
	return d->n_flight < RESOLVE_FLIGHT_MAX &&
	    (d->now != NULL || d->probe == NULL);
}

static void
start_waiting(struct resolve *d)
{
	struct resolve_query *q;

	while (has_room(d) && (q = first(&d->waiting)) != NULL) {
		list_remove(&d->waiting, &q->line);
		start(d, q);
	}
}

void
resolve_ask(struct resolve *d, struct resolve_query *q)
{
	q->of = d;
	resolveprobe_other(d, q);
	d->go_on = go_on;
	resolvewatch_look(d);
	if (d->now == NULL && d->probe == NULL)
		resolveprobe_begin(d);
	if (has_room(d))
		start(d, q);
	else
		list_append(&d->waiting, &q->line);
}

void
resolve_cancel(struct resolve_query *q)
{
	struct resolve *d = q->of;

	if (!q->started) {
		list_remove(&d->waiting, &q->line);
		return;
	}
	unboundctx_cancel(d->now, &q->asked);
	list_remove(&d->flight, &q->line);
	d->n_flight--;
	q->started = 0;
	set_timer(d, 0);
}

int
resolve_validates(const struct resolve *d)
{
	return d->now == NULL ? -1 : d->validates;
}

/* settings */

int
resolve_server(struct resolve *d, const char *s)
{
	return resolveconf_server(&d->conf, s);
}

void
resolve_setup(struct resolve *d, const char *confdir)
{
	resolvewatch_begin(d, confdir);
}
