#include "feedback/feedlink.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "feedback/feedevent.h"
#include "feedback/mailparts.h"
#include "format/envlines.h"
#include "mail/address.h"
#include <errno.h>
#include <string.h>

/* what waits for its events to be on disk: the state of a parcel */
struct feedwait {
	struct stage_parcel *p;
	struct feedwait *next;
	struct buf others; /* its envelope without our recipients */
	unsigned n_others;
	char id[FEEDEVENT_EID_LEN + 1];
};

static struct loop_hook hook;
static struct loop_timer ticks;

/* the message and its envelope */

static int
add(void *arg, const char *p, size_t n)
{
	return buf_put(arg, p, n);
}

static int
gather(struct stage_parcel *p, struct buf *m)
{
	needs(buf_put(m, buf_data(&p->front), buf_len(&p->front)));
	needs(buf_put(m, buf_data(&p->header), buf_len(&p->header)));
	if (!p->has_body)
		return 0;
	if (!p->long_header)
		needs(buf_putc(m, '\n'));
	return stage_read_body(p, add, m);
}

/* who sent it and what was found of him: as labels of events */
static void
gather_labels(const struct stage_parcel *p, struct buf *out)
{
	static const char *const keys[] = { "client", "spf", "dkim", "dmarc",
		"arc", NULL };
	static struct buf v;
	unsigned i;

	for (i = 0; keys[i] != NULL; i++)
		if (stage_env(p, keys[i], &v))
			needs(ltsv_show(out, keys[i], buf_data(&v),
			    buf_len(&v)));
}

static void
refuse(struct feedwait *w, const char *text)
{
	buf_free(&w->others);
	stage_refuse(w->p, RECEIPT_TEMP, text);
}

/* a recipient of ours: its events; 0, or -1 with errno */
static int
take(struct feedlink *f, struct feedwait *w, struct feedmail *m)
{
	size_t before = buf_len(&f->lines), i, n;
	const char *p, *lf;

	if (feedsite_take(f->site, m, &f->lines, w->id) == -1)
		return -1;
	p = buf_data(&f->lines) == NULL ? "" : buf_data(&f->lines) + before;
	for (i = before; i < buf_len(&f->lines); i += n, p += n) {
		lf = memchr(p, '\n', buf_len(&f->lines) - i);
		n = lf == NULL ? buf_len(&f->lines) - i : (size_t)(lf - p) + 1;
		if (factlog_put(&f->facts, p, n) == -1)
			return -1;
	}
	return 0;
}

/* all recipients: ours are taken, others remembered.  How many are ours, or
 * -1 with errno */
static long
each_recipient(struct feedlink *f, struct feedwait *w, struct feedmail *m,
    int act)
{
	const char *p = mailparts_bytes(&w->p->env).p,
		   *end = p + buf_len(&w->p->env);
	char value[PARCEL_LINE_MAX];
	struct parcel_line l;
	const char *line;
	long n, ours = 0;

	while (line = p, parcel_next(&p, end, &l) == 1) {
		if (parcel_is(&l, "to") &&
		    (n = envlines_value(&l, value)) != -1) {
			m->to.p = value;
			m->to.n = address_plain(value,
			    parcel_address(value, (size_t)n), value);
			if (conffeedback_look(&f->table, value, m->to.n,
				&m->address) == -1) {
				errno = EIO;
				return -1;
			}
			if (m->address.kind != CONFFEEDBACK_NONE) {
				ours++;
				if (act && take(f, w, m) == -1)
					return -1;
				continue;
			}
			w->n_others += !act;
		}
		if (!act)
			needs(buf_put(&w->others, line, (size_t)(p - line)));
	}
	return ours;
}

static void
no_room(struct feedwait *w)
{
	warn("unable to keep what came back: %m");
	refuse(w, "4.3.1 no room for reports, try again later");
}

static void
take_all(struct feedlink *f, struct feedwait *w)
{
	static struct buf message, labels, from;
	struct feedmail m = { .table = &f->table };
	long r;

	buf_clear(&message);
	buf_clear(&labels);
	gather_labels(w->p, &labels);
	stage_env(w->p, "from", &from);
	needs(buf_putc(&from, '\0'));
	if (gather(w->p, &message) == -1)
		die(EXIT_TEMP, "unable to read back the message: %m");
	m.p = mailparts_bytes(&message).p;
	m.n = buf_len(&message);
	m.labels = (struct slice){ buf_data(&labels), buf_len(&labels) };
	m.from = (struct slice){ buf_data(&from), buf_len(&from) - 1 };
	buf_clear(&f->lines);
	r = each_recipient(f, w, &m, 1);
	if (r == -1) {
		no_room(w);
		return;
	}
	if (f->first == NULL)
		loop_keep(1);
	w->next = NULL;
	*f->last = w;
	f->last = &w->next;
}

static void
on_whole(struct stage_parcel *p)
{
	struct feedlink *f = stage_arg(p);
	struct feedwait *w = p->state;
	struct feedmail m = { .n = 0 };
	static struct buf probe;
	long ours;

	w->p = p;
	/* from wherever: a machine of ours may hand on what came to it, and
	 * our own people unsubscribe, too */
	if (stage_env(p, "probe", &probe)) {
		stage_pass(p);
		return;
	}
	f->check();
	ours = each_recipient(f, w, &m, 0);
	if (ours == -1)
		refuse(w, "4.3.5 the table of addresses is damaged");
	else if (ours > 0)
		take_all(f, w);
	else
		stage_pass(p);
}

static void
on_forget(struct stage_parcel *p)
{
	struct feedwait *w = p->state;

	buf_free(&w->others);
}

static const struct stage_ops ops = { .state_size = sizeof(struct feedwait),
	.whole = on_whole,
	.forget = on_forget };

/* a batch */

static void
answer(struct feedwait *w)
{
	struct buf env = w->p->env;

	if (w->n_others == 0) {
		stage_refuse(w->p, RECEIPT_OK, w->id);
		return;
	}
	w->p->env = w->others;
	w->others = env;
	stage_pass(w->p);
}

/* lines that are long in the log get their mark while nothing comes */
static void
on_tick(void *arg)
{
	struct feedlink *f = arg;

	factlog_tick(&f->facts, clock_mono_ms());
	if (f->facts.logged < f->facts.base + f->facts.size)
		loop_timer_set(&ticks, FACTLOG_MARK_MS, on_tick, f);
}

static void
on_hook(void *arg)
{
	struct feedlink *f = arg;
	struct feedwait *w = f->first, *next;
	int r;

	if (w == NULL)
		return;
	f->first = NULL;
	f->last = &f->first;
	r = factlog_sync(&f->facts, clock_mono_ms());
	if (r == -1)
		warn("unable to keep what came back: %m");
	/* what anybody is told stands in the log */
	event_flush();
	for (; w != NULL; w = next) {
		next = w->next;
		if (r == 0)
			answer(w);
		else
			refuse(w, "4.3.1 no room for reports, try again later");
	}
	if (!loop_timer_active(&ticks))
		loop_timer_set(&ticks, FACTLOG_MARK_MS, on_tick, f);
	loop_keep(0);
}

int
feedlink(struct feedlink *f, char *const next[])
{
	f->first = NULL;
	f->last = &f->first;
	f->stage.ops = &ops;
	f->stage.arg = f;
	event_gather();
	loop_hook_first(&hook, on_hook, f);
	return stage_link(&f->stage, next);
}
