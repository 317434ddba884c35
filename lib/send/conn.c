#include "send/write.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 *	connecting   lead set, no greeting yet: a failure means the next host
 *	greeting     of the lead's list, and after the last one an answer
 *	             "deferred" with what the last one said
 *	open         transactions in the machine (front, behind)
 *	idle         in the pool's hands; whatever is read means the end
 *	quitting     QUIT said; closed at the reply
 */

void
sendconn_wait(struct sendconn *c, enum sendpool_wait w)
{
	c->deadline_ms = clock_mono_ms() + sendpool_the->limit.wait_ms[w];
}

void
sendconn_close(struct sendconn *c)
{
	sendbody_close(&c->body, &sendpool_the->bodies);
	if (c->fd == -1)
		return;
	loop_io_stop(&c->io);
	close(c->fd);
	c->fd = -1;
	buf_free(&c->in);
	buf_free(&c->out);
	c->dot_left = 0;
}

void
sendconn_end(struct sendconn *c)
{
	sendconn_close(c);
	sendpool_gone(sendpool_the, c);
	sendhost_free(&c->host);
	free(c);
}

/* hosts in turn */

static void sendconn_ready(void *, int);

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
		r.next_ms = clock_wall_us() / 1000 + SENDPOOL_LOCAL_MS;
	}
	if (fail != NULL) {
		r.class = fail->class;
		r.code = fail->code;
		r.esc = fail->esc;
		r.esc_len = strlen(r.esc);
		r.text = fail->text;
	}
	r.text_len = strlen(r.text);
	sendpool_end(sendpool_the, c->lead, c, &r);
	c->lead = NULL;
	sendconn_end(c);
}

/* remember that it could not be connected, but when others stand: then it is
 * full, not dead */
static void
host_failed(const struct sendconn *c)
{
	struct sendpool *p = sendpool_the;
	size_t i;

	if (c->slot->n_conn > 1 && c->host.ip != NULL)
		for (i = 0; i < p->n_conn; i++)
			if (p->conn[i]->slot == c->slot && p->conn[i]->heard &&
			    strcmp(p->conn[i]->host.ip, c->host.ip) == 0)
				return;
	sendhost_failed(&c->host, &c->slot->site, &p->dead, clock_mono_ms());
}

/* connect to the next host of the lead's list; when there is none the lead
 * is answered and the connection is gone */
static void
next_host(struct sendconn *c)
{
	enum sendhost_step step;

	sendconn_close(c);
	memset(&c->s, 0, sizeof c->s);
	c->s.lmtp = c->slot->site.lmtp;
	c->heard = c->stands = c->dead = c->greeted = 0;
	do {
		step = sendhost_step(&c->host, c->lead->mx, &c->slot->site,
		    &sendpool_the->dead, clock_mono_ms(), &c->fd);
		if (step == SENDHOST_REFUSED)
			host_failed(c);
	} while (step == SENDHOST_SKIPPED || step == SENDHOST_REFUSED);
	if (step != SENDHOST_GOING) {
		give_up(c, step == SENDHOST_LOCAL);
		return;
	}
	/* that it stands, or not, shows when there is something to read */
	sendconn_wait(c, SENDPOOL_CONNECT);
	loop_io_start(&c->io, c->fd, LOOP_READ, sendconn_ready, c);
}

/* answers */

static void
put_reply(struct sendresult *r, const struct reply *re,
    char text[REPLY_TEXT_MAX])
{
	static const char *const plain[] = { "2.0.0", "3.0.0", "4.0.0",
		"5.0.0" };

	r->code = re->code;
	r->esc = re->esc;
	r->esc_len = re->esc_len;
	if (re->esc == NULL) {
		r->esc = plain[re->code / 100 - 2];
		r->esc_len = 5;
	}
	r->text = text;
	r->text_len = reply_text(re, text, REPLY_TEXT_MAX);
}

/* a transaction that told nothing yet may go to another connection */
static void
again_or(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	if (!sendpool_again(sendpool_the, t))
		sendpool_end(sendpool_the, t, c, r);
}

/*
 * the session has ended under its transactions: r is for the one in front,
 * the one behind was not heard of
 */
static void
drop_mail(struct sendconn *c, struct sendresult *r)
{
	struct sendtxn *t = (struct sendtxn *)c->s.front;
	struct sendtxn *behind = (struct sendtxn *)c->s.behind;
	int fresh;

	c->s.front = c->s.behind = NULL;
	if (behind != NULL) {
		struct sendresult q = { .status = "later",
			.class = "lost",
			.esc = "4.4.2",
			.esc_len = 5,
			.text = "connection ended before this message" };

		q.text_len = strlen(q.text);
		q.next_ms = clock_wall_us() / 1000 + 1000;
		again_or(c, behind, &q);
	}
	if (t == NULL)
		return;
	/* a kept connection that the other side gave up meanwhile */
	fresh = c->messages <= 1 + (behind != NULL);
	if (!fresh && t->mail.at == SMTPOUT_COMMANDS && t->mail.got == 0)
		again_or(c, t, r);
	else
		sendpool_end(sendpool_the, t, c, r);
}

int
sendconn_is_last(const struct sendconn *c)
{
	const struct smtpout_mail *m = c->s.front;

	return m != NULL && m->at == SMTPOUT_DOT && c->dot_left == 0;
}

void
sendconn_drop(struct sendconn *c, const char *class, const char *esc,
    const char *text)
{
	struct sendresult r = { .status = "deferred",
		.class = class,
		.esc = esc,
		.esc_len = 5,
		.text = text,
		.text_len = strlen(text),
		.doubt = sendconn_is_last(c) };

	drop_mail(c, &r);
}

/* the message's file is no good: in the middle of it nothing else can be said
 * than the end of the connection */
static void
file_fault(struct sendconn *c)
{
	char text[REPLY_TEXT_MAX];

	snprintf(text, sizeof text, "message file: %s", strerror(errno));
	sendconn_drop(c, "local", "4.3.0", text);
	sendconn_end(c);
}

int
sendconn_start(struct sendpool *p, struct sendslot *slot, struct sendtxn *t)
{
	struct sendconn *c = calloc(1, sizeof *c);

	if (c == NULL)
		return -1;
	c->fd = c->body.file = -1;
	c->slot = slot;
	c->lead = t;
	c->index = p->n_conn;
	p->conn[p->n_conn++] = c;
	slot->n_conn++;
	t->started_ms = clock_mono_ms();
	next_host(c);
	return 0;
}

/* the end of a session, from the other side or by fault */

/* why and when, and what had come of a reply */
static void
lost_text(const struct sendconn *c, const char *why, const char *phase,
    char text[REPLY_TEXT_MAX])
{
	char said[REPLY_TEXT_MAX];
	size_t n =
	    reply_noise(buf_data(&c->in), buf_len(&c->in), said, sizeof said);

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
		sendconn_drop(c, sendconn_is_last(c) ? "dot" : class, esc,
		    text);
	}
	sendconn_end(c);
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
		sendconn_wait(c, SENDPOOL_GREETING);
		c->deadline_ms -= sendpool_the->limit.wait_ms[SENDPOOL_CONNECT];
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

	if (c->is_idle && c->fd != -1) {
		/* without waiting for its reply: the place is needed */
		if (write(c->fd, "QUIT\r\n", 6) == -1) {
			/* then it is closed without */
		}
	}
	r.next_ms = clock_wall_us() / 1000 + 1000;
	if (c->lead != NULL) {
		sendpool_end(sendpool_the, c->lead, c, &r);
		c->lead = NULL;
	}
	if (sendconn_is_last(c))
		sendconn_drop(c, "dot", "4.4.2",
		    "stopped before the reply to the final dot");
	else
		drop_mail(c, &r);
	sendconn_end(c);
}

/* transactions */

/* has it done its share: by limits, or because other sites wait for a place */
int
sendconn_worn_out(const struct sendconn *c)
{
	const struct sendpool *p = sendpool_the;
	const struct sendtxn *next = c->slot->first;

	return smtpout_spent(&c->s) || c->messages >= p->limit.msgs ||
	    (next != NULL && next->msgs > 0 && c->messages >= next->msgs) ||
	    (p->want != NULL && p->want != c->slot &&
		c->messages >= SENDPOOL_SHARE);
}

static void
begin(struct sendconn *c, struct sendtxn *t)
{
	struct sendresult r = { .status = "bounced", .esc_len = 5 };
	char text[REPLY_TEXT_MAX];

	if (t->mail.utf8 && !(c->s.ext & SMTPOUT_UTF8) && sendtxn_ascii(t) &&
	    sendbody_plain_header(&c->body, &sendpool_the->bodies, t))
		t->mail.utf8 = 0;
	if (smtpout_fits(&c->s, &t->mail, &r.code, &r.esc, &r.text) !=
	    SMTPOUT_OK) {
		snprintf(text, sizeof text, "%u %s %s", r.code, r.esc, r.text);
		r.class = strcmp(r.esc, "5.3.4") == 0 ? "size" : "smtputf8";
		r.text = text;
		r.text_len = strlen(text);
		sendpool_end(sendpool_the, t, c, &r);
		return;
	}
	if (t->started_ms == 0 || t->retried > 0)
		t->started_ms = clock_mono_ms();
	c->messages++;
	smtpout_begin(&c->s, &t->mail);
}

/* its place is free when the other side has closed: whoever closes first
 * keeps the port pair busy for a minute */
static void
quit(struct sendconn *c)
{
	smtpout_quit(&c->s);
	c->quitting = 1;
	sendconn_wait(c, SENDPOOL_QUIT);
	sendwrite_push(c);
}

static void
set_phase_wait(struct sendconn *c)
{
	static const enum sendpool_wait wait[] = { [SMTPOUT_GREETING] =
						       SENDPOOL_GREETING,
		[SMTPOUT_HELO] = SENDPOOL_HELO,
		[SMTPOUT_MAIL] = SENDPOOL_MAIL,
		[SMTPOUT_RCPT] = SENDPOOL_RCPT,
		[SMTPOUT_DATA] = SENDPOOL_DATA,
		[SMTPOUT_BLOCK] = SENDPOOL_BLOCK,
		[SMTPOUT_FINAL] = SENDPOOL_DOT,
		[SMTPOUT_IDLE] = SENDPOOL_IDLE,
		[SMTPOUT_QUIT] = SENDPOOL_QUIT };

	sendconn_wait(c, wait[smtpout_phase(&c->s)]);
}

/* after events: the next thing to do */
static void
settle(struct sendconn *c)
{
	struct sendtxn *t;

	while (c->s.front == NULL && c->lead == NULL && !c->quitting &&
	    c->fd != -1 && !c->dead) {
		if (sendconn_worn_out(c) || sendpool_the->stopping) {
			quit(c);
			return;
		}
		t = sendpool_next(sendpool_the, c->slot);
		if (t == NULL) {
			sendpool_idle(sendpool_the, c);
			sendconn_wait(c, SENDPOOL_IDLE);
			return;
		}
		begin(c, t);
	}
	if (sendwrite_push(c) == -1)
		file_fault(c);
	else if (!c->dead)
		set_phase_wait(c);
}

void
sendconn_give(struct sendconn *c, struct sendtxn *t)
{
	begin(c, t);
	settle(c);
}

/* events */

static void
on_verdict(struct sendconn *c, const struct smtpout_event *ev)
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
	put_reply(&r, &ev->reply, text);
	for (i = ev->first; i < ev->end; i++)
		if (t->mail.rcpt[i].state != SMTPOUT_DECIDED)
			sendpool_answer(sendpool_the, t, i, c, &r);
}

static void
on_refused(struct sendconn *c, const struct smtpout_event *ev)
{
	sendhost_fail_reply(&c->host, smtpout_phase_name(ev->phase),
	    &ev->reply);
	if (write(c->fd, "QUIT\r\n", 6) == -1) {
		/* it is closed anyway */
	}
	next_host(c);
}

/* 421 and what is no SMTP: the session is over */
static void
on_fault(struct sendconn *c, const struct smtpout_event *ev)
{
	int closing = ev->kind == SMTPOUT_CLOSING;
	char text[REPLY_TEXT_MAX], said[REPLY_TEXT_MAX] = "";
	struct sendresult r = { .status = "deferred" };
	size_t n = 0;

	if (c->lead != NULL && closing) {
		on_refused(c, ev);
		return;
	}
	if (!closing) {
		n = ev->reply.p != NULL
		    ? reply_text(&ev->reply, said, sizeof said - 1)
		    : reply_noise(ev->noise, ev->noise_len, said,
			  sizeof said - 1);
		said[n] = '\0';
		if (c->lead != NULL) {
			sendhost_fail(&c->host, "protocol", "4.5.0",
			    "unexpected reply: %s%s", said, "");
			next_host(c);
			return;
		}
		snprintf(text, sizeof text, "unexpected reply (%s): %.400s",
		    smtpout_phase_name(ev->phase), said);
		sendconn_drop(c, "protocol", "4.5.0", text);
	} else {
		put_reply(&r, &ev->reply, text);
		r.class = "421";
		drop_mail(c, &r);
	}
	sendconn_end(c);
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
		begin(c, t);
		return 0;
	case SMTPOUT_VERDICT:
		on_verdict(c, ev);
		/* fall through */
	case SMTPOUT_OVER:
		if (ev->over)
			sendpool_end(sendpool_the, (struct sendtxn *)ev->mail,
			    c, NULL);
		return 0;
	case SMTPOUT_REFUSED: on_refused(c, ev); return -1;
	case SMTPOUT_CLOSING:
	case SMTPOUT_BROKEN: on_fault(c, ev); return -1;
	case SMTPOUT_BYE: sendconn_end(c); return -1;
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
			sendhost_alive(&c->host, &c->slot->site,
			    &sendpool_the->dead);
		}
		if (on_event(c, &ev) == -1)
			return -1;
	} while (ev.kind != SMTPOUT_MORE);
	buf_free(&c->in);
	if (at < n && buf_put(&c->in, p + at, n - at) == -1)
		die(EXIT_TEMP, "out of memory");
	return at > 0;
}

static void
on_readable(struct sendconn *c)
{
	static char in[REPLY_MAX + SENDPOOL_READ];
	size_t kept = buf_len(&c->in);
	ssize_t n;

	if (kept > 0)
		memcpy(in, buf_data(&c->in), kept);
	n = read(c->fd, in + kept, SENDPOOL_READ);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		lost_errno(c, n == 0 ? 0 : errno);
		return;
	}
	if (c->is_idle) {
		/* 421 or noise: nobody asked for it */
		sendconn_end(c);
		return;
	}
	if (feed(c, in, kept + n) == 1)
		settle(c);
}

static void
sendconn_ready(void *arg, int events)
{
	struct sendconn *c = arg;

	if ((events & LOOP_WRITE) && !c->dead) {
		if (sendwrite_flush(c)) {
			loop_io_want(&c->io, LOOP_READ);
			if (sendwrite_push(c) == -1) {
				file_fault(c);
				return;
			}
		}
	}
	if (events & LOOP_READ)
		on_readable(c);
}
