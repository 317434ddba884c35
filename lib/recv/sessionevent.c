#include "recv/sessionevent.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/utf8.h"
#include "recv/hookask.h"
#include "recv/peer.h"
#include "recv/rejection.h"
#include "recv/sessionio.h"
#include "recv/sessiontime.h"
#include "recv/sessiontls.h"
#include "sasl/authclient.h"
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_vain, 421, "4.7.0", "too many commands without a message");

void
sessionevent_say(struct session *s, const struct smtpin_reply *r)
{
	uint32_t n = smtpin_times(&s->smtp);

	while (n-- > 0)
		session_say(s, r);
}

/* what is no UTF-8 stands nowhere as it came; NULL when there is no memory */
static void
keep_helo(struct session *s, const struct smtpin_event *ev)
{
	size_t i, n;

	free(s->helo);
	s->helo = strndup(ev->arg, ev->arglen);
	for (i = 0; s->helo != NULL && i < ev->arglen; i += (n > 0 ? n : 1)) {
		n = utf8_len(s->helo + i, ev->arglen - i);
		if (n == 0 || s->helo[i] == '\t')
			s->helo[i] = '?';
	}
}

static enum patience_what
what(const struct smtpin_event *ev)
{
	switch (ev->verb) {
	case SMTPIN_V_HELO: return PATIENCE_HELO;
	case SMTPIN_V_MAIL: return PATIENCE_MAIL;
	case SMTPIN_V_RCPT: return PATIENCE_RCPT;
	case SMTPIN_V_DATA:
	case SMTPIN_V_BDAT:
		if (ev->kind == SMTPIN_RESET)
			return PATIENCE_MESSAGE;
		/* small chunks lead nowhere */
		return ev->verb == SMTPIN_V_DATA || ev->size >= INBOUND_PROGRESS
		    ? PATIENCE_DATA
		    : PATIENCE_OTHER;
	default:
		return ev->kind == SMTPIN_DONE ? PATIENCE_MESSAGE
					       : PATIENCE_OTHER;
	}
}

int
sessionevent_weigh(struct session *s, const struct smtpin_event *ev,
    unsigned code)
{
	int step = patience_count(&s->patience, what(ev), code);
	unsigned ms = patience_pause(&s->patience);

	if (patience_over(&s->patience)) {
		rejection_log(s, ev, &r_vain);
		session_say(s, &r_vain);
	} else if (!step && ms > 0 && ev->kind != SMTPIN_QUIT) {
		sessiontime_pause(s, ms);
	}
	return step;
}

const struct smtpin_reply *
sessionevent_down(struct session *s, const struct sessionevent_late *late)
{
	const struct smtpin_reply *r = transaction_down(s, late->receipt);

	if (r == NULL)
		sessiontime_wait(s, INBOUND_RECEIPT);
	return r;
}

/* who is in at once, by his certificate, is asked about, too */
static const struct smtpin_reply *
auth(struct session *s, const struct smtpin_event *ev,
    const struct sessionevent_late *late)
{
	const struct smtpin_reply *r;

	if (ev->arg != NULL)
		hookask_mech(s, (struct slice){ ev->arg, ev->arglen });
	r = login_auth(s, ev, late->login);
	if (r != NULL && r->code == 235 &&
	    hookask_begin(s, HOOKRULE_AUTH, (struct slice){ "", 0 }, late->in))
		return NULL;
	return r;
}

/* a question of the machine; NULL: yes, or the chain will say */
static const struct smtpin_reply *
decide(struct session *s, const struct smtpin_event *ev,
    const struct sessionevent_late *late)
{
	const struct smtpin_reply *r;

	switch (ev->kind) {
	case SMTPIN_MAIL:
		r = login_may_mail(s);
		return r != NULL ? r
				 : hookask_mail(s, ev, transaction_mail(s, ev),
				       late->command);
	case SMTPIN_RCPT: return transaction_rcpt(s, ev, late->command);
	case SMTPIN_DATA: return transaction_data_asked(s, ev, late->command);
	case SMTPIN_STARTTLS: return s->in->tls->calls->ask(s);
	case SMTPIN_AUTH: return auth(s, ev, late);
	case SMTPIN_XCLIENT: return peer_xclient(s, ev);
	default: break;
	}
	r = transaction_judge(s);
	if (r == NULL &&
	    hookask_begin(s, HOOKRULE_END, (struct slice){ "", 0 },
		late->whole))
		return NULL;
	return r == NULL ? sessionevent_down(s, late) : r;
}

void
session_offer(struct session *s)
{
	const uint32_t max = s->in->config.rcpt_max < SERVICE_LMTP_RCPT_MAX
	    ? s->in->config.rcpt_max
	    : SERVICE_LMTP_RCPT_MAX;
	struct sessiontls *tls = s->in->tls;
	struct service_facts f = session_facts(s);

	s->smtp.offer = service_offer(&f);
	s->smtp.taken = service_taken(&f);
	s->smtp.lenient = (unsigned char)session_ours(s);
	s->smtp.lmtp = (s->in->words & SERVICE_LMTP) != 0;
	s->smtp.rcpt_max = session_ours(s) ? 0 : s->in->limits.rcpt_max;
	if (s->smtp.lmtp && !(s->smtp.rcpt_max > 0 && s->smtp.rcpt_max < max))
		s->smtp.rcpt_max = max;
	if (s->secure == SESSION_CLEAR)
		s->smtp.tls = tls != NULL && tls->calls->offers(s->in)
		    ? SMTPIN_TLS_OFFERED
		    : SMTPIN_TLS_NONE;
}

void
sessionevent_ehlo(struct session *s)
{
	struct smtpin_reply r = { 250, NULL, NULL };
	struct buf *text = &s->in->scratch;
	const char *mechs = s->by_cert ? "EXTERNAL"
	    : s->in->auth == NULL      ? NULL
				       : authclient_mechs(s->in->auth);

	session_offer(s);
	needs(smtpin_ehlo(text, &s->smtp, &s->in->config, mechs,
	    clock_wall_s()));
	r.text = buf_data(text);
	session_say(s, &r);
}

int
sessionevent_handle(struct session *s, const struct smtpin_event *ev,
    const struct sessionevent_late *late)
{
	const struct smtpin_reply *r = ev->reply;

	if (ev->kind == SMTPIN_BODY) {
		incoming_add(s->letter, ev->arg, ev->arglen);
		return 0;
	}
	if (ev->kind == SMTPIN_HELO) {
		keep_helo(s, ev);
		transaction_forget(s);
		if (hookask_begin(s, HOOKRULE_HELO, (struct slice){ "", 0 },
			late->helo))
			return 0;
	}
	if (ev->kind == SMTPIN_CANCEL)
		login_drop(s);
	if (smtpin_asked(&s->smtp)) {
		r = decide(s, ev, late);
		if (session_held(s))
			return s->waiting;
		r = smtpin_answer(&s->smtp, &s->in->config, r);
	}
	/* LMTP, a message for nobody */
	if (r == NULL && ev->kind == SMTPIN_RESET)
		transaction_forget(s);
	/* what stands behind STARTTLS decides on its reply */
	if (r == NULL || smtpin_tls_next(&s->smtp))
		return 0;
	/* of a line of AUTH nothing is logged but who was wrong */
	if (r->code >= 400 &&
	    (ev->verb >= SMTPIN_V_MAIL || ev->kind == SMTPIN_DONE ||
		r->code == 421) &&
	    ev->verb != SMTPIN_V_OTHER)
		rejection_log(s, ev, r);
	if (ev->kind == SMTPIN_RESET || ev->kind == SMTPIN_DONE)
		transaction_forget(s);
	if (r->text == NULL)
		sessionevent_ehlo(s);
	else
		sessionevent_say(s, r);
	/* it is another's session now */
	if (ev->kind == SMTPIN_XCLIENT && r->code == 220) {
		session_offer(s);
		return 1;
	}
	return smtpin_over(&s->smtp) ? 0 : sessionevent_weigh(s, ev, r->code);
}

int
sessionevent_over(const struct session *s)
{
	return smtpin_over(&s->smtp) || patience_over(&s->patience);
}
