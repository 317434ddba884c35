#include "recv/rejection.h"
#include "chain/event.h"
#include "recv/transaction.h"
#include <stdio.h>

/* the address, or what was given in place of one */
static void
log_address(const char *label, const struct smtpin_event *ev)
{
	if (ev->address.len > 0)
		event_put(label, ev->address.text, ev->address.len);
	else
		event_put(label, ev->arg, ev->arglen);
}

static void
tell(struct session *s, const struct smtpin_event *ev, const char *login,
    const struct smtpin_reply *r)
{
	struct slice sender = transaction_sender(s);
	struct ltsv_field from = { "from", sender.p, 4, sender.n };
	char t[IP_TEXT], rule[24];

	if (!refused_tell(&s->in->refused, s->ip, session_ours(s), r->code))
		return;
	event_begin("rejected");
	if (s->known)
		event_puts("client", session_ip(s, t));
	if (session_name(s) != NULL)
		event_puts("client-name", session_name(s));
	if (s->helo != NULL)
		event_puts("helo", s->helo);
	if (ev != NULL && ev->verb == SMTPIN_V_MAIL)
		log_address("from", ev);
	else if (s->letter != NULL)
		event_copy(&from);
	if (ev != NULL && ev->verb == SMTPIN_V_RCPT)
		log_address("to", ev);
	if (session_login(s) != NULL)
		event_puts("user", session_login(s));
	if (login[0] != '\0')
		event_puts("login", login);
	event_num("code", r->code);
	if (r->esc != NULL)
		event_puts("esc", r->esc);
	event_puts("text", r->text);
	if (s->in->hooks_rule > 0) {
		snprintf(rule, sizeof rule, "hooks:%u", s->in->hooks_rule);
		event_puts("rule", rule);
	}
	event_end();
}

void
rejection_log(struct session *s, const struct smtpin_event *ev,
    const struct smtpin_reply *r)
{
	tell(s, ev, "", r);
	s->in->hooks_rule = 0;
}

void
rejection_login(struct session *s, const char *login,
    const struct smtpin_reply *r)
{
	tell(s, NULL, login, r);
}
