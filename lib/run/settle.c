#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "queue/resultlearn.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* an answer, and the job that it is for */
struct settled {
	struct result res;
	struct run_job *job;
	int64_t at_us;            /* since 1970 */
	enum message_state state; /* what becomes of it */
	struct failure failure;   /* no class: it is none */
};

void
settle_start(struct run *r)
{
	r->settle.batch = calloc(SETTLE_BATCH_MAX, sizeof *r->settle.batch);
	if (r->settle.batch == NULL)
		die(EXIT_TEMP, "out of memory");
}

/* events */

static void
put_seconds(const char *label, int64_t ms)
{
	char text[32];

	if (ms < 0)
		ms = 0;
	event_put(label, text,
	    snprintf(text, sizeof text, "%lld.%03d", (long long)(ms / 1000),
		(int)(ms % 1000)));
}

static int
is_ours(const struct ltsv_field *f)
{
	static const char *const ours[] = { "id", "n", "status", "next", "ts",
		"ev", "prog", "try", "delay", "from", "to", "failure",
		"failure-type", "ms-queue" };
	size_t i;

	for (i = 0; i < sizeof ours / sizeof *ours; i++)
		if (f->label_len == strlen(ours[i]) &&
		    memcmp(f->label, ours[i], f->label_len) == 0)
			return 1;
	return 0;
}

/* the line of one recipient; next_ms 0: there is no next attempt */
static void
event_settled(struct run *r, const struct settled *o, const char *kind,
    int64_t next_ms)
{
	const struct run_job *t = o->job;
	int64_t delay_ms = o->at_us / 1000 - t->birth_ms, queue_ms;
	unsigned i;

	/* until it was handed down: what comes then is others' */
	queue_ms = delay_ms - (clock_mono_ms() - t->down_ms);
	rcptevent_begin(kind, o->at_us, r->s.message[t->message].id, t->n,
	    buf_data(&t->who), buf_len(&t->who));
	event_num("try", r->s.rcpt[t->rcpt].tries);
	put_seconds("delay", delay_ms);
	if (queue_ms > 0)
		event_num("ms-queue", (uint64_t)queue_ms);
	if (next_ms > 0)
		put_seconds("next", next_ms);
	if (o->failure.class[0] != '\0')
		failed_put(&o->failure);
	for (i = 0; i < o->res.l.n; i++)
		if (!is_ours(&o->res.l.f[i]))
			event_copy(&o->res.l.f[i]);
	event_end();
}

/* what becomes of a job */

/* what its interval and its lifetime are asked by */
static struct retry_case
case_of(const struct settled *o)
{
	const struct ltsv_field *class = ltsv_find(&o->res.l, "class");
	struct retry_case c = { { 0 }, { 0 }, { 0 } };

	if (class != NULL)
		c.class = (struct slice){ class->value, class->value_len };
	c.failure =
	    (struct slice){ o->failure.class, strlen(o->failure.class) };
	return c;
}

/* when its time is over, seconds since 1970 */
static int64_t
end_of(const struct run_job *t, const struct retry *retry)
{
	int64_t end = t->from_ms / 1000 + retry->lifetime;

	return t->expire > 0 && t->expire < end ? t->expire : end;
}

/* what ends a delivery goes to the journal, so it is decided first */
static enum message_state
decide(struct run *r, struct settled *o)
{
	struct schedule_rcpt *p = &r->s.rcpt[o->job->rcpt];
	struct retry_case c;
	struct retry retry;

	o->failure.class[0] = '\0';
	if (o->res.status == RESULT_SENT)
		return r->can_report && !o->job->null_sender
		    ? result_success(&o->res)
		    : MESSAGE_SENT;
	if (p->flags & RUN_DELETE)
		return MESSAGE_DELETED;
	if (o->res.status == RESULT_BOUNCED || p->flags & RUN_BOUNCE) {
		failed_result(r, &o->res.l, "bounced", &o->failure);
		return r->can_report && !o->res.quiet ? MESSAGE_BOUNCED
						      : MESSAGE_BOUNCED_SAID;
	}
	if (o->res.status == RESULT_LATER)
		return MESSAGE_QUEUED;
	failed_result(r, &o->res.l, "deferred", &o->failure);
	c = case_of(o);
	retries_of(r, o->job->rcpt, &c, &retry);
	if (clock_wall_s() < end_of(o->job, &retry) &&
	    !retry_was_last(&retry, p->tries) &&
	    !(o->res.doubt && doubtful_ends(r, o->job->rcpt, &retry)))
		return MESSAGE_QUEUED;
	failed_result(r, &o->res.l, "expired", &o->failure);
	return r->can_report ? MESSAGE_EXPIRED : MESSAGE_EXPIRED_SAID;
}

static void
learn(struct run *r, struct settled *o)
{
	/* without memory it is not learned */
	resultlearn(&r->s, o->job->rcpt, &o->res, clock_mono_ms(),
	    clock_wall_us() / 1000);
	if (o->res.site != NULL)
		expire_learn(r, o->job->rcpt, &o->res);
}

/* to be tried again at a time, or held if that was asked for meanwhile */
static void
wait_or_hold(struct run *r, uint32_t x, int64_t wall_ms, int front)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];

	if (p->state == MESSAGE_HELD)
		schedule_idle(&r->s, x);
	else
		retries_wait(r, x, wall_ms, front);
}

/* route has found that an order suspends it; 0: it is none, or over */
static uint16_t
order_of(const struct run *r, const struct result *res)
{
	uint64_t number;
	unsigned i;

	if (ltsv_num(&res->l, "suspended", 1, INT64_MAX, &number) == 0)
		for (i = 0; i < r->orders.n; i++)
			if (r->orders.one[i]->number == number)
				return r->orders.one[i]->slot;
	return 0;
}

static void
apply_later(struct run *r, struct settled *o)
{
	struct schedule_rcpt *p = &r->s.rcpt[o->job->rcpt];
	int64_t now = clock_wall_us() / 1000;
	int64_t at = resultlearn_later_ms(&o->res, now);
	int64_t pause;

	r->settle.n_later++;
	if (o->job->expire > 0 && at > o->job->expire * 1000)
		at = o->job->expire * 1000;
	if (o->res.doubt && !(p->flags & RUN_DOUBT)) {
		p->flags |= RUN_DOUBT;
		if (toline_mark(r, o->job->rcpt, o->job->offset) == -1)
			doubts_rcpt(r, o->job->rcpt, p->tries);
	}
	if (p->flags & RUN_HOLD) {
		p->flags &= ~RUN_HOLD;
		p->state = MESSAGE_HELD;
		toline_write(r, o->job->rcpt, o->job->offset, 0, NULL, 0);
	}
	p->flags |= RUN_LATER;
	r->s.order[o->job->rcpt] = order_of(r, &o->res);
	waitreason_set(r, p->domain, ltsv_find(&o->res.l, "text"));
	pause = lifetime_back(r, o->job);
	if (at < now + pause)
		at = now + pause;
	wait_or_hold(r, o->job->rcpt, at, 1);
}

static void
apply_deferred(struct run *r, struct settled *o)
{
	uint32_t x = o->job->rcpt;
	struct schedule_rcpt *p = &r->s.rcpt[x];
	int64_t now = clock_wall_us() / 1000, at, end, warn;
	struct retry_case c = case_of(o);
	struct retry retry;
	static struct buf reply;
	int wrote;

	retries_of(r, x, &c, &retry);
	if (p->tries < UINT16_MAX)
		p->tries++;
	at = o->res.next_ms > 0 ? o->res.next_ms
	    : o->res.doubt      ? now + doubtful_pause_ms(r, x, &retry)
				: now + retries_pause_ms(r, x, &retry);
	at = resultlearn_not_before(at, now);
	end = end_of(o->job, &retry) * 1000;
	if (at > end)
		at = end > now ? end : now;
	warn = jobhead_warn_s(o->job->from_ms, retry.warn, o->job->notify_at);
	if (warn > 0 && p->mark == '-' && r->can_report &&
	    !o->job->null_sender && now / 1000 >= warn)
		p->mark = 'w';
	if (p->flags & RUN_HOLD || o->res.hold)
		p->state = MESSAGE_HELD;
	p->flags = o->res.doubt ? RUN_DOUBT : 0;
	p->flags |= o->res.next_ms > 0 ? RUN_TOLD : 0;
	result_reply(&o->res, &reply);
	wrote = toline_write(r, x, o->job->offset, (at + 999) / 1000,
	    buf_data(&reply), buf_len(&reply));
	p->tries--; /* the event is of this attempt */
	if (o->res.doubt && wrote == -1)
		doubts_rcpt(r, x, p->tries);
	event_settled(r, o, "deferred", at);
	p->tries++;
	r->settle.n_deferred++;
	wait_or_hold(r, x, at, 0);
	lifetime_tried(r, o->job, &c);
	r->s.source[x] = nextsource_number(&r->lifetime.sources, &o->res.l);
	if (p->mark == 'w')
		bounces_owe(r, p->message);
}

/* failed, or too old; with a report still to come */
static void
apply_failed(struct run *r, struct settled *o)
{
	uint32_t x = o->job->rcpt;
	struct schedule_rcpt *p = &r->s.rcpt[x];
	static struct buf reply;

	p->state = o->state;
	final_ended(p, o->at_us / 1000000);
	result_reply(&o->res, &reply);
	/* it must not be tried again: what the file does not take the journal
	 * says, and if that cannot either, who made the outcome has said it */
	if (toline_write(r, x, o->job->offset, o->at_us / 1000000,
		buf_data(&reply), buf_len(&reply)) == -1 &&
	    final_journal(r, o->job->message, o->job->n, o->state,
		o->at_us / 1000000) == -1)
		r->settle.unwritten = 1;
	event_settled(r, o, o->state == MESSAGE_BOUNCED ? "bounced" : "expired",
	    0);
	r->settle.n_bounced++;
	bounces_owe(r, p->message);
}

/* sent, with a report still to come.  The journal says it, so that no crash
 * delivers it again; the file has the reply, for the report */
static void
apply_success(struct run *r, struct settled *o)
{
	uint32_t x = o->job->rcpt;
	struct schedule_rcpt *p = &r->s.rcpt[x];
	static struct buf reply;

	final_pin(r, o->job->message, r->settle.segment);
	p->state = o->state;
	final_ended(p, o->at_us / 1000000);
	result_reply(&o->res, &reply);
	toline_write(r, x, o->job->offset, o->at_us / 1000000, buf_data(&reply),
	    buf_len(&reply));
	r->settle.n_sent++;
	event_settled(r, o, "sent", 0);
	bounces_owe(r, p->message);
}

static void
apply_final(struct run *r, struct settled *o)
{
	uint32_t x = o->job->rcpt;
	const char *kind = "sent";

	final_pin(r, o->job->message, r->settle.segment);
	if (o->state == MESSAGE_BOUNCED_SAID)
		kind = "bounced";
	else if (o->state == MESSAGE_EXPIRED_SAID)
		kind = "expired";
	else if (o->state == MESSAGE_DELETED)
		kind = "deleted";
	else
		r->settle.n_sent++;
	/* without reports these are final at once */
	r->settle.n_bounced += o->state == MESSAGE_BOUNCED_SAID ||
	    o->state == MESSAGE_EXPIRED_SAID;
	event_settled(r, o, kind, 0);
	final_drop(r, x);
}

static void
apply(struct run *r, struct settled *o)
{
	uint32_t x = o->job->rcpt;

	schedule_back(&r->s, x);
	learn(r, o);
	if (message_final(o->state))
		apply_final(r, o);
	else if (message_sent(o->state))
		apply_success(r, o);
	else if (o->state != MESSAGE_QUEUED)
		apply_failed(r, o);
	else if (o->res.status == RESULT_LATER)
		apply_later(r, o);
	else
		apply_deferred(r, o);
	jobs_remove(r, o->job);
}

/* batches */

/* its time may be of the clock as it was before a step: soon is right for who
 * can be asked again, and an attempt has an interval of its own */
static void
not_far(struct result *res)
{
	int64_t most = clock_wall_us() / 1000 + RESULTLEARN_LATER_MS;

	if (res->next_ms <= most)
		return;
	res->next_ms = res->status == RESULT_LATER ? most : 0;
}

/* one line; 0 when it is an answer to a job that is open */
static int
read_line(struct run *r, const char *p, size_t n, struct settled *o)
{
	uint32_t m;

	if (n == 1 || why_take(r, p, n))
		return -1;
	if (result_again(p, n)) {
		retrylater_start(r);
		return -1;
	}
	if (result_parse(p, n, &o->res) == -1 ||
	    o->res.status == RESULT_SENDING) {
		warn("malformed result ignored: %.*s",
		    (int)(n - 1 < 200 ? n - 1 : 200), p);
		return -1;
	}
	if (clock_mono_ms() < r->lifetime.unsure_ms)
		not_far(&o->res);
	m = schedule_find(&r->s, o->res.id);
	o->job = m == SCHEDULE_NONE ? NULL : jobs_find(r, m, o->res.n);
	if (o->job == NULL || o->job->answered) {
		warn("result for %.20s %u, which is not in the chain, ignored",
		    o->res.id, o->res.n);
		return -1;
	}
	o->job->answered = 1;
	return 0;
}

static size_t
gather(struct run *r, const char *p, size_t n, unsigned *count)
{
	const char *at = p, *end = p + n, *e;
	struct settled *o;

	*count = 0;
	final_begin(r);
	while (*count < SETTLE_BATCH_MAX &&
	    (e = memchr(at, '\n', end - at)) != NULL) {
		o = &r->settle.batch[*count];
		if (read_line(r, at, e + 1 - at, o) == 0) {
			o->at_us = clock_wall_us();
			o->state = decide(r, o);
			if ((message_final(o->state) ||
				message_sent(o->state)) &&
			    final_put(r, o->res.id, o->res.n, o->state,
				o->at_us / 1000000) == -1)
				die(EXIT_TEMP, "out of memory");
			(*count)++;
		}
		at = e + 1;
	}
	return at - p;
}

size_t
settle_results(struct run *r, const char *p, size_t n)
{
	unsigned count, i;
	size_t used;

	lifetime_clock(r);
	used = gather(r, p, n, &count);
	if (final_append(r) == -1) {
		final_stall(r);
		for (i = 0; i < count; i++)
			r->settle.batch[i].job->answered = 0;
		return 0;
	}
	/* a failure that its file does not take goes into the journal, too,
	 * maybe into a segment more: that of the batch stays meanwhile */
	r->settle.segment = done_current(&r->done);
	done_pin(&r->done, r->settle.segment);
	for (i = 0; i < count; i++)
		apply(r, &r->settle.batch[i]);
	done_unpin(&r->done, r->settle.segment);
	toline_close(r);
	cleaning_dirty(r);
	return used;
}
