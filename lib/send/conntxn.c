#include "send/conntxn.h"
#include "base/die.h"
#include "base/exit.h"
#include <stdio.h>
#include <string.h>

int
conntxn_worn_out(const struct sendconn *c)
{
	const struct sendconn_share *s = c->share;
	const struct sendtxn *next = s->ops->peek(c);

	return smtpout_spent(&c->s) || c->messages >= s->msgs ||
	    (next != NULL && next->msgs > 0 && c->messages >= next->msgs) ||
	    (c->messages >= SENDCONN_SHARE && s->ops->is_wanted(c));
}

/* ours, not the server's */
static void
refuse(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	char text[REPLY_TEXT_MAX];

	snprintf(text, sizeof text, "%u %s %s", r->code, r->esc, r->text);
	r->class = strcmp(r->esc, "5.3.4") == 0 ? "size" : "smtputf8";
	r->text = text;
	r->text_len = strlen(text);
	c->share->ops->on_over(c, t, r);
}

void
conntxn_begin(struct sendconn *c, struct sendtxn *t)
{
	struct sendresult r = { .status = "bounced", .esc_len = 5 };

	if (t->mail.utf8 && !(c->s.ext & EXTENSION_SMTPUTF8) &&
	    sendtxn_ascii(t) &&
	    sendbody_plain_header(&c->body, &c->share->bodies, t))
		t->mail.utf8 = 0;
	if (smtpout_fits(&c->s, &t->mail, &r.code, &r.esc, &r.text) !=
	    SMTPOUT_OK) {
		refuse(c, t, &r);
		return;
	}
	if (t->started_ms == 0 || t->retried > 0)
		t->started_ms = clock_mono_ms();
	c->messages++;
	smtpout_begin(&c->s, &t->mail);
}

void
conntxn_pipeline(struct sendconn *c, struct buf *o)
{
	struct sendtxn *t = c->share->ops->peek(c);
	const char *esc, *text;
	unsigned code;

	if (!smtpout_room(&c->s) || t == NULL || conntxn_worn_out(c) ||
	    smtpout_fits(&c->s, &t->mail, &code, &esc, &text) != SMTPOUT_OK)
		return;
	t = c->share->ops->take(c);
	if (t == NULL)
		return;
	t->started_ms = clock_mono_ms();
	c->messages++;
	smtpout_begin(&c->s, &t->mail);
	if (smtpout_pull(&c->s, "", o) == -1)
		die(EXIT_TEMP, "out of memory");
}

void
conntxn_verdict(struct sendconn *c, const struct smtpout_event *ev)
{
	static const char *const status[] = { [SMTPOUT_OK] = "sent",
		[SMTPOUT_TEMP] = "deferred",
		[SMTPOUT_PERM] = "bounced",
		[SMTPOUT_LATER] = "later" };
	struct sendtxn *t = (struct sendtxn *)ev->mail;
	char text[REPLY_TEXT_MAX];
	struct sendresult r = { .status = status[ev->verdict] };
	unsigned i;

	if (ev->verdict != SMTPOUT_OK)
		r.class = ev->verdict == SMTPOUT_LATER
		    ? "limit"
		    : smtpout_phase_name(ev->phase);
	if (ev->verdict == SMTPOUT_LATER)
		r.next_ms = clock_wall_us() / 1000;
	sendresult_reply(&r, &ev->reply, text);
	for (i = ev->first; i < ev->end; i++)
		if (t->mail.rcpt[i].state != SMTPOUT_DECIDED)
			c->share->ops->on_answer(c, t, i, &r);
}

/* a transaction that told nothing yet may go to another connection */
static void
again_or(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	if (!c->share->ops->on_again(c, t))
		c->share->ops->on_over(c, t, r);
}

static void
drop_behind(struct sendconn *c, struct sendtxn *t)
{
	struct sendresult r = { .status = "later",
		.class = "lost",
		.esc = "4.4.2",
		.esc_len = 5,
		.text = "connection ended before this message" };

	r.text_len = strlen(r.text);
	r.next_ms = clock_wall_us() / 1000 + 1000;
	again_or(c, t, &r);
}

void
conntxn_drop(struct sendconn *c, struct sendresult *r)
{
	struct sendtxn *t = (struct sendtxn *)c->s.front;
	struct sendtxn *behind = (struct sendtxn *)c->s.behind;
	int fresh;

	c->s.front = c->s.behind = NULL;
	if (behind != NULL)
		drop_behind(c, behind);
	if (t == NULL)
		return;
	/* a kept connection that the other side gave up meanwhile */
	fresh = c->messages <= 1 + (behind != NULL);
	if (!fresh && t->mail.at == SMTPOUT_COMMANDS && t->mail.got == 0)
		again_or(c, t, r);
	else
		c->share->ops->on_over(c, t, r);
}

void
conntxn_lose(struct sendconn *c, const char *class, const char *esc,
    const char *text)
{
	struct sendresult r = { .status = "deferred",
		.class = class,
		.esc = esc,
		.esc_len = 5,
		.text = text,
		.text_len = strlen(text),
		.doubt = sendconn_is_last(c) };

	conntxn_drop(c, &r);
}
