#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include <stdlib.h>
#include <string.h>

void
expire_start(struct run *r)
{
	r->expire.reason = calloc(EXPIRE_REASONS, sizeof *r->expire.reason);
	if (r->expire.reason == NULL)
		die(EXIT_TEMP, "out of memory");
}

static uint32_t
site_hash(const struct run *r, uint32_t x)
{
	uint32_t site = r->s.domain_site[r->s.rcpt[x].domain];

	return site == SCHEDULE_NONE ? 0 : r->s.sites.name[site].hash;
}

/* failures that say something of the site and not of one recipient */
static int
is_of_site(const struct result *res)
{
	static const char *const names[] = { "dns", "connect", "greeting",
		"helo", "timeout", "lost", "protocol", "421", "tls", "auth" };
	const struct ltsv_field *f = ltsv_find(&res->l, "class");
	size_t i;

	if (res->status == RESULT_LATER)
		return ltsv_find(&res->l, "esc") != NULL;
	for (i = 0; f != NULL && i < sizeof names / sizeof *names; i++)
		if (ltsv_is(f, names[i]))
			return 1;
	return 0;
}

void
expire_learn(struct run *r, uint32_t x, const struct result *res)
{
	static struct buf reply;
	uint32_t hash = site_hash(r, x);
	struct expire_reason *m = &r->expire.reason[hash % EXPIRE_REASONS];

	if (hash == 0)
		return;
	if (res->status == RESULT_SENT) {
		if (m->hash == hash)
			m->hash = 0;
		return;
	}
	if ((res->status != RESULT_DEFERRED && res->status != RESULT_LATER) ||
	    !is_of_site(res))
		return;
	if (result_reply(res, &reply) == -1)
		die(EXIT_TEMP, "out of memory");
	m->hash = hash;
	m->len = ltsv_cut(buf_data(&reply), buf_len(&reply), sizeof m->text);
	memcpy(m->text, buf_data(&reply), m->len);
}

/* why it has not come there: what the site said, or what was said of it */
static size_t
reason_of(struct run *r, uint32_t x, const struct jobhead *c, char *out)
{
	static const char none[] = "4.4.7 - its time was over before it could "
				   "be tried";
	uint32_t hash = site_hash(r, x);
	const struct expire_reason *m =
	    &r->expire.reason[hash % EXPIRE_REASONS];
	size_t n;

	if (hash != 0 && m->hash == hash) {
		memcpy(out, m->text, m->len);
		return m->len;
	}
	n = toline_reply(r, r->s.message[r->s.rcpt[x].message].id,
	    c->rcpt[r->s.rcpt[x].n].offset, out);
	if (n > 0)
		return n;
	memcpy(out, none, sizeof none - 1);
	return sizeof none - 1;
}

/* 0, -1: it could not be recorded */
static int
end(struct run *r, uint32_t x, int64_t at_s)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	char was = p->state;

	schedule_idle(&r->s, x);
	p->state = r->can_report ? MESSAGE_EXPIRED : MESSAGE_EXPIRED_SAID;
	final_ended(p, at_s);
	if (!r->can_report &&
	    final_journal(r, p->message, p->n, MESSAGE_EXPIRED_SAID, at_s) ==
		-1) {
		p->state = was;
		final_stall(r);
		if (was == MESSAGE_QUEUED)
			retries_wait(r, x,
			    clock_wall_us() / 1000 + RUN_FAULT_MS, 0);
		schedule_watch(&r->s, x, clock_wall_s() + RUN_FAULT_MS / 1000);
		return -1;
	}
	return 0;
}

void
expire_rcpt(struct run *r, uint32_t x, const struct jobhead *c)
{
	char reply[MESSAGE_REPLY_LEN];

	expire_because(r, x, c, reply, reason_of(r, x, c, reply));
}

void
expire_because(struct run *r, uint32_t x, const struct jobhead *c,
    const char *reply, size_t n)
{
	struct schedule_rcpt *p = &r->s.rcpt[x];
	struct failure failure;
	int64_t at_us = clock_wall_us(), at_s = at_us / 1000000;
	uint32_t m = p->message;

	if (end(r, x, at_s) == -1)
		return;
	if (r->can_report)
		toline_write(r, x, c->rcpt[p->n].offset, at_s, reply, n);
	rcptevent_of("expired", at_us, r->s.message[m].id, p->n, c);
	event_num("try", p->tries);
	failed_reply(r, reply, n, "expired", &failure);
	failed_put(&failure);
	rcptevent_reply(reply, n);
	event_end();
	schedule_watch(&r->s, x, SCHEDULE_WATCH_NONE);
	if (r->can_report)
		bounces_owe(r, m);
	else
		final_drop(r, x);
}
