#include "client/clientpolicy.h"
#include "base/die.h"
#include "chain/event.h"
#include "policy/policyserver.h"
#include <stdlib.h>
#include <string.h>

struct clientpolicy {
	struct clientrun_conf *conf;
	int64_t deadline_ms;
};

/* one request */
struct check {
	struct clientrun run;
	struct clientcheck_facts facts;
	char *ip, *helo, *sender;
	struct policyrequest *request;
	unsigned runs : 1;
};

static char *
text(const struct policyrequest *r, const char *name)
{
	struct slice v = policyrequest_get(r, name);

	return need(strndup(v.p, v.n));
}

static void
log_it(const struct check *c, const struct clientcheck_verdict *v)
{
	event_begin("verdict");
	event_puts("source", "client-check");
	event_puts("verdict", clientcheck_word(v));
	if (v->reason[0] != '\0')
		event_puts("reason", v->reason);
	if (v->zone[0] != '\0')
		event_puts("zone", v->zone);
	event_puts("client", c->ip);
	if (c->facts.helo != NULL)
		event_puts("helo", c->facts.helo);
	event_puts("from", c->facts.sender);
	event_end();
}

static void
on_over(void *arg)
{
	struct check *c = arg;
	struct clientcheck_verdict v;

	clientcheck_decide(c->run.item, c->run.n, &v);
	if (c->run.n > 0)
		log_it(c, &v);
	switch (v.action) {
	case CLIENTS_REJECT:
		policyrequest_answer(c->request, "550", v.text);
		break;
	case CLIENTS_DEFER:
		policyrequest_answer(c->request, "450", v.text);
		break;
	default: policyrequest_answer(c->request, "DUNNO", "");
	}
}

/* what has not been said yet is nothing against him */
static void
asked(struct policyrequest *r, void *arg)
{
	struct clientpolicy *p = arg;
	struct check *c = r->state;

	c->request = r;
	c->ip = text(r, "client_address");
	c->helo = text(r, "helo_name");
	c->sender = text(r, "sender");
	if (clientcheck_ip(&c->facts, c->ip) == -1) {
		policyrequest_answer(r, "DUNNO", "");
		return;
	}
	c->facts.helo = c->helo[0] == '\0' ? NULL : c->helo;
	c->facts.sender = c->sender;
	c->runs = 1;
	clientrun_start(&c->run, p->conf, &c->facts, p->deadline_ms, on_over,
	    c);
}

static void
forget(struct policyrequest *r)
{
	struct check *c = r->state;

	if (c->runs)
		clientrun_free(&c->run);
	free(c->ip);
	free(c->helo);
	free(c->sender);
}

int
clientpolicy_run(struct clientrun_conf *conf, int64_t deadline_ms)
{
	static const struct policyserver_ops ops = { .state_size =
							 sizeof(struct check),
		.asked = asked,
		.forget = forget };
	struct clientpolicy p = { conf, deadline_ms };
	struct policyserver s = { .ops = &ops, .arg = &p };

	return policyserver_run(&s);
}
