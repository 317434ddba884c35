#include "recv/rcpt.h"
#include "base/clock.h"
#include "base/die.h"
#include "local/forward.h"
#include <stdio.h>
#include <string.h>

enum {
	ROUTES,
	ALIASES,
	POOLS,
	PROHIBITED,
	USERS,
	DOMAINS,            /* tables; of conf/rcpt */
	COMPLAIN_MS = 60000 /* between warnings */
};

static const struct smtpin_reply r_nobody = { 550, "5.1.1",
	"no such user here" },
				 r_postmaster = { 451, "4.3.5",
					 "the postmaster is not set up" };
const struct smtpin_reply rcpt_unsure = { 451, "4.3.0",
	"who is here cannot be looked up now, try again later" };

void
rcpt_open(struct rcpt *r, const char *confdir, const char *maildirs,
    struct lookup local)
{
	static const char *const names[] = { "routes", "aliases", "pools",
		"prohibited", "users", "rcpt" };
	struct lookup *const to[] = { &r->conf.routes, &r->conf.aliases,
		&r->conf.pools, &r->conf.prohibited };
	unsigned i;

	for (i = 0; i < RCPT_TABLES; i++) {
		softtable_open(&r->table[i], confdir, names[i]);
		if (i < USERS)
			*to[i] = softtable_lookup(&r->table[i]);
	}
	r->conf.local = local;
	r->on = maildirs != NULL;
	if (r->on && strcmp(maildirs, "-") != 0)
		r->boxes.dir = maildirs;
	r->boxes.users = &r->table[USERS];
	r->complained_ms = -COMPLAIN_MS;
	rulesearch_load(&r->conf.loaded, &r->conf.routes);
}

void
rcpt_check(struct rcpt *r)
{
	int before = r->table[ROUTES].state;
	unsigned i;

	for (i = 0; i < RCPT_TABLES; i++)
		if ((softtable_check(&r->table[i]) && i == ROUTES) ||
		    (i == ROUTES && before != r->table[i].state))
			rulesearch_load(&r->conf.loaded, &r->conf.routes);
}

static void
complain(struct rcpt *r)
{
	int64_t now = clock_mono_ms();

	if (now - r->complained_ms < COMPLAIN_MS)
		return;
	r->complained_ms = now;
	warn("unable to look up users%s%s: %m",
	    r->boxes.dir == NULL ? "" : " in ",
	    r->boxes.dir == NULL ? "" : r->boxes.dir);
}

static const struct smtpin_reply *
ask_mailbox(struct rcpt *r, const struct routing *w)
{
	struct slice user = { buf_data(&w->user), buf_len(&w->user) };
	struct slice domain = { w->addr.domain, w->addr.domain_len };

	switch (mailbox_find(&r->boxes, user, domain)) {
	case MAILBOX_NONE:
		if (user.n == 10 && memcmp(user.p, "postmaster", 10) == 0)
			return &r_postmaster;
		return &r_nobody;
	case MAILBOX_UNSURE: complain(r); return &rcpt_unsure;
	case MAILBOX_HERE:
	case MAILBOX_LISTED: break;
	}
	return NULL;
}

/* how those of its domain are known: here, or somebody else is to be asked */
static const struct smtpin_reply *
ask_domain(struct rcpt *r, const struct routing *w)
{
	struct lookup domains = softtable_lookup(&r->table[DOMAINS]);
	struct slice domain = { w->addr.domain, w->addr.domain_len };
	int local = w->what == ROUTING_LOCAL;
	struct rcptfile_rule rule;

	if (rcptfile_find(&domains, domain, &rule) == -1)
		return &rcpt_unsure;
	if (rule.how == RCPTFILE_ANY)
		return NULL;
	if (rule.how == RCPTFILE_PROGRAM ||
	    (rule.how == RCPTFILE_NEXT && !local)) {
		r->question.rule = rule;
		r->question.to.p = buf_data(&w->to);
		r->question.to.n = buf_len(&w->to);
		return NULL;
	}
	return local && r->on ? ask_mailbox(r, w) : NULL;
}

/* the reply for a decision but for one to go to several addresses */
static const struct smtpin_reply *
judge(struct rcpt *r, const struct routing *w)
{
	switch (w->what) {
	case ROUTING_LOCAL: return w->several ? NULL : ask_domain(r, w);
	case ROUTING_BOUNCED:
		r->reply.code = 550;
		r->reply.esc = w->esc;
		r->reply.text = w->text;
		return &r->reply;
	case ROUTING_DEFERRED:
		/* a rule that puts mail off does not keep it outside */
		return strcmp(w->class, "policy") == 0 ? NULL : &rcpt_unsure;
	case ROUTING_MX:
	case ROUTING_HOST:
	case ROUTING_LMTP: return ask_domain(r, w);
	case ROUTING_DISCARD: break;
	}
	return NULL;
}

/* an alias for several: one that is there will do, and who is elsewhere, of
 * whom nobody is asked */
static const struct smtpin_reply *
ask_members(struct rcpt *r, const struct routing_job *from)
{
	const struct smtpin_reply *reply = NULL, *one;
	const struct buf *list = &r->where.alias.forward;
	const char *p = buf_data(list), *end = p + buf_len(list);
	struct routing_job job = *from;

	if (r->where.alias.keep || buf_len(&r->where.alias.command) > 0 ||
	    buf_len(list) == 0)
		return NULL;
	while (forward_word(&p, end, &job.to.p, &job.to.n)) {
		routing_decide(&r->member, &r->conf, &job);
		one = r->member.doubt ? NULL : judge(r, &r->member);
		if (one == NULL)
			return NULL;
		if (reply == NULL || one->code < 500)
			reply = one;
	}
	return reply;
}

const struct smtpin_reply *
rcpt_prohibited(struct rcpt *r, enum prohibited_side side, struct slice address)
{
	struct prohibited p;
	struct address a;

	if (address_set(&a, address.p, address.n) == -1)
		return NULL;
	switch (prohibited_find(&r->conf.prohibited, side, &a, &p)) {
	case 0: return NULL;
	case 1: break;
	default: return &rcpt_unsure;
	}
	snprintf(r->text, sizeof r->text, "%.*s", (int)p.text.n, p.text.p);
	r->reply = (struct smtpin_reply){ 550, "5.7.1", r->text };
	return &r->reply;
}

const struct smtpin_reply *
rcpt_ask(struct rcpt *r, struct slice to, struct slice from)
{
	struct routing_job job = { .to = to, .from = from, .early = 1 };
	const struct smtpin_reply *reply;

	r->question.rule.how = RCPTFILE_UNSAID;
	if (!r->on && softtable_empty(&r->table[DOMAINS]))
		return NULL;
	routing_decide(&r->where, &r->conf, &job);
	if (r->where.doubt)
		return NULL;
	if (r->where.what != ROUTING_LOCAL || !r->where.several)
		return judge(r, &r->where);
	reply = ask_members(r, &job);
	r->question.rule.how = RCPTFILE_UNSAID;
	return reply;
}
