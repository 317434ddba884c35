#include "base/die.h"
#include "feed/feedsource.h"
#include "recv/receiptreply.h"
#include <stdio.h>

static void
say(struct feedsource *s, const struct smtpin_reply *r)
{
	const struct smtpin_reply hello = { 250, NULL, s->run->mail.me };

	if (s->replies && r != NULL)
		needs(smtpin_put(&s->run->out, r->text == NULL ? &hello : r));
}

static void
yes(struct feedsource *s)
{
	say(s, bsmtpin_answer(&s->batch, NULL));
}

/* who wants replies hears now what became of the message */
static void
on_answered(void *arg, enum receipt_kind kind, const char *text, size_t n)
{
	struct feedsource *s = arg;
	struct receiptreply own;
	struct buf t = { 0 };
	const struct smtpin_reply *r;

	if (!s->held)
		return;
	r = receiptreply_make(&own, kind, text, n, &t);
	needs(r == NULL ? -1 : 0);
	say(s, bsmtpin_answer(&s->batch, r));
	buf_free(&t);
	s->held = 0;
}

static void
ends(struct feedsource *s)
{
	const char *why = feedletter_whole(s->letter);
	uint64_t end = s->began + s->batch.at;

	s->held = s->replies && why == NULL;
	feedrun_hand_in(s->run, s->letter, why, 0, end);
	s->run->at = end;
	s->letter = NULL;
	if (!s->held)
		yes(s);
}

static void
forget(struct feedsource *s)
{
	if (s->letter != NULL)
		feedletter_free(s->letter);
	s->letter = NULL;
	buf_clear(&s->run->env);
}

/* a message, or a recipient of one, that is refused before it is whole */
static void
fault(struct feedsource *s, const struct smtpin_event *ev)
{
	char text[SMTPIN_TEXT_MAX];

	if (ev->reply == NULL || ev->reply->code < 500 ||
	    (ev->verb != SMTPIN_V_MAIL && ev->verb != SMTPIN_V_RCPT &&
		ev->verb != SMTPIN_V_DATA && ev->kind != SMTPIN_RESET))
		return;
	snprintf(text, sizeof text, "%s %s",
	    ev->reply->esc == NULL ? "5.5.0" : ev->reply->esc, ev->reply->text);
	feedrun_refuse(s->run, text);
}

static void
handle(struct feedsource *s, const struct smtpin_event *ev)
{
	fault(s, ev);
	switch (ev->kind) {
	case SMTPIN_MAIL: forget(s); __attribute__((fallthrough));
	case SMTPIN_RCPT:
		needs(bsmtpin_envelope(&s->run->env, ev, s->run->mail.me));
		yes(s);
		break;
	case SMTPIN_DATA:
		s->letter = feedrun_letter(s->run);
		yes(s);
		break;
	case SMTPIN_BODY: feedletter_add(s->letter, ev->arg, ev->arglen); break;
	case SMTPIN_DONE: ends(s); break;
	case SMTPIN_HELO:
	case SMTPIN_RESET: forget(s); __attribute__((fallthrough));
	default: say(s, ev->reply);
	}
}

static size_t
feed(struct feedsource *s, const char *p, size_t n)
{
	struct smtpin_event ev = { 0 };
	long used = bsmtpin_feed(&s->batch, p, n, &ev);

	needs(used == -1 ? -1 : 0);
	s->went = used > 0 || ev.kind != SMTPIN_MORE;
	if (ev.kind != SMTPIN_MORE)
		handle(s, &ev);
	return (size_t)used;
}

static void
end(struct feedsource *s)
{
	if (s->letter != NULL)
		feedrun_refuse(s->run, "5.6.0 cut short");
}

const struct feedsource_ops feedsource_batch = { feed, end };

int
feedsource_init(struct feedsource *s)
{
	s->run->answered = on_answered;
	s->run->arg = s;
	return bsmtpin_init(&s->batch, s->run->mail.me, FEEDSOURCE_BATCH_MAX);
}
