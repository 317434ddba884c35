#include "send/conntxn.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/connbdat.h"
#include "send/connphase.h"
#include "send/conntls.h"
#include "send/trim.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

int
conntxn_worn_out(const struct sendconn *c)
{
	const struct sendconn_share *s = c->share;
	const struct sendtxn *next = s->ops->peek(c);

	return smtpout_spent(&c->s) || c->messages >= s->msgs ||
	    (c->s.said.mail_max > 0 && c->messages >= c->s.said.mail_max) ||
	    (conntls_once(c) && c->messages > 0) ||
	    (next != NULL && next->msgs > 0 && c->messages >= next->msgs) ||
	    (c->messages >= SENDCONN_SHARE && s->ops->is_wanted(c));
}

/* ours, not the server's */
static void
refuse(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	char text[REPLY_TEXT_MAX];

	snprintf(text, sizeof text, "%u %s %s", r->code, r->esc, r->text);
	r->class = strcmp(r->esc, "5.3.4") == 0 ? "size"
	    : strcmp(r->esc, "5.6.7") == 0      ? "smtputf8"
						: "policy";
	r->phase = "mail";
	r->text = text;
	r->text_len = strlen(text);
	c->share->ops->on_over(c, t, r);
}

/* how long it has left now, as BY says it */
static void
take_time(struct sendtxn *t)
{
	int64_t left = t->by.at - clock_wall_us() / 1000000;

	if (t->by.mode == 0)
		return;
	if (t->by.mode == 'R' && left < 1)
		left = 1; /* who keeps the queue has not returned it yet */
	if (left > EXTENSION_BY_MAX_S)
		left = EXTENSION_BY_MAX_S;
	if (left < -EXTENSION_BY_MAX_S)
		left = -EXTENSION_BY_MAX_S;
	t->mail.by =
	    (struct extension_by){ left, t->by.mode, (unsigned)t->by.trace };
}

/* it is the machine's, as far as the server takes it at a time: the other
 * recipients go at once, by themselves (RFC 9422 section 3) */
static void
begin(struct sendconn *c, struct sendtxn *t)
{
	static const char text[] = "the server takes fewer at a time";
	struct sendresult r = { .status = "later",
		.class = "limit",
		.phase = "mail",
		.text = text,
		.text_len = sizeof text - 1,
		.next_ms = clock_wall_us() / 1000 };
	unsigned n = sendtrim(t, c->s.said.rcpt_max, c->s.said.domain_max), i;

	if (n < t->mail.n_rcpt) {
		for (i = n; i < t->mail.n_rcpt; i++)
			c->share->ops->on_answer(c, t, i, &r);
		sendtrim_cut(t, n);
	}
	c->messages++;
	t->stages.connect = c->connect_ms;
	t->stages.tls = c->tls_ms;
	c->connect_ms = c->tls_ms = 0;
	t->data_ms = 0;
	smtpout_begin(&c->s, &t->mail);
}

/* a message that only asks for SMTPUTF8 goes without where there is none; 0, or
 * -1 with errno: its file is no good, so nobody knows */
static int
go_plain(struct sendconn *c, struct sendtxn *t)
{
	int plain = 0;

	if (t->mail.utf8 && !(c->s.ext & EXTENSION_SMTPUTF8) &&
	    sendtxn_ascii(t))
		plain = sendbody_plain_header(&c->body, &c->share->bodies, t);
	if (plain == 1)
		t->mail.utf8 = 0;
	return plain == -1 ? -1 : 0;
}

static void
no_file(struct sendconn *c, struct sendtxn *t)
{
	char text[REPLY_TEXT_MAX];
	struct sendresult r = { .status = "deferred",
		.class = "local",
		.phase = "mail",
		.esc = "4.3.0",
		.esc_len = 5,
		.text = text };

	snprintf(text, sizeof text, "message file: %s", strerror(errno));
	r.text_len = strlen(text);
	c->share->ops->on_over(c, t, &r);
}

void
conntxn_begin(struct sendconn *c, struct sendtxn *t)
{
	struct sendresult r = { .status = "bounced", .esc_len = 5 };

	take_time(t);
	if (go_plain(c, t) == -1) {
		no_file(c, t);
		return;
	}
	if (smtpout_fits(&c->s, &t->mail, &r.code, &r.esc, &r.text) !=
	    SMTPOUT_OK) {
		refuse(c, t, &r);
		return;
	}
	if (t->started_ms == 0 || t->retried > 0)
		t->started_ms = clock_mono_ms();
	begin(c, t);
}

void
conntxn_pipeline(struct sendconn *c, struct buf *o)
{
	struct sendtxn *t = c->share->ops->peek(c);
	const char *esc, *text;
	unsigned code;

	if (!smtpout_room(&c->s) || t == NULL || conntxn_worn_out(c))
		return;
	take_time(t);
	if (smtpout_fits(&c->s, &t->mail, &code, &esc, &text) != SMTPOUT_OK)
		return;
	t = c->share->ops->take(c);
	if (t == NULL)
		return;
	t->started_ms = clock_mono_ms();
	begin(c, t);
	if (smtpout_pull(&c->s, "", o) == -1)
		die(EXIT_TEMP, "out of memory");
}

/* does its sender want to hear of success, and nobody tells him but us?  RFC
 * 3461 section 5.2.2 */
static int
is_owed(const struct sendconn *c, const struct smtpout_rcpt *r)
{
	const char *notify =
	    r->dsn == NULL ? NULL : strcasestr(r->dsn, "NOTIFY=");

	const char *success =
	    notify == NULL ? NULL : strcasestr(notify, "SUCCESS");

	return success != NULL && !(c->s.ext & EXTENSION_DSN) &&
	    (size_t)(success - notify) < strcspn(notify, " ");
}

/* it wants a login that it has not had: our configuration, or it has forgotten.
 * 530 of an MX is its own fault */
static int
wants_login(const struct sendconn *c, const struct sendtxn *t,
    const struct reply *re)
{
	return re->code == 530 && (c->site->login != NULL || t->smarthost);
}

/* words for people behind the reply, which stands in text */
static void
say_login(struct sendresult *r, char text[REPLY_TEXT_MAX])
{
	static const char why[] =
	    " (a rule sends it here, and tls-out has no login for this host)";

	if (r->text_len + sizeof why > REPLY_TEXT_MAX)
		return;
	memcpy(text + r->text_len, why, sizeof why - 1);
	r->text_len += sizeof why - 1;
}

/* it is not about the message, and may be over in a minute */
static void
put_off(struct sendresult *r, const char *class, char esc[REPLY_ESC_MAX])
{
	memcpy(esc, r->esc, r->esc_len);
	esc[0] = '4';
	r->esc = esc;
	r->status = "deferred";
	r->class = class;
}

void
conntxn_verdict(struct sendconn *c, const struct smtpout_event *ev)
{
	static const char *const status[] = { [SMTPOUT_OK] = "sent",
		[SMTPOUT_TEMP] = "deferred",
		[SMTPOUT_PERM] = "bounced",
		[SMTPOUT_LATER] = "later" };
	struct sendtxn *t = (struct sendtxn *)ev->mail;
	char text[REPLY_TEXT_MAX], esc[REPLY_ESC_MAX];
	struct sendresult r = { .status = status[ev->verdict],
		.phase = smtpout_phase_name(ev->phase) };
	/* RFC 2033: who speaks LMTP delivers */
	const char *done = c->s.lmtp ? "delivered" : "relayed";
	unsigned i;

	if (ev->verdict != SMTPOUT_OK)
		r.class = ev->verdict == SMTPOUT_LATER
		    ? "limit"
		    : smtpout_phase_name(ev->phase);
	if (ev->verdict == SMTPOUT_LATER)
		r.next_ms = clock_wall_us() / 1000;
	sendresult_reply(&r, &ev->reply, text);
	/* TLS failed, and the host takes nothing without; or it wants a login
	 * that is ours to give.  VIOLATIONS.md: TLS-530, AUTH-5XX */
	if (conntls_is_missed(c, &ev->reply)) {
		put_off(&r, "tls", esc);
	} else if (wants_login(c, t, &ev->reply)) {
		put_off(&r, "auth", esc);
		if (c->site->login == NULL)
			say_login(&r, text);
	} else if (connbdat_refused(c, ev)) {
		put_off(&r, "protocol", esc);
	}
	for (i = ev->first; i < ev->end; i++)
		if (t->mail.rcpt[i].state != SMTPOUT_DECIDED) {
			r.dsn = ev->verdict == SMTPOUT_OK &&
				is_owed(c, &t->mail.rcpt[i])
			    ? done
			    : NULL;
			c->share->ops->on_answer(c, t, i, &r);
		}
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
		.phase = "mail",
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

	r->phase = connphase(c);
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
