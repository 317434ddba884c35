#include "recv/rcptask.h"
#include "base/die.h"
#include "recv/hookask.h"
#include "recv/sessiontime.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_nobody, 550, "5.1.1", "no such user here");

/* a question that is under way */
struct rcptask {
	struct rcptclient_question q; /* first */
	struct session *session;
	rcptask_answered *answered;
	unsigned take : 1;    /* when it is not known */
	size_t to, line, arg; /* bytes of what stands in text */
	char text[];
};

void
rcptask_drop(struct session *s)
{
	struct rcptask *a = s->more == NULL ? NULL : s->more->rcpt;

	if (a == NULL)
		return;
	rcptclient_cancel(s->in->rcpts, &a->q);
	free(a);
	s->more->rcpt = NULL;
	s->asked = 0;
}

/* who is refused for another reason than that he is not there is told so, but
 * not in the words of others */
static const struct smtpin_reply *
refusal(struct inbound *in, const char *esc)
{
	if (strncmp(esc, "5.", 2) != 0 || strncmp(esc, "5.1.", 4) == 0 ||
	    esc[strspn(esc, "0123456789.")] != '\0')
		return &r_nobody;
	memcpy(in->made_text, esc, strlen(esc) + 1);
	in->made = (struct smtpin_reply){ 550, in->made_text,
		"who keeps this mailbox takes no mail for it" };
	return &in->made;
}

static void
on_answer(struct rcptclient_question *q, const struct rcptwire_answer *said)
{
	struct rcptask *a = (struct rcptask *)q;
	struct session *s = a->session;
	struct smtpin_event ev = { .kind = SMTPIN_RCPT, .verb = SMTPIN_V_RCPT };
	const struct smtpin_reply *r = &rcpt_unsure;

	ev.arg = a->text + a->to + a->line;
	ev.arglen = a->arg;
	s->more->rcpt = NULL;
	s->asked = 0;
	if (said->what == RCPTWIRE_NOBODY)
		r = refusal(s->in, said->esc);
	else if (said->what == RCPTWIRE_KNOWN || a->take)
		r = hookask_rcpt(s, &ev,
		    (struct slice){ a->text + a->to, a->line }, a->answered);
	/* unless somebody else is to be asked now */
	if (!s->asked)
		a->answered(s, &ev, r);
	free(a);
}

/* all that is needed behind the answer; NULL when out of memory */
static struct rcptask *
keep(const struct smtpin_event *ev, struct slice line,
    const struct rcpt_question *q)
{
	struct slice arg = { ev->arg, ev->arglen };
	struct rcptask *a;

	if (ev->address.len > 0)
		arg = (struct slice){ ev->address.text, ev->address.len };
	a = malloc(sizeof *a + q->to.n + line.n + arg.n);
	if (a == NULL)
		return NULL;
	memset(a, 0, sizeof *a);
	a->to = q->to.n;
	a->line = line.n;
	a->arg = arg.n;
	memcpy(a->text, q->to.p, q->to.n);
	memcpy(a->text + a->to, line.p, line.n);
	memcpy(a->text + a->to + a->line, arg.p, arg.n);
	a->q.to = (struct slice){ a->text, a->to };
	a->q.ask = rcptfile_word(q->rule.how);
	a->take = q->rule.take;
	return a;
}

const struct smtpin_reply *
rcptask_begin(struct session *s, const struct smtpin_event *ev,
    struct slice line, const struct rcpt_question *q,
    rcptask_answered *answered)
{
	struct rcptask *a;

	if (s->in->rcpts == NULL || session_more(s) == NULL ||
	    (a = keep(ev, line, q)) == NULL)
		return &rcpt_unsure;
	a->session = s;
	a->answered = answered;
	a->q.done = on_answer;
	if (rcptclient_ask(s->in->rcpts, &a->q) == -1) {
		free(a);
		return &rcpt_unsure;
	}
	s->more->rcpt = a;
	s->asked = 1;
	sessiontime_wait(s, INBOUND_AUTH);
	return NULL;
}

int
rcptask_open(struct inbound *in, const char *address)
{
	static char *next[2];

	if (strncmp(address, "unix:", 5) != 0 || address[5] == '\0') {
		errno = EINVAL;
		return -1;
	}
	in->rcpts = calloc(1, sizeof *in->rcpts);
	next[0] = strdup(address);
	if (in->rcpts == NULL || next[0] == NULL)
		return -1;
	rcptclient_init(in->rcpts, next);
	return 0;
}
