#include "fix/tokenpolicy.h"
#include "chain/event.h"
#include "policy/policyserver.h"

struct tokenpolicy {
	struct tokenkeys *keys;
	unsigned days;
	unsigned (*today)(void);
};

static void
refuse(struct policyrequest *r, const char *word, const char *text)
{
	struct slice to = policyrequest_get(r, "recipient"),
		     client = policyrequest_get(r, "client_address");

	event_begin("verdict");
	event_puts("source", "token-check");
	event_puts("verdict", word);
	event_put("client", client.p, client.n);
	event_put("to", to.p, to.n);
	event_end();
	policyrequest_answer(r, "550", text);
}

static void
asked(struct policyrequest *r, void *arg)
{
	struct tokenpolicy *p = arg;
	struct slice to = policyrequest_get(r, "recipient");
	struct token t;

	tokenkeys_check(p->keys);
	switch (policyrequest_is(r, "protocol_state", "RCPT")
		? token_check(&p->keys->keys, to.p, to.n, p->today(), p->days,
		      &t)
		: TOKEN_FOREIGN) {
	case TOKEN_FORGED:
		refuse(r, "forged", "5.7.1 this return path was not made here");
		break;
	case TOKEN_EXPIRED:
		refuse(r, "expired", "5.7.1 this return path is too old");
		break;
	default: policyrequest_answer(r, "DUNNO", "");
	}
}

int
tokenpolicy_run(struct tokenkeys *keys, unsigned days, unsigned (*today)(void))
{
	static const struct policyserver_ops ops = { .asked = asked };
	struct tokenpolicy p = { keys, days, today };
	struct policyserver s = { .ops = &ops, .arg = &p };

	return policyserver_run(&s);
}
