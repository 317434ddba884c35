#include "grey/greypolicy.h"
#include "base/die.h"
#include "chain/event.h"
#include "format/parcel.h"
#include "policy/policyserver.h"
#include <stdio.h>

struct greypolicy {
	struct greyjudge *judge;
	int64_t (*now_s)(void);
	struct buf env;
};

/* a line of an envelope, as a parcel would have it */
static void
put(struct buf *env, const char *key, const struct policyrequest *r,
    const char *name)
{
	struct slice v = policyrequest_get(r, name);

	needs(parcel_put(env, key, v.p, v.n));
}

static void
log_field(const char *label, const struct policyrequest *r, const char *name)
{
	struct slice v = policyrequest_get(r, name);

	event_put(label, v.p, v.n);
}

/* as the link tells it, of one recipient */
static void
log_verdict(const struct policyrequest *r, const struct greyjudge_verdict *j)
{
	event_begin("verdict");
	event_puts("source", "grey");
	event_puts("verdict", greyjudge_word(j->what));
	log_field("client", r, "client_address");
	event_put("net", j->key.text, j->key.who_len);
	log_field("from", r, "sender");
	log_field("to", r, "recipient");
	event_num("rcpts", 1);
	if (j->what == GREYJUDGE_PASSED)
		event_num("delay", (uint64_t)j->seconds);
	if (j->what == GREYJUDGE_DELAYED)
		event_num("wait", (uint64_t)j->seconds);
	event_end();
}

static void
asked(struct policyrequest *r, void *arg)
{
	struct greypolicy *g = arg;
	struct greyjudge_verdict j;
	char t[80];

	if (!policyrequest_is(r, "protocol_state", "RCPT")) {
		policyrequest_answer(r, "DUNNO", "");
		return;
	}
	buf_clear(&g->env);
	put(&g->env, "from", r, "sender");
	put(&g->env, "to", r, "recipient");
	put(&g->env, "client", r, "client_address");
	put(&g->env, "helo", r, "helo_name");
	greyjudge(g->judge, &g->env, g->now_s(), &j);
	if (j.what != GREYJUDGE_PASS)
		log_verdict(r, &j);
	if (j.what != GREYJUDGE_DELAYED) {
		policyrequest_answer(r, "DUNNO", "");
		return;
	}
	snprintf(t, sizeof t, "4.7.1 greylisted, try again in %lld seconds",
	    (long long)j.seconds);
	policyrequest_answer(r, "DEFER_IF_PERMIT", t);
}

int
greypolicy_run(struct greyjudge *judge, int64_t (*now_s)(void))
{
	static const struct policyserver_ops ops = { .asked = asked };
	struct greypolicy g = { .judge = judge, .now_s = now_s };
	struct policyserver s = { .ops = &ops, .arg = &g };

	return policyserver_run(&s);
}
