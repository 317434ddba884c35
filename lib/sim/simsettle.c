#include "sim/simsettle.h"
#include "base/die.h"
#include "base/num.h"
#include "chain/link.h"
#include "conf/tablelookup.h"
#include "failure/words.h"
#include "queue/replyfailure.h"
#include "queue/resultlearn.h"

/* a result, and whose it is */
struct settled {
	struct result res;
	uint32_t rcpt, at; /* at: in the schedule */
};

/* what the retry table has */
static void
retry_of(struct simrun *r, uint32_t rcpt, struct retry *out)
{
	const struct lookup l = { tablelookup_get_open, &r->retry };
	const struct simrun_live *v = &r->live[rcpt];
	struct retry_case c = { .class = simstate_text(r, v->class),
		.failure = simstate_text(r, v->failure) };

	c.domain.p =
	    simstore_text(r->store, r->store->rcpt[rcpt].domain, &c.domain.n);
	retry_lookup(out, &c, &l);
}

static const struct simstore_message *
message(const struct simrun *r, uint32_t rcpt)
{
	return &r->store->message[r->store->rcpt[rcpt].message];
}

/* seconds since 1970 */
static int64_t
end_of(const struct simrun *r, uint32_t rcpt, const struct retry *retry)
{
	const struct simstore_message *m = message(r, rcpt);
	int64_t from = m->hold_us > m->birth_us ? m->hold_us : m->birth_us;

	return from / 1000000 + retry->lifetime;
}

int64_t
simsettle_lifetime(struct simrun *r, uint32_t rcpt)
{
	struct retry retry;
	int64_t end_us;

	retry_of(r, rcpt, &retry);
	end_us = (end_of(r, rcpt, &retry) + SIMRUN_GRACE_S) * 1000000;
	if (r->now_us < end_us)
		return end_us;
	return schedule_is_down(&r->s.rcpt[r->live[rcpt].at])
	    ? r->now_us + 1000000
	    : -1;
}

/* as lib/run/retries.c: recipients of a message at one domain stay together */
static int64_t
pause_ms(const struct simrun *r, uint32_t rcpt, const struct retry *retry)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	unsigned tries = r->s.rcpt[r->live[rcpt].at].tries;
	size_t n;
	const char *domain = simstore_text(r->store, x->domain, &n);

	return retry_interval_ms(retry, tries,
	    nametable_hash(message(r, rcpt)->id, NAME_LEN) ^
		nametable_hash(domain, n) ^ tries * 2654435761u);
}

static void
wait(struct simrun *r, uint32_t at, int64_t due_ms, int front)
{
	needs(schedule_wait(&r->s, at, due_ms, r->now_us / 1000, front));
}

/* what it is called: for the next interval and route */
static void
name_failure(struct simrun *r, const struct settled *o)
{
	const struct ltsv *l = &o->res.l;
	struct failure_facts f = { .event = { "deferred", 8 } };
	struct slice code = ltsv_slice(l, "code"),
		     known = ltsv_slice(l, "failure");
	char text[WORDS_TEXT_MAX];
	struct failure failure;
	uint64_t u;

	r->live[o->rcpt].class = simstate_word(r, ltsv_slice(l, "class"));
	if (known.n > 0 && known.n <= FAILURE_CLASS_MAX) {
		r->live[o->rcpt].failure = simstate_word(r, known);
		return;
	}
	if (num_scan(code.p, code.n, 100, 999, &u) == 0)
		f.code = (unsigned)u;
	f.esc = ltsv_slice(l, "esc");
	f.text = replyfailure_plain(ltsv_slice(l, "text"), text, sizeof text);
	f.host = ltsv_slice(l, "host");
	f.phase = ltsv_slice(l, "class");
	failuretable_look(&r->flow.react.classes, &f, &failure);
	r->live[o->rcpt].failure = simstate_word(r,
	    (struct slice){ failure.class, strlen(failure.class) });
}

static void
learn(struct simrun *r, struct settled *o)
{
	needs(resultlearn(&r->s, o->at, &o->res, r->now_us / 1000,
	    r->now_us / 1000));
}

static void
later(struct simrun *r, const struct settled *o)
{
	int64_t now = r->now_us / 1000;

	r->live[o->rcpt].flags |= SIMRUN_LATER | SIMRUN_WAITED;
	wait(r, o->at, resultlearn_later_ms(&o->res, now), 1);
}

/* nobody knows whether it arrived, and the table wants no further attempt */
static int
doubt_ends(const struct simrun *r, const struct settled *o,
    const struct retry *retry)
{
	return o->res.doubt &&
	    (retry->doubt.never ||
		(retry->doubt.once && (r->live[o->rcpt].flags & SIMRUN_DOUBT)));
}

static void
doubt(struct simrun *r, const struct settled *o)
{
	if (o->res.doubt)
		r->live[o->rcpt].flags |= SIMRUN_DOUBT;
	else
		r->live[o->rcpt].flags &= (uint8_t)~SIMRUN_DOUBT;
}

static void
deferred(struct simrun *r, const struct settled *o)
{
	struct schedule_rcpt *p = &r->s.rcpt[o->at];
	int64_t now = r->now_us / 1000, at, end;
	struct retry retry;

	name_failure(r, o);
	retry_of(r, o->rcpt, &retry);
	end = end_of(r, o->rcpt, &retry) * 1000;
	if (now >= end || doubt_ends(r, o, &retry) ||
	    retry_was_last(&retry, p->tries)) {
		simstate_ended(r, o->rcpt, SIMSTORE_EXPIRED);
		return;
	}
	if (p->tries < UINT16_MAX)
		p->tries++;
	at = o->res.next_ms > 0 ? o->res.next_ms
	    : o->res.doubt && retry.doubt.wait_s > 0
	    ? now + retry.doubt.wait_s * INT64_C(1000)
	    : now + pause_ms(r, o->rcpt, &retry);
	doubt(r, o);
	at = resultlearn_not_before(at, now);
	if (at > end)
		at = end;
	if (o->res.hold)
		schedule_idle(&r->s, o->at);
	else
		wait(r, o->at, at, 0);
}

static void
settle(struct simrun *r, const char *p, size_t n)
{
	struct settled o;
	uint32_t m;

	if (result_parse(p, n, &o.res) == -1)
		return;
	m = simstore_find(r->store, o.res.id);
	o.rcpt = simstore_number(r->store, m, o.res.n);
	o.at = r->live[o.rcpt].at;
	schedule_back(&r->s, o.at);
	learn(r, &o);
	switch (o.res.status) {
	case RESULT_SENT: simstate_ended(r, o.rcpt, SIMSTORE_SENT); break;
	case RESULT_BOUNCED: simstate_ended(r, o.rcpt, SIMSTORE_BOUNCED); break;
	case RESULT_LATER: later(r, &o); break;
	default: deferred(r, &o);
	}
}

void
simsettle(struct simrun *r)
{
	size_t used;

	while (buf_len(&r->up) > 0 &&
	    (used = link_line(buf_data(&r->up), buf_len(&r->up))) > 0) {
		settle(r, buf_data(&r->up), used);
		buf_consume(&r->up, used);
		simstate_want(r);
	}
}

void
simsettle_again(void *arg, int64_t now)
{
	struct simrun *r = arg;
	const struct schedule_message *m;
	const struct schedule_rcpt *p;
	uint32_t i, rcpt;

	(void)now;
	schedule_free_sites(&r->s);
	spills_forget(&r->where.spills);
	for (i = 0; i < r->s.n_rcpt; i++) {
		p = &r->s.rcpt[i];
		needs(schedule_leave_key(&r->s, i));
		if (p->where != SCHEDULE_TIMER)
			continue;
		m = &r->s.message[p->message];
		rcpt = simstore_number(r->store, m->segment, p->n);
		if (r->live[rcpt].flags & SIMRUN_LATER)
			wait(r, i, r->now_us / 1000, 0);
	}
	simstate_want(r);
}
