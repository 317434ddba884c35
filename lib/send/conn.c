#include "send/conn.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/conntxn.h"
#include "send/write.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
sendconn_share_open(struct sendconn_share *s)
{
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
	deadhost_free(&s->dead);
}

static void
close_all(struct sendconn *c)
{
	sendbody_close(&c->body, &c->share->bodies);
	stream_close(&c->stream);
}

/* it is gone, whatever it was */
static void
end(struct sendconn *c)
{
	close_all(c);
	sendhost_free(&c->host);
	c->share->ops->on_gone(c);
}

/* hosts in turn */

static void on_ready(void *, int);

/* all hosts have failed; or we have, and that was no attempt */
static void
give_up(struct sendconn *c, int local)
{
	const struct sendfail *fail = c->host.fail;
	struct sendresult r = { .status = "deferred",
		.class = "connect",
		.esc = "4.4.1",
		.esc_len = 5,
		.text = "no usable host" };

	if (local) {
		r.status = "later";
		r.class = "local";
		r.next_ms = clock_wall_us() / 1000 + SENDCONN_LOCAL_MS;
	}
	if (fail != NULL) {
		r.class = fail->class;
		r.code = fail->code;
		r.esc = fail->esc;
		r.esc_len = strlen(r.esc);
		r.text = fail->text;
	}
	r.text_len = strlen(r.text);
	c->share->ops->on_over(c, c->lead, &r);
	c->lead = NULL;
	end(c);
}

/* remember that it could not be connected, but when others stand: then it is
 * full, not dead */
static void
host_failed(const struct sendconn *c)
{
	struct sendconn_share *s = c->share;

	if (c->host.ip == NULL || !s->ops->has_sibling(c))
		sendhost_failed(&c->host, c->site, &s->dead, clock_mono_ms());
}

/* connect to the next host of the lead's list; when there is none the lead
 * is answered and the connection is gone */
static void
next_host(struct sendconn *c)
{
	enum sendhost_step step;

	close_all(c);
	memset(&c->s, 0, sizeof c->s);
	c->s.lmtp = c->site->lmtp;
	c->heard = c->stands = c->greeted = c->dead = c->no_dot = 0;
	do {
		step = sendhost_step(&c->host, c->lead->mx, c->site,
		    &c->share->dead, clock_mono_ms(), &c->fd);
		if (step == SENDHOST_REFUSED)
			host_failed(c);
	} while (step == SENDHOST_SKIPPED || step == SENDHOST_REFUSED);
	if (step != SENDHOST_GOING) {
		give_up(c, step == SENDHOST_LOCAL);
		return;
	}
	/* that it stands, or not, shows when there is something to read */
	sendconn_wait(c, SENDWAIT_CONNECT);
	stream_open(&c->stream, c->fd, c->fd);
	stream_watch(&c->stream, LOOP_READ, on_ready, c);
}

/* the message's file is no good: in the middle of it nothing else can be said
 * than the end of the connection */
static void
file_fault(struct sendconn *c)
{
	char text[REPLY_TEXT_MAX];

	snprintf(text, sizeof text, "message file: %s", strerror(errno));
	conntxn_lose(c, "local", "4.3.0", text);
	end(c);
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
	next_host(c);
}

/* the end of a session, from the other side or by fault */

/* why and when, and what had come of a reply */
static void
lost_text(const struct sendconn *c, const char *why, const char *phase,
    char text[REPLY_TEXT_MAX])
{
	char said[REPLY_TEXT_MAX];
	const char *kept;
	size_t n = stream_kept(&c->stream, &kept);

	n = reply_noise(kept, n, said, sizeof said);
	snprintf(text, REPLY_TEXT_MAX, "%s (%s)%s%.*s", why, phase,
	    n > 0 ? ", after: " : "", n < 400 ? (int)n : 400, said);
}

/* dead: the next ones need not try this host */
static void
lost(struct sendconn *c, const char *class, const char *esc, const char *why,
    int dead)
{
	enum smtpout_phase ph = smtpout_phase(&c->s);
	char text[REPLY_TEXT_MAX];

	lost_text(c, why,
	    c->lead == NULL || c->heard || c->stands ? smtpout_phase_name(ph)
						     : "connect",
	    text);
	if (c->lead != NULL) {
		sendhost_fail(&c->host, class, esc, "%s%s", text, "");
		if (dead)
			host_failed(c);
		next_host(c);
		return;
	}
	if (c->s.front != NULL) {
		conntxn_lose(c, sendconn_is_last(c) ? "dot" : class, esc, text);
	}
	end(c);
}

static void
lost_errno(struct sendconn *c, int err)
{
	if (err == 0 || err == ECONNRESET || err == EPIPE)
		c->stands = 1; /* it did, at least */
	lost(c, c->stands ? "lost" : "connect", c->stands ? "4.4.2" : "4.4.1",
	    err == 0 || err == EPIPE ? "connection closed" : strerror(err),
	    !c->heard && !c->stands);
}

void
sendconn_timeout(struct sendconn *c)
{
	if (c->is_idle) {
		sendconn_stop(c);
		return;
	}
	if (c->dead) {
		lost(c, "lost", "4.4.2", "connection closed", 0);
		return;
	}
	if (c->lead != NULL && !c->heard && !c->stands && dial_stands(c->fd)) {
		c->stands = 1;
		sendconn_wait(c, SENDWAIT_GREETING);
		c->deadline_ms -= c->share->wait_ms[SENDWAIT_CONNECT];
		if (c->deadline_ms > clock_mono_ms())
			return;
	}
	if (c->lead != NULL && !c->heard && !c->stands)
		lost(c, "connect", "4.4.1", "timeout", 1);
	else
		/* one that takes connections and never greets costs more
		 * than one that refuses them */
		lost(c, "timeout", "4.4.2", "timeout", !c->greeted);
}

void
sendconn_stop(struct sendconn *c)
{
	struct sendresult r = { .status = "later",
		.class = "local",
		.text = "stopping",
		.text_len = 8 };

	/* without waiting for its reply: the place is needed */
	if (c->is_idle)
		stream_write(&c->stream, "QUIT\r\n", 6);
	r.next_ms = clock_wall_us() / 1000 + 1000;
	if (c->lead != NULL) {
		c->share->ops->on_over(c, c->lead, &r);
		c->lead = NULL;
	}
	if (sendconn_is_last(c))
		conntxn_lose(c, "dot", "4.4.2",
		    "stopped before the reply to the final dot");
	else
		conntxn_drop(c, &r);
	end(c);
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
		[SMTPOUT_MAIL] = SENDWAIT_MAIL,
		[SMTPOUT_RCPT] = SENDWAIT_RCPT,
		[SMTPOUT_DATA] = SENDWAIT_DATA,
		[SMTPOUT_BLOCK] = SENDWAIT_BLOCK,
		[SMTPOUT_FINAL] = SENDWAIT_DOT,
		[SMTPOUT_IDLE] = SENDWAIT_IDLE,
		[SMTPOUT_QUIT] = SENDWAIT_QUIT };

	sendconn_wait(c, wait[smtpout_phase(&c->s)]);
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
		conntxn_begin(c, t);
	}
	if (sendwrite_push(c) == -1)
		file_fault(c);
	else if (!c->dead)
		set_phase_wait(c);
}

void
sendconn_give(struct sendconn *c, struct sendtxn *t)
{
	c->is_idle = 0;
	conntxn_begin(c, t);
	settle(c);
}

/* events */

static void
on_refused(struct sendconn *c, const struct smtpout_event *ev)
{
	sendhost_fail_reply(&c->host, smtpout_phase_name(ev->phase),
	    &ev->reply);
	stream_write(&c->stream, "QUIT\r\n", 6);
	next_host(c);
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
	end(c);
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
	if (c->lead != NULL) {
		sendhost_fail(&c->host, "protocol", "4.5.0",
		    "unexpected reply: %s%s", said, "");
		next_host(c);
		return;
	}
	snprintf(text, sizeof text, "unexpected reply (%s): %.400s",
	    smtpout_phase_name(ev->phase), said);
	conntxn_lose(c, "protocol", "4.5.0", text);
	end(c);
}

/* 0: go on, -1: the connection is gone or another */
static int
on_event(struct sendconn *c, const struct smtpout_event *ev)
{
	struct sendtxn *t;

	switch (ev->kind) {
	case SMTPOUT_MORE: return 0;
	case SMTPOUT_READY:
		free(c->host.fail);
		c->host.fail = NULL;
		t = c->lead;
		c->lead = NULL;
		conntxn_begin(c, t);
		return 0;
	case SMTPOUT_VERDICT:
	case SMTPOUT_OVER:
		if (ev->kind == SMTPOUT_VERDICT)
			conntxn_verdict(c, ev);
		if (ev->over)
			c->share->ops->on_over(c, (struct sendtxn *)ev->mail,
			    NULL);
		return 0;
	case SMTPOUT_REFUSED: on_refused(c, ev); return -1;
	case SMTPOUT_CLOSING: on_closing(c, ev); return -1;
	case SMTPOUT_BROKEN: on_broken(c, ev); return -1;
	case SMTPOUT_BYE: end(c); return -1;
	}
	return 0;
}

/* what has come, with what was kept before it: 1 when there was a whole reply,
 * 0 when not (that is no progress: the deadline stays), -1 as on_event() */
static int
feed(struct sendconn *c, const char *p, size_t n)
{
	struct smtpout_event ev;
	size_t at = 0;

	c->heard = c->stands = 1;
	do {
		at += smtpout_feed(&c->s, p + at, n - at, &ev);
		if (!c->greeted &&
		    (ev.kind != SMTPOUT_MORE ||
			smtpout_phase(&c->s) != SMTPOUT_GREETING)) {
			c->greeted = 1;
			sendhost_alive(&c->host, c->site, &c->share->dead);
		}
		if (on_event(c, &ev) == -1)
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
		lost_errno(c, n == 0 ? 0 : errno);
		return;
	}
	if (c->is_idle) {
		/* 421 or noise: nobody asked for it */
		end(c);
		return;
	}
	if (feed(c, in, n) == 1)
		settle(c);
}

static void
on_ready(void *arg, int events)
{
	struct sendconn *c = arg;

	if ((events & LOOP_WRITE) && !c->dead) {
		stream_want(&c->stream, LOOP_READ);
		if (sendwrite_push(c) == -1) {
			file_fault(c);
			return;
		}
	}
	if (events & LOOP_READ)
		on_readable(c);
}
