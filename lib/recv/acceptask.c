#include "recv/acceptask.h"
#include "recv/sessiontime.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_unsure, 451, "4.3.0", "it cannot be counted now, try again later");

/* a question that is under way */
struct acceptask {
	struct session *session;
	acceptask_answered *answered;
	size_t line, arg; /* bytes of what stands in text */
	char text[];
};

int
acceptask_open(struct inbound *in, const char *address)
{
	in->limits_asked = calloc(1, sizeof *in->limits_asked);
	if (in->limits_asked == NULL)
		return -1;
	return acceptclient_open(in->limits_asked, address);
}

void
acceptask_drop(struct session *s)
{
	struct acceptask *a = s->more == NULL ? NULL : s->more->accept;

	if (a == NULL)
		return;
	free(a);
	s->more->accept = NULL;
	s->asked = 0;
}

/* in words of accept-limit */
static const struct smtpin_reply *
refusal(struct inbound *in, const struct acceptwire_answer *said)
{
	char *text = in->made_text + sizeof said->esc;

	snprintf(in->made_text, sizeof said->esc, "%s", said->esc);
	snprintf(text, sizeof in->made_text - sizeof said->esc, "%s",
	    said->text);
	in->made = (struct smtpin_reply){ said->code, in->made_text, text };
	return &in->made;
}

/* he is in the envelope; or the reply */
static const struct smtpin_reply *
take(struct session *s, const struct acceptask *a)
{
	return incoming_line(s->letter, "to", a->text, a->line) == -1
	    ? inbound_full(s->in)
	    : NULL;
}

static void
on_answer(void *arg, const struct acceptwire_answer *said)
{
	struct acceptask *a = arg;
	struct session *s = a->session;
	struct smtpin_event ev = { .kind = SMTPIN_RCPT, .verb = SMTPIN_V_RCPT };
	const struct smtpin_reply *r;

	if (said == NULL && !s->in->limits_asked->take)
		r = &r_unsure;
	else if (said != NULL && said->status == ACCEPTWIRE_REFUSED)
		r = refusal(s->in, said);
	else
		r = take(s, a);
	ev.arg = a->text + a->line;
	ev.arglen = a->arg;
	s->more->accept = NULL;
	s->asked = 0;
	a->answered(s, &ev, r);
	free(a);
}

/* whose message it is */
static struct accepthold *
new_hold(struct session *s)
{
	const char *login = session_login(s);
	struct slice value[ACCEPTWIRE_KEYS] = { { NULL, 0 } };
	char ip[IP_TEXT];

	value[ACCEPTWIRE_CLIENT] =
	    (struct slice){ ip, strlen(session_ip(s, ip)) };
	if (login != NULL)
		value[ACCEPTWIRE_USER] = (struct slice){ login, strlen(login) };
	value[ACCEPTWIRE_FROM] = incoming_sender(s->letter);
	return accepthold_new(s->in->limits_asked, value);
}

static struct acceptask *
keep(const struct smtpin_event *ev, struct slice line)
{
	struct slice arg = { ev->arg, ev->arglen };
	struct acceptask *a;

	if (ev->address.len > 0)
		arg = (struct slice){ ev->address.text, ev->address.len };
	a = calloc(1, sizeof *a + line.n + arg.n);
	if (a == NULL)
		return NULL;
	a->line = line.n;
	a->arg = arg.n;
	memcpy(a->text, line.p, line.n);
	memcpy(a->text + a->line, arg.p, arg.n);
	return a;
}

const struct smtpin_reply *
acceptask_begin(struct session *s, const struct smtpin_event *ev,
    struct slice line, acceptask_answered *answered)
{
	struct acceptask *a;

	if (s->letter->hold == NULL)
		s->letter->hold = new_hold(s);
	if (s->letter->hold == NULL || session_more(s) == NULL ||
	    (a = keep(ev, line)) == NULL)
		return &r_unsure;
	a->session = s;
	a->answered = answered;
	s->more->accept = a;
	s->asked = 1;
	sessiontime_wait(s, INBOUND_AUTH);
	accepthold_ask(s->letter->hold, 1, s->letter->declared, on_answer, a);
	return NULL;
}

void
acceptask_whole(struct session *s)
{
	struct incoming *l = s->letter;

	if (s->in->limits_asked == NULL)
		return;
	/* whose recipients stand in the header */
	if (l->hold == NULL)
		l->hold = new_hold(s);
	incoming_reckon(l);
}
