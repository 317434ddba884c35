#include "queue/auditparts.h"
#include <string.h>

static int
accepted(struct audit *a, const char *id, const struct ltsv *l)
{
	struct audit_message *m = a->second ? audit_find(a, id) : NULL;
	const struct ltsv_field *tenant;
	uint64_t n;

	if (a->second && (m == NULL || m->accepted > 0))
		return 0;
	if (ltsv_num(l, "rcpts", 1, MESSAGE_RCPTS_MAX, &n) == -1) {
		audit_damaged(a);
		return 0;
	}
	if (m == NULL)
		m = audit_get(a, id);
	if (m == NULL || audit_widen(m, n - 1) == -1)
		return -1;
	tenant = a->by_tenant ? ltsv_find(l, "tenant") : NULL;
	if (tenant != NULL && tenant->value_len > 0 && m->tenant == 0) {
		m->tenant = audit_tenant(a, tenant->value, tenant->value_len);
		if (m->tenant == 0)
			return -1;
	}
	if (m->accepted > 0)
		m->again = 1;
	if (n > m->accepted)
		m->accepted = n;
	return 0;
}

static void
ended(struct audit *a, struct audit_fate *f, unsigned end)
{
	if ((f->flags & FATE_END) == 0) {
		f->flags |= end;
		f->stops = a->stops;
		f->breaks = a->breaks;
		return;
	}
	if (a->second)
		return;
	f->flags |= FATE_TWICE;
	/* a stop in between, or an attempt in doubt before, explains it */
	if (f->stops == a->stops && !(f->flags & FATE_DOUBT) && a->stops < 255)
		f->flags |= FATE_STRANGE;
	f->stops = a->stops;
}

static int
is_replay(const struct ltsv *l)
{
	return ltsv_is(ltsv_find(l, "replay"), "1");
}

static int
of_recipient(struct audit *a, const char *id, const struct ltsv *l,
    unsigned end)
{
	struct audit_message *m =
	    a->second ? audit_find(a, id) : audit_get(a, id);
	uint64_t n;

	if (a->second && m == NULL)
		return 0;
	if (ltsv_num(l, "n", 0, MESSAGE_RCPTS_MAX - 1, &n) == -1) {
		audit_damaged(a);
		return 0;
	}
	if (m == NULL || audit_widen(m, n) == -1)
		return -1;
	if (end == 0 || ltsv_is(ltsv_find(l, "doubt"), "1"))
		audit_fates(m)[n].flags |= FATE_DOUBT;
	/* queue-run says again what it may not have said before a crash */
	if (is_replay(l) && audit_fates(m)[n].flags & FATE_END)
		return 0;
	if (end == 0 || end == FATE_END)
		return 0;
	/* it came to its end after we had looked into the queue */
	if (a->second && audit_fates(m)[n].flags & FATE_IN_QUEUE)
		return 0;
	ended(a, &audit_fates(m)[n], end);
	return a->second ? 0 : audit_remember(a, m, n);
}

/* of what takes mail in; what stopped in order has lost nothing */
static int
of_receiver(struct audit *a, const struct ltsv *l, int start, int64_t before_s)
{
	const struct ltsv_field *prog = ltsv_find(l, "prog");
	int in_order = 0,
	    *stopped = ltsv_is(prog, "smtp-recv") ? &a->recv_stopped
	    : ltsv_is(prog, "queue-inject")       ? &a->inject_stopped
						  : &in_order;

	if (start && ltsv_find(l, "link") != NULL)
		return audit_restarted(a, before_s);
	in_order = *stopped;
	*stopped = !start;
	return start && !in_order ? audit_restarted(a, before_s) : 0;
}

static int
of_program(struct audit *a, const struct ltsv *l, int start, int64_t before_s)
{
	int killed = start && a->running, sudden = killed;
	uint64_t u;

	if (a->second)
		return 0;
	if (!ltsv_is(ltsv_find(l, "prog"), "queue-run"))
		return of_receiver(a, l, start, before_s);
	if (!start)
		sudden = ltsv_num(l, "unanswered", 1, UINT64_MAX, &u) == 0;
	a->running = start;
	if (sudden && a->stops < 255)
		a->stops++;
	if (sudden)
		audit_sudden_stop(a);
	buf_clear(&a->recent);
	if (killed && audit_went_on(a) == -1)
		return -1;
	return sudden ? audit_restarted(a, before_s) : 0;
}

/* the first event behind a file that broke off, or behind zeros or half a
 * line, in whose place others may have been */
static int
mend(struct audit *a, int64_t before_s)
{
	int broken = a->broken;

	if ((!broken && !a->torn) || a->now_s == 0)
		return 0;
	a->broken = a->torn = 0;
	if (a->has_run && audit_went_on(a) == -1)
		return -1;
	return broken ? audit_restarted(a, before_s) : 0;
}

static int64_t
later(int64_t s, int64_t t)
{
	return s > t ? s : t;
}

/* from when on the logs are complete: what rotation has removed is not */
static void
reach(struct audit *a, const struct ltsv *l, int start)
{
	const struct ltsv_field *prog;

	if (a->now_s == 0)
		return;
	if (a->from_s == 0)
		a->from_s = a->now_s;
	a->to_s = later(a->to_s, a->now_s);
	a->end_s = later(a->end_s, a->now_s);
	if (a->has_run && a->has_inject)
		return;
	prog = ltsv_find(l, "prog");
	if (!a->has_inject &&
	    (ltsv_is(prog, "queue-inject") ||
		ltsv_is(ltsv_find(l, "ev"), "accepted"))) {
		a->has_inject = 1;
		a->accepted_from_s = later(a->accepted_from_s, a->from_s);
	}
	if (!a->has_run && ltsv_is(prog, "queue-run")) {
		a->has_run = 1;
		if (!start)
			a->ended_from_s = later(a->ended_from_s, a->now_s);
	}
}

/* what tells of a message is damaged when its id is none */
static int
of_message(struct audit *a, const struct ltsv *l, const struct ltsv_field *ev)
{
	enum { ACCEPTED = FATE_END + 1 };
	static const struct {
		const char *ev;
		unsigned end;
	} kinds[] = { { "accepted", ACCEPTED }, { "sent", FATE_SENT },
		{ "bounced", FATE_BOUNCED }, { "expired", FATE_EXPIRED },
		{ "deleted", FATE_DELETED }, { "duplicate", 0 },
		{ "deferred", FATE_END } };
	const struct ltsv_field *id;
	unsigned i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ltsv_is(ev, kinds[i].ev))
			break;
	if (i == sizeof kinds / sizeof *kinds)
		return 0;
	id = ltsv_find(l, "id");
	if (id == NULL || id->value_len != NAME_LEN ||
	    name_check(id->value, NAME_LEN) == -1) {
		audit_damaged(a);
		return 0;
	}
	return kinds[i].end == ACCEPTED
	    ? accepted(a, id->value, l)
	    : of_recipient(a, id->value, l, kinds[i].end);
}

/* of an event that is one */
static int
take(struct audit *a, const struct ltsv *l, const struct ltsv_field *ev)
{
	int64_t before_s = a->to_s;
	int start = ltsv_is(ev, "started"), r;

	a->events += !a->second;
	/* what is said again is of an earlier time than its place */
	if (!a->second && !is_replay(l)) {
		a->last_s = a->now_s;
		a->now_s = audit_seconds(ltsv_find(l, "ts"));
		if (mend(a, before_s) == -1)
			return -1;
		reach(a, l, start);
	}
	if (start || ltsv_is(ev, "stopped"))
		r = of_program(a, l, start, before_s);
	else
		r = of_message(a, l, ev);
	audit_suspects_old(a);
	return r;
}

int
audit_event(struct audit *a, const char *line, size_t n)
{
	struct ltsv l;
	const struct ltsv_field *ev;
	const char *at = audit_event_start(a, line, n);

	if (at == NULL)
		return 0;
	if (ltsv_parse(at, n - (at - line), &l) == -1 ||
	    (ev = ltsv_find(&l, "ev")) == NULL) {
		/* zeros in it are said */
		if (memchr(at, '\0', n - (at - line)) == NULL)
			audit_damaged(a);
		return 0;
	}
	return take(a, &l, ev);
}

void
audit_log_begin(struct audit *a)
{
	a->from_s = a->to_s = 0;
	a->has_run = a->has_inject = 0;
	a->recv_stopped = a->inject_stopped = a->broken = a->torn = 0;
	a->loose += a->suspects;
	a->suspects = 0;
}

void
audit_log_end(struct audit *a, enum audit_queue q, int64_t read_s)
{
	a->by_log = q == AUDIT_QUEUE_UNKNOWN;
	if (a->by_log)
		q = a->running ? AUDIT_QUEUE_DEAD : AUDIT_QUEUE_STOPPED;
	a->queue = q;
	a->read_s = read_s;
	a->loose += a->suspects;
	a->suspects = 0;
	/* where it ends the power may have gone, too */
	a->last_s = a->now_s;
	if (a->running && q == AUDIT_QUEUE_DEAD)
		audit_sudden_stop(a);
}

void
audit_again(struct audit *a)
{
	a->second = 1;
	a->cut_ends = 0;
}
