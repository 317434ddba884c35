#include "dns/dnsrun.h"
#include <string.h>

static void step(struct dnsrun *);

static void
on_answer(void *arg, const struct resolve_answer *r)
{
	struct dnsrun *l = arg;
	struct dnsa a = { DNSA_FAILED, r->n, r->data, r->len, r->text };

	switch (r->status) {
	case RESOLVE_OK: a.status = DNSA_OK; break;
	case RESOLVE_NONE: a.status = DNSA_NONE; break;
	case RESOLVE_NXDOMAIN: a.status = DNSA_NXDOMAIN; break;
	case RESOLVE_FAILED: break;
	}
	l->running = 0;
	l->ops->answer(l->machine, &a);
	step(l);
}

static void
on_late(void *arg)
{
	struct dnsrun *l = arg;
	struct dnsa a = { DNSA_FAILED, 0, NULL, NULL, "no answer in time" };

	l->late = 1;
	if (!l->running)
		return;
	resolve_cancel(&l->query);
	l->running = 0;
	l->ops->answer(l->machine, &a);
	step(l);
}

/* on to the next question */
static void
step(struct dnsrun *l)
{
	struct dnsa a = { DNSA_FAILED, 0, NULL, NULL, "no answer in time" };

	while (l->ops->want(l->machine, &l->q)) {
		if (!l->late && l->asked++ < DNSRUN_ASKED_MAX) {
			l->running = 1;
			l->query.name = l->q.name;
			l->query.type = l->q.type;
			resolve_ask(l->dns, &l->query);
			return;
		}
		l->ops->answer(l->machine, &a);
	}
	loop_timer_stop(&l->timer);
	l->done(l->arg);
}

void
dnsrun_start(struct dnsrun *l, struct resolve *dns,
    const struct dnsrun_machine *ops, void *machine, int64_t deadline_ms,
    void (*done)(void *), void *arg)
{
	memset(l, 0, sizeof *l);
	l->dns = dns;
	l->ops = ops;
	l->machine = machine;
	l->done = done;
	l->arg = arg;
	l->query.done = on_answer;
	l->query.arg = l;
	loop_timer_set(&l->timer, deadline_ms, on_late, l);
	step(l);
}

static void
on_done(void *arg)
{
	*(int *)arg = 1;
	loop_stop();
}

void
dnsrun_now(struct resolve *dns, const struct dnsrun_machine *ops, void *machine,
    int64_t deadline_ms)
{
	struct dnsrun l;
	int over = 0;

	dnsrun_start(&l, dns, ops, machine, deadline_ms, on_done, &over);
	if (!over)
		loop_run();
}

void
dnsrun_cancel(struct dnsrun *l)
{
	if (l->running)
		resolve_cancel(&l->query);
	l->running = 0;
	loop_timer_stop(&l->timer);
}
