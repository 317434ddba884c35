#include "send/conn.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/connbdat.h"
#include "send/connhost.h"
#include "send/connlost.h"
#include "send/connrace.h"
#include "send/connrelay.h"
#include "send/connreply.h"
#include "send/conntls.h"
#include "send/conntrace.h"
#include "send/conntxn.h"
#include "send/write.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_ready(void *, int);

int
sendconn_share_open(struct sendconn_share *s)
{
	s->on_ready = on_ready;
	s->bodies.chunk = malloc(SENDBODY_CHUNK);
	s->in = malloc(REPLY_MAX + SENDCONN_READ);
	if (s->bodies.chunk == NULL || s->in == NULL)
		return -1;
	return buf_reserve(&s->out, DOTOUT_ROOM(SENDBODY_CHUNK) + 4096);
}

void
sendconn_share_close(struct sendconn_share *s)
{
	free(s->bodies.chunk);
	free(s->in);
	buf_free(&s->out);
	slowhost_free(&s->slow);
	deadhost_free(&s->dead);
	deadhost_free(&s->plain);
	deadhost_free(&s->bad);
	deadhost_free(&s->no_bdat);
	sendsessions_free(&s->sessions);
}

void
sendconn_start(struct sendconn *c, struct sendconn_share *s,
    const struct sendsite *site, struct sendtxn *t)
{
	c->share = s;
	c->site = site;
	c->body.file = -1;
	c->lead = t;
	t->started_ms = clock_mono_ms();
	connhost_next(c);
}

/* the message's file is no good: in the middle of it nothing else can be said
 * than the end of the connection */
static void
file_fault(struct sendconn *c)
{
	char text[REPLY_TEXT_MAX];

	snprintf(text, sizeof text, "message file: %s", strerror(errno));
	conntxn_lose(c, "local", "4.3.0", text);
	connhost_end(c);
}

/* transactions */

/* its place is free when the other side has closed: whoever closes first
 * keeps the port pair busy for a minute */
static void
quit(struct sendconn *c)
{
	smtpout_quit(&c->s);
	c->quitting = 1;
	sendconn_wait(c, SENDWAIT_QUIT);
	sendwrite_push(c);
}

static void
set_phase_wait(struct sendconn *c)
{
	static const enum sendwait wait[] = { [SMTPOUT_GREETING] =
						  SENDWAIT_GREETING,
		[SMTPOUT_HELO] = SENDWAIT_HELO,
		[SMTPOUT_STARTTLS] = SENDWAIT_STARTTLS,
		[SMTPOUT_AUTH] = SENDWAIT_AUTH,
		[SMTPOUT_MAIL] = SENDWAIT_MAIL,
		[SMTPOUT_RCPT] = SENDWAIT_RCPT,
		[SMTPOUT_DATA] = SENDWAIT_DATA,
		[SMTPOUT_BLOCK] = SENDWAIT_BLOCK,
		[SMTPOUT_FINAL] = SENDWAIT_DOT,
		[SMTPOUT_IDLE] = SENDWAIT_IDLE,
		[SMTPOUT_QUIT] = SENDWAIT_QUIT };

	sendconn_wait(c,
	    conntls_is_shaking(c) ? SENDWAIT_TLS : wait[smtpout_phase(&c->s)]);
}

static void
go_idle(struct sendconn *c)
{
	sendconn_wait(c, SENDWAIT_IDLE);
	if (c->is_idle)
		return;
	c->is_idle = 1;
	c->share->ops->on_idle(c);
}

/* after events: the next thing to do */
static void
settle(struct sendconn *c)
{
	struct sendtxn *t;

	while (c->s.front == NULL && c->lead == NULL && !c->quitting &&
	    !c->dead) {
		if (conntxn_worn_out(c) || c->share->stopping) {
			quit(c);
			return;
		}
		t = c->share->ops->take(c);
		if (t == NULL) {
			go_idle(c);
			return;
		}
		connbdat_early(c, t);
		conntxn_begin(c, t);
	}
	if (sendwrite_push(c) == -1) {
		file_fault(c);
		return;
	}
	if (!c->dead)
		set_phase_wait(c);
	if (c->s.works)
		stream_want(&c->stream, LOOP_READ | LOOP_WRITE);
}

void
sendconn_give(struct sendconn *c, struct sendtxn *t)
{
	connbdat_early(c, t);
	c->is_idle = 0;
	conntxn_begin(c, t);
	settle(c);
}

/* events */

/* all hosts that it tried are in it; TLS that comes first is not */
static void
took_connect(struct sendconn *c)
{
	if (c->lead != NULL)
		c->connect_ms = (uint32_t)(clock_mono_ms() -
		    c->lead->started_ms - c->tls_ms);
}

/* what has come, with what was kept before it: 1 when there was a whole reply,
 * 0 when not (that is no progress: the deadline stays), -1 as connreply_event() */
static int
feed(struct sendconn *c, const char *p, size_t n)
{
	struct smtpout_event ev;
	size_t at = 0, used;

	/* a part of a greeting: the time to connect is over, RFC 5321 section
	 * 4.5.3.2.1 gives five minutes to the whole */
	if (!c->stands)
		sendconn_wait(c, SENDWAIT_GREETING);
	c->heard = c->stands = 1;
	connrace_end(c);
	do {
		used = smtpout_feed(&c->s, p + at, n - at, &ev);
		conntrace_in(c, p + at, used);
		at += used;
		if (!c->greeted &&
		    (ev.kind != SMTPOUT_MORE ||
			smtpout_phase(&c->s) != SMTPOUT_GREETING)) {
			c->greeted = 1;
			took_connect(c);
			sendhost_alive(&c->host, c->site, &c->share->dead);
		}
		if (connreply_event(c, &ev) == -1)
			return -1;
	} while (ev.kind != SMTPOUT_MORE);
	if (stream_unread(&c->stream, p + at, n - at) == -1)
		die(EXIT_TEMP, "out of memory");
	return at > 0;
}

static void
on_readable(struct sendconn *c)
{
	char *in = c->share->in;
	ssize_t n = stream_read(&c->stream, in, SENDCONN_READ);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0) {
		connlost_errno(c, n == 0 ? 0 : errno);
		return;
	}
	if (c->is_idle) {
		/* 421 or noise: nobody asked for it */
		connhost_end(c);
		return;
	}
	if (feed(c, in, n) == 1)
		settle(c);
}

static void
on_handshake(struct sendconn *c)
{
	enum conntls_next next = conntls_settled(c);

	if (next != CONNTLS_WAIT && connreply_tls(c, next) == 0)
		settle(c);
}

/* TLS comes before the greeting */
static void
on_standing(struct sendconn *c)
{
	c->stands = 1;
	connrace_end(c);
	if (connreply_tls(c, conntls_begin(c, NULL)) == 0)
		set_phase_wait(c);
}

/* through a relay: what comes before the host's first word */
static void
on_relay(struct sendconn *c)
{
	switch (connrelay_ready(c)) {
	case CONNRELAY_WAIT: return;
	case CONNRELAY_DEAD:
		connhost_failed(c);
		connhost_next(c);
		return;
	case CONNRELAY_NEXT: connhost_next(c); return;
	case CONNRELAY_DONE: break;
	}
	connrelay_free(c);
	c->stands = 1;
	sendconn_wait(c, SENDWAIT_GREETING);
	stream_want(&c->stream, LOOP_READ);
	if (conntls_is_first(c))
		on_standing(c);
}

/* the slow part of a login, a piece each time that others had their turn */
static void
work(struct sendconn *c)
{
	int r = c->s.works ? smtpout_work(&c->s) : 0;

	if (r == -1)
		die(EXIT_TEMP, "out of memory");
	if (r == 1)
		stream_want(&c->stream, LOOP_READ | LOOP_WRITE);
}

static void
on_ready(void *arg, int events)
{
	struct sendconn *c = arg;

	if (c->relay != NULL) {
		on_relay(c);
		return;
	}
	if (conntls_is_shaking(c)) {
		on_handshake(c);
		return;
	}
	if (conntls_is_first(c) && dial_stands(c->fd)) {
		on_standing(c);
		return;
	}
	if ((events & LOOP_WRITE) && !c->dead) {
		stream_want(&c->stream, LOOP_READ);
		work(c);
		if (sendwrite_push(c) == -1) {
			file_fault(c);
			return;
		}
	}
	if (events & LOOP_READ)
		on_readable(c);
}
