#include "send/connreply.h"
#include "send/connbdat.h"
#include "send/connhost.h"
#include "send/connlogin.h"
#include "send/conntls.h"
#include "send/conntxn.h"
#include <stdio.h>
#include <stdlib.h>

/* READY, or as if it had been */
static void
ready(struct sendconn *c)
{
	struct sendtxn *t = c->lead;

	connlogin_free(c);
	free(c->host.fail);
	c->host.fail = NULL;
	c->lead = NULL;
	connbdat_open(c);
	connbdat_early(c, t);
	conntxn_begin(c, t);
}

/* what follows from TLS, or from there being none: 0: go on, -1: the
 * connection is gone or another */
int
connreply_tls(struct sendconn *c, enum conntls_next next)
{
	switch (next) {
	case CONNTLS_WAIT: return 0;
	case CONNTLS_SECURED:
		if (!c->site->implicit)
			smtpout_secured(&c->s);
		return 0;
	case CONNTLS_CLEAR:
		smtpout_plain(&c->s);
		ready(c);
		return 0;
	case CONNTLS_AGAIN: connhost_same(c); return -1;
	case CONNTLS_NEXT_HOST: connhost_next(c); return -1;
	}
	return 0;
}

static void
on_refused(struct sendconn *c, const struct smtpout_event *ev)
{
	enum smtpout_phase p = ev->phase;

	if (p == SMTPOUT_AUTH && ev->kind == SMTPOUT_REFUSED) {
		connlogin_refused(c, &ev->reply);
	} else {
		conntls_stands(c);
		/* 421 says nothing of TLS or the login */
		if (p == SMTPOUT_STARTTLS || p == SMTPOUT_AUTH)
			p = SMTPOUT_HELO;
		sendhost_fail_reply(&c->host, smtpout_phase_name(p),
		    &ev->reply);
		if (c->host.fail != NULL)
			c->host.fail->phase = smtpout_phase_name(ev->phase);
	}
	stream_write(&c->stream, "QUIT\r\n", 6);
	connhost_next(c);
}

/* 421: the session is over */
static void
on_closing(struct sendconn *c, const struct smtpout_event *ev)
{
	struct sendresult r = { .status = "deferred" };
	char text[REPLY_TEXT_MAX];

	if (c->lead != NULL) {
		on_refused(c, ev);
		return;
	}
	sendresult_reply(&r, &ev->reply, text);
	r.class = "421";
	conntxn_drop(c, &r);
	connhost_end(c);
}

/* so it is when what comes is no SMTP */
static void
on_broken(struct sendconn *c, const struct smtpout_event *ev)
{
	char text[REPLY_TEXT_MAX], said[REPLY_TEXT_MAX];
	size_t n = ev->reply.p != NULL
	    ? reply_text(&ev->reply, said, sizeof said - 1)
	    : reply_noise(ev->noise, ev->noise_len, said, sizeof said - 1);

	said[n] = '\0';
	if (conntls_is_settling(c)) {
		snprintf(text, sizeof text, "unexpected reply (%s): %.400s",
		    smtpout_phase_name(ev->phase), said);
		connreply_tls(c, conntls_lost(c, text));
		return;
	}
	if (ev->why != NULL) {
		connlogin_broken(c, ev->why);
		connhost_next(c);
		return;
	}
	if (c->lead != NULL) {
		sendhost_fail(&c->host, "protocol", "4.5.0",
		    "unexpected reply: %s%s", said, "");
		connhost_next(c);
		return;
	}
	snprintf(text, sizeof text, "unexpected reply (%s): %.400s",
	    smtpout_phase_name(ev->phase), said);
	conntxn_lose(c, "protocol", "4.5.0", text);
	connhost_end(c);
}

/* it will not do, and answers: the next one; as connreply_event() */
static int
leave(struct sendconn *c)
{
	stream_write(&c->stream, "QUIT\r\n", 6);
	connhost_next(c);
	return -1;
}

/* a login is wanted: the same */
static int
login(struct sendconn *c)
{
	conntls_stands(c);
	if (!conntls_is_enough(c) || connlogin_begin(c) == -1)
		return leave(c);
	return 0;
}

/* EHLO is answered, and the login taken: the same */
static int
on_open(struct sendconn *c)
{
	conntls_stands(c);
	if (!conntls_is_enough(c))
		return leave(c);
	ready(c);
	return 0;
}

/* what is under way still has no meaning any more, QUIT neither */
static int
cut(struct sendconn *c)
{
	conntxn_lose(c, "lost", "4.4.2",
	    "connection ended before this message");
	connhost_end(c);
	return -1;
}

/* 0: go on, -1: the connection is gone or another */
int
connreply_event(struct sendconn *c, const struct smtpout_event *ev)
{
	switch (ev->kind) {
	case SMTPOUT_MORE:
	case SMTPOUT_WORK: return 0; /* on_ready() */
	case SMTPOUT_LOGIN: return login(c);
	case SMTPOUT_READY: return on_open(c);
	case SMTPOUT_STARTTLS_GO: return connreply_tls(c, conntls_begin(c, ev));
	case SMTPOUT_NO_TLS: return connreply_tls(c, conntls_none(c, ev));
	case SMTPOUT_VERDICT:
	case SMTPOUT_OVER:
		if (ev->kind == SMTPOUT_VERDICT)
			conntxn_verdict(c, ev);
		if (ev->over)
			c->share->ops->on_over(c, (struct sendtxn *)ev->mail,
			    NULL);
		return c->s.cut ? cut(c) : 0;
	case SMTPOUT_REFUSED: on_refused(c, ev); return -1;
	case SMTPOUT_CLOSING: on_closing(c, ev); return -1;
	case SMTPOUT_BROKEN: on_broken(c, ev); return -1;
	case SMTPOUT_BYE:
		/* the end is said under TLS, and nobody waits for theirs */
		if (c->s.secured && stream_pending(&c->stream) == 0)
			stream_end(&c->stream);
		connhost_end(c);
		return -1;
	}
	return 0;
}
