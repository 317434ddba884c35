#include "recv/hookask.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "format/parcel.h"
#include "recv/acceptask.h"
#include "recv/hookfacts.h"
#include "recv/sessiontime.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* what a session has of hooks: made when the first is asked */
struct hooking {
	struct hookask *ask; /* under way, or NULL */
	enum hookrule_stage stage;
	hookask_then *then;
	/* a command that waits for it: its event, whose arg stands in kept, and
	 * behind that a line of the envelope */
	struct smtpin_event ev;
	struct buf kept;
	const struct smtpin_reply *usual;
	hookask_next *next; /* if nothing is against it; NULL: usual */
	hookask_answered *answered;
	/* for all messages, and for the one that comes */
	struct hookwish always, now;
	uint64_t instance;
	char mech[SMTPIN_MECH_MAX + 1];
	/* the last refusal */
	struct smtpin_reply refusal;
	char esc[POLICYACTION_ESC_MAX + 1], text[SMTPIN_TEXT_MAX + 1];
};

void
hookask_open(struct inbound *in, const char *confdir)
{
	char text[4096];

	in->hooks = need(calloc(1, sizeof *in->hooks));
	hooks_open(in->hooks, confdir, &hookstart_by);
	snprintf(text, sizeof text, "%s/hooks", confdir);
	if (in->hooks->table.state == 0 && access(text, F_OK) == 0)
		die(EXIT_TEMP, "%s is not compiled: run conf-build %s", text,
		    confdir);
	/* who has none pays for none */
	if (in->hooks->stages == 0)
		in->hooks->by = NULL;
	else if (hookstart_open(confdir) == -1)
		die(EXIT_TEMP, "unable to prepare hooks: %m");
}

static struct hooking *
of(const struct session *s)
{
	return s->more == NULL ? NULL : s->more->hook;
}

static struct hooking *
make(struct session *s)
{
	struct session_more *more = need(session_more(s));

	if (more->hook == NULL) {
		more->hook = need(calloc(1, sizeof *more->hook));
		more->hook->instance = ++s->in->hooks_asked;
	}
	return more->hook;
}

/* what is done beside a reply is told */
static void
log_wish(const struct session *s, const struct policyaction *a, unsigned line)
{
	struct slice from;
	char t[IP_TEXT], rule[24];

	snprintf(rule, sizeof rule, "hooks:%u", line);
	event_begin("verdict");
	event_puts("source", "hooks");
	event_puts("verdict", policyaction_word(a->kind));
	event_puts("rule", rule);
	if (s->known)
		event_puts("client", session_ip(s, t));
	if (s->letter != NULL) {
		from = incoming_sender(s->letter);
		event_put("from", from.p, from.n);
	}
	if (session_login(s) != NULL)
		event_puts("user", session_login(s));
	event_put("text", a->text.p, a->text.n);
	event_end();
}

/* what the servers want; of a refused stage only what is logged */
static void
take_wishes(struct session *s, const struct hookask *k, int refused)
{
	struct hooking *h = s->more->hook;
	struct hookwish *w = h->stage < HOOKRULE_MAIL ? &h->always : &h->now;
	struct policyaction a;
	unsigned i = 0, line;
	int logged;

	while (hooks_wish(k, &i, &a, &line)) {
		logged =
		    a.kind == POLICYACTION_WARN || a.kind == POLICYACTION_INFO;
		if (!logged && refused)
			continue;
		if (a.kind != POLICYACTION_PREPEND)
			log_wish(s, &a, line);
		if (hookwish_add(w, &a, h->stage == HOOKRULE_END) == -1)
			warn("hooks, line %u: too late, or too much: %s %.*s",
			    line, policyaction_word(a.kind), (int)a.text.n,
			    a.text.p);
	}
}

static void
on_done(void *arg, const struct hookask *k, const struct hookverdict *v)
{
	struct session *s = arg;
	struct inbound *in = s->in;
	struct hooking *h = s->more->hook;

	h->ask = NULL;
	s->asked = 0;
	take_wishes(s, k, v->code != 0);
	if (v->code == 0) {
		h->then(s, NULL);
		return;
	}
	snprintf(h->esc, sizeof h->esc, "%s", v->esc);
	snprintf(h->text, sizeof h->text, "%s", v->text);
	h->refusal =
	    (struct smtpin_reply){ (unsigned short)v->code, h->esc, h->text };
	/* for the log, recv/rejection.c; the session may be gone then */
	in->hooks_rule = v->line;
	h->then(s, &h->refusal);
	in->hooks_rule = 0;
}

/* the only recipient, else none */
static struct slice
only_rcpt(const struct session *s)
{
	const struct buf *env = &s->letter->item.env;
	const char *p = buf_data(env), *end = p + buf_len(env);
	struct slice to = { "", 0 };
	struct parcel_line l;

	if (s->smtp.n_rcpt != 1)
		return to;
	while (p < end && parcel_next(&p, end, &l) == 1)
		if (parcel_is(&l, "to"))
			to = (struct slice){ l.value,
				parcel_address(l.value, l.value_len) };
	return to;
}

static void
facts_of(const struct session *s, enum hookrule_stage stage,
    struct slice recipient, struct hookfacts *f)
{
	const struct incoming *l = s->letter;

	*f = (struct hookfacts){ .recipient = recipient,
		.instance = s->more->hook->instance,
		.mech = s->more->hook->mech };
	if (l == NULL)
		return;
	f->sender = incoming_sender(l);
	f->size = stage == HOOKRULE_END
	    ? buf_len(&l->item.text) + l->item.file_len
	    : l->declared;
	if (stage < HOOKRULE_DATA)
		return;
	f->recipient = only_rcpt(s);
	f->count = s->smtp.n_rcpt;
}

int
hookask_begin(struct session *s, enum hookrule_stage stage,
    struct slice recipient, hookask_then *then)
{
	struct buf *t = &s->in->hooks_text;
	struct hookfacts f;
	struct hooking *h;

	if (s->in->hooks == NULL ||
	    !hooks_has(s->in->hooks, stage, session_ours(s)))
		return 0;
	h = make(s);
	h->stage = stage;
	h->then = then;
	facts_of(s, stage, recipient, &f);
	buf_clear(t);
	needs(hookfacts_put(t, s, stage, &f));
	h->ask = hooks_ask(s->in->hooks, stage, session_ours(s),
	    (struct slice){ buf_data(t), buf_len(t) }, on_done, s);
	/* there may be a newer table by now */
	if (h->ask == NULL)
		return 0;
	s->asked = 1;
	sessiontime_wait(s, INBOUND_AUTH);
	return 1;
}

/* commands */

/* what is left of the event when its input is gone */
static void
keep(struct hooking *h, const struct smtpin_event *ev, struct slice line)
{
	struct slice arg = { ev->arg, ev->arglen };

	if (ev->address.len > 0)
		arg = (struct slice){ ev->address.text, ev->address.len };
	buf_clear(&h->kept);
	needs(buf_put(&h->kept, arg.p, arg.n));
	needs(buf_put(&h->kept, line.p, line.n));
	needs(buf_putc(&h->kept, '\0'));
	h->ev = (struct smtpin_event){ .kind = ev->kind,
		.verb = ev->verb,
		.size = ev->size,
		.arg = buf_data(&h->kept),
		.arglen = arg.n };
}

static void
on_command(struct session *s, const struct smtpin_reply *r)
{
	struct hooking *h = s->more->hook;
	size_t n = h->ev.arglen;

	if (r == NULL)
		r = h->next == NULL
		    ? h->usual
		    : h->next(s, &h->ev,
			  (struct slice){ buf_data(&h->kept) + n,
			      buf_len(&h->kept) - n - 1 },
			  h->answered);
	/* unless somebody else is to be asked now */
	if (!s->asked)
		h->answered(s, &h->ev, r);
}

/* as decide() of recv/sessionevent.c: NULL, and perhaps s->asked, or the reply */
static const struct smtpin_reply *
command(struct session *s, enum hookrule_stage stage,
    const struct smtpin_event *ev, struct slice line, struct slice recipient,
    hookask_next *next, hookask_answered *answered)
{
	struct hooking *h;

	if (!hookask_begin(s, stage, recipient, on_command))
		return next == NULL ? NULL : next(s, ev, line, answered);
	h = s->more->hook;
	keep(h, ev, line);
	h->usual = NULL;
	h->next = next;
	h->answered = answered;
	return NULL;
}

/* a recipient: accept-limit is last, for what it counts is taken */
static const struct smtpin_reply *
take(struct session *s, const struct smtpin_event *ev, struct slice line,
    hookask_answered *answered)
{
	if (s->in->limits_asked != NULL)
		return acceptask_begin(s, ev, line, answered);
	return incoming_line(s->letter, "to", line.p, line.n) == -1
	    ? inbound_full(s->in)
	    : NULL;
}

const struct smtpin_reply *
hookask_rcpt(struct session *s, const struct smtpin_event *ev,
    struct slice line, hookask_answered *answered)
{
	return command(s, HOOKRULE_RCPT, ev, line,
	    (struct slice){ line.p, parcel_address(line.p, line.n) }, take,
	    answered);
}

const struct smtpin_reply *
hookask_mail(struct session *s, const struct smtpin_event *ev,
    const struct smtpin_reply *r, hookask_answered *answered)
{
	static const struct slice none = { "", 0 };

	if (r != NULL && r->code >= 400)
		return r;
	command(s, HOOKRULE_MAIL, ev, none, none, NULL, answered);
	if (!s->asked)
		return r;
	s->more->hook->usual = r;
	return NULL;
}

const struct smtpin_reply *
hookask_data(struct session *s, const struct smtpin_event *ev,
    hookask_next *next, hookask_answered *answered)
{
	static const struct slice none = { "", 0 };

	return command(s, HOOKRULE_DATA, ev, none, none, next, answered);
}

void
hookask_mech(struct session *s, struct slice mech)
{
	struct hooking *h;

	if (s->in->hooks == NULL || s->in->hooks->stages == 0)
		return;
	h = make(s);
	snprintf(h->mech, sizeof h->mech, "%.*s", (int)mech.n, mech.p);
}

/* the message */

void
hookask_fields(const struct session *s, struct buf *t)
{
	const struct hooking *h = of(s);

	if (h == NULL)
		return;
	needs(buf_put(t, buf_data(&h->always.fields),
	    buf_len(&h->always.fields)));
	needs(buf_put(t, buf_data(&h->now.fields), buf_len(&h->now.fields)));
}

int
hookask_do(struct session *s)
{
	const struct hooking *h = of(s);

	if (h == NULL)
		return 0;
	if (h->always.discard || h->now.discard)
		return 1;
	if (hookwish_do(&h->always, s->letter, clock_wall_s()) == -1 ||
	    hookwish_do(&h->now, s->letter, clock_wall_s()) == -1)
		return -1;
	return 0;
}

void
hookask_message(struct session *s)
{
	struct hooking *h = of(s);

	if (h == NULL)
		return;
	hookwish_clear(&h->now);
	h->instance = ++s->in->hooks_asked;
}

void
hookask_drop(struct session *s)
{
	struct hooking *h = of(s);

	if (h == NULL || h->ask == NULL)
		return;
	hooks_cancel(h->ask);
	h->ask = NULL;
	s->asked = 0;
}

void
hookask_free(struct session *s)
{
	struct hooking *h = of(s);

	if (h == NULL)
		return;
	hookask_drop(s);
	hookwish_clear(&h->always);
	hookwish_clear(&h->now);
	buf_free(&h->kept);
	free(h);
	s->more->hook = NULL;
}
