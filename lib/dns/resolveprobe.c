#include "dns/resolveprobe.h"
#include "base/die.h"
#include "base/fd.h"
#include <string.h>

/* what came of the question for the keys: no answer, good ones, some without
 * signatures, an answer that is none; and then, of another question: it alone
 * was answered */
enum { UNKNOWN, SIGNED, STRIPPED, REFUSED, WITHHELD };

/* one in the place that is free; NULL: it cannot be made */
static struct unboundctx *
make(struct resolve *d, int checks)
{
	struct unboundctx *c = &d->context[d->context[0].ctx != NULL];

	fd_limit_raise();
	return unboundctx_open(c, &d->conf, checks, d->go_on, d) == -1 ? NULL
								       : c;
}

/* another context answers from now on, those under way as well */
static void
change(struct resolve *d, struct unboundctx *to)
{
	struct resolve_query *q;

	while ((q = (struct resolve_query *)d->flight.first) != NULL) {
		if (d->now != NULL)
			unboundctx_cancel(d->now, &q->asked);
		list_remove(&d->flight, &q->line);
		d->n_flight--;
		q->started = 0;
		list_append(&d->waiting, &q->line);
	}
	if (d->now != NULL)
		unboundctx_close(d->now);
	d->now = to;
}

/* is there a signature on the keys? */

static void probe(void *);
static int probe_other(struct resolve *);

/* one, and not only that there will be none */
static int
is_answer(const struct resolve_answer *a)
{
	return a->status != RESOLVE_FAILED || a->bogus;
}

/* not from within the context, which may go */
static void
probed(struct resolve *d)
{
	loop_timer_set(&d->probe_timer, 0, d->probe_timer.expired, d);
}

static void
on_keys(void *arg, const struct resolve_answer *a)
{
	struct resolve *d = arg;

	if (is_answer(a))
		d->found = a->secure ? SIGNED : STRIPPED;
	else if (a->refused)
		d->found = REFUSED;
	probed(d);
}

static void
on_other(void *arg, const struct resolve_answer *a)
{
	struct resolve *d = arg;

	if (is_answer(a))
		d->found = WITHHELD;
	probed(d);
}

/* those without signatures, or keys: nothing can be checked */
static void
go_without(struct resolve *d)
{
	unboundctx_close(d->probe);
	d->probe = NULL;
	if (d->validates == 0)
		return;
	warn("the name servers %s: DNSSEC is not validated, DANE is not "
	     "possible",
	    d->found == WITHHELD ? "answer, but not for the keys"
				 : "hand on no signatures");
	d->validates = 0;
	change(d, NULL);
	d->now = make(d, 0);
}

/* those with signatures */
static void
go_with(struct resolve *d)
{
	if (d->validates == 1) {
		unboundctx_close(d->probe);
	} else {
		if (d->validates == 0)
			info("the name servers hand on signatures again: "
			     "DNSSEC is validated");
		change(d, d->probe);
		d->validates = 1;
	}
	d->probe = NULL;
}

/* no answer to any question: an outage strips nothing */
static void
go_on(struct resolve *d)
{
	struct unboundctx *c = d->probe;

	d->probe = NULL;
	if (c != NULL && (d->now != NULL || !c->checks)) {
		unboundctx_close(c);
		c = NULL;
	}
	if (d->now != NULL)
		return;
	warn("no answer for the keys of %s: no name is known until there is "
	     "one",
	    d->zone);
	d->validates = 1;
	d->now = c != NULL ? c : make(d, 1);
}

static void
on_probed(void *arg)
{
	struct resolve *d = arg;

	unboundctx_cancel(d->probe, &d->probe_question);
	if (d->found == REFUSED && probe_other(d) == 0)
		return;
	if (d->found == STRIPPED || d->found == WITHHELD)
		go_without(d);
	else if (d->found == SIGNED)
		go_with(d);
	else
		go_on(d);
	if (d->found != SIGNED)
		loop_timer_set(&d->probe_timer,
		    1000 *
			(d->found == STRIPPED ? RESOLVE_AGAIN_S
					      : RESOLVE_UNSURE_S),
		    probe, d);
	d->go_on(d);
}

/* the question of a probe, in a context of its own: 0, or -1: there is none */
static int
probe_ask(struct resolve *d, int checks, const char *name, int type,
    void (*done)(void *, const struct resolve_answer *))
{
	d->found = UNKNOWN;
	d->probe_question = (struct unboundctx_question){ done, d, -1 };
	d->probe = make(d, checks);
	if (d->probe != NULL &&
	    unboundctx_ask(d->probe, &d->probe_question, name, type) == -1) {
		unboundctx_close(d->probe);
		d->probe = NULL;
	}
	if (d->probe == NULL)
		return -1;
	loop_timer_set(&d->probe_timer,
	    d->probe_ms > 0 ? d->probe_ms : RESOLVE_PROBE_MS, on_probed, d);
	return 0;
}

/*
 * They have answered that they do not tell the keys.  Who cannot tell them to
 * anybody, though he answers what else he is asked, cannot be waited for; who
 * answers nothing has an outage.  He is asked what somebody wants to know, as
 * that is what he is there for.
 */
static int
probe_other(struct resolve *d)
{
	if (d->other[0] == '\0')
		return -1;
	unboundctx_close(d->probe);
	return probe_ask(d, 0, d->other, d->other_type, on_other);
}

/* whose keys are they?  0, or -1: that cannot be read, perhaps not now */
static int
has_zone(struct resolve *d)
{
	return d->zone[0] != '\0'
	    ? 0
	    : resolveconf_zone(resolveconf_keys(&d->conf), d->zone);
}

static void
probe(void *arg)
{
	struct resolve *d = arg;

	if (has_zone(d) == -1 ||
	    probe_ask(d, 1, d->zone, RESOLVE_DNSKEY, on_keys) == -1)
		loop_timer_set(&d->probe_timer, 1000 * RESOLVE_UNSURE_S, probe,
		    d);
}

static void
pause_over(void *arg)
{
	(void)arg;
}

/* keys that cannot be used are looked at again by a question, not by each */
static void
begin_strict(struct resolve *d)
{
	if (loop_timer_active(&d->probe_timer))
		return;
	d->validates = 1;
	d->now = make(d, 1);
	if (d->now != NULL)
		return;
	warn("no use of the keys in %s: no name is known until they are good",
	    resolveconf_keys(&d->conf));
	loop_timer_set(&d->probe_timer, 1000 * RESOLVE_UNSURE_S, pause_over, d);
}

/* 1: whether answers can be checked is about to be known */
static int
can_tell(struct resolve *d)
{
	const char *keys = resolveconf_keys(&d->conf);

	if (has_zone(d) == -1)
		warn("no trust anchor: DANE is not possible (install "
		     "dns-root-data): %s: %m",
		    keys);
	d->validates = -1;
	probe(d);
	if (d->probe == NULL && d->zone[0] != '\0')
		warn("no use of the keys in %s: DNSSEC is not "
		     "validated, DANE is not possible",
		    keys);
	return d->probe != NULL;
}

/* keys that cannot be used are looked at again by and by, not by each question;
 * who has checked does not stop for want of memory */
static void
begin_auto(struct resolve *d)
{
	if ((d->validates != 0 || !loop_timer_active(&d->probe_timer)) &&
	    can_tell(d))
		return;
	d->validates = 0;
	d->now = make(d, 0);
}

void
resolveprobe_begin(struct resolve *d)
{
	if (d->conf.validate == RESOLVECONF_YES)
		begin_strict(d);
	else if (d->conf.validate == RESOLVECONF_AUTO)
		begin_auto(d);
	else
		d->now = make(d, 0);
}

void
resolveprobe_again(struct resolve *d)
{
	if (d->probe != NULL) {
		unboundctx_cancel(d->probe, &d->probe_question);
		unboundctx_close(d->probe);
		d->probe = NULL;
	}
	loop_timer_stop(&d->probe_timer);
	change(d, NULL);
	d->validates = 0;
	d->found = UNKNOWN;
	d->zone[0] = '\0';
	if (d->waiting.first == NULL)
		return;
	resolveprobe_begin(d);
	d->go_on(d);
}

void
resolveprobe_other(struct resolve *d, const struct resolve_query *q)
{
	size_t n = strlen(q->name);

	if (d->conf.validate != RESOLVECONF_AUTO || d->found == SIGNED ||
	    n >= sizeof d->other)
		return;
	memcpy(d->other, q->name, n + 1);
	d->other_type = q->type;
}
