#include "recv/session.h"
#include "base/die.h"
#include "recv/peer.h"
#include "recv/receiptreply.h"
#include "recv/rejection.h"
#include "recv/sessionevent.h"
#include "recv/sessionio.h"
#include "recv/sessiontime.h"
#include "recv/sessiontls.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

SMTPIN_SAY(r_old, 421, "4.4.2", "too long without a message");
SMTPIN_SAY(r_cut, 421, "4.3.1", "no room for your next commands now");
SMTPIN_SAY(r_stopping, 421, "4.3.2", "stopping, try again later");

/* input that must wait; -1: there is no room for it */
static int
keep_rest(struct session *s, const char *p, size_t n)
{
	struct share *share = &s->in->store.share;

	if (n == 0)
		return 0;
	/* a part of a line is always kept, pipelined commands if there is
	 * room */
	if (n > smtpin_line_max(&s->smtp) &&
	    share_ask(share, SHARE_MEMORY, session_holder(s), n) != SHARE_YES)
		return -1;
	if (stream_unread(&s->stream, p, n) == -1)
		return -1;
	share_add(share, SHARE_MEMORY, session_holder(s), n);
	return 0;
}

static int run(struct session *, char *, size_t);

/* commands again, at first those that have come meanwhile */
static void
resume(struct session *s)
{
	size_t n = stream_take(&s->stream, s->in->in);

	session_give_rest(s, n);
	sessiontime_wait(s, INBOUND_COMMAND);
	if (run(s, s->in->in, n) == 0)
		stream_want(&s->stream, LOOP_READ);
}

/* the chain has spoken */
static void
on_receipt(struct handover_item *item, enum receipt_kind kind, const char *p,
    size_t n)
{
	struct incoming *l = (struct incoming *)item;
	struct session *s = l->owner;
	struct receiptreply own;
	const struct smtpin_reply *r;

	if (receipt_is_new(kind, p, n))
		incoming_counted(l);
	if (s == NULL) {
		incoming_free(l);
		return;
	}
	r = receiptreply_make(&own, kind, p, n, &s->in->scratch);
	needs(r == NULL ? -1 : 0);
	if (kind == RECEIPT_OK)
		sessiontime_alive(s);
	else
		rejection_log(s, NULL, r);
	patience_count(&s->patience, PATIENCE_MESSAGE, r->code);
	s->waiting = 0;
	transaction_forget(s);
	sessionevent_say(s, smtpin_answer(&s->smtp, &s->in->config, r));
	if (s->in->stopping || s->cut)
		session_end(s, s->cut ? &r_cut : &r_stopping);
	else
		resume(s);
}

/* what was asked is answered */
static void
go_on_or_end(struct session *s)
{
	if (sessionevent_over(s))
		session_finish(s, 1);
	else if (s->in->stopping || s->cut)
		session_end(s, s->cut ? &r_cut : &r_stopping);
	else
		resume(s);
}

/* so has who knows the logins, and who may be asked of them */
static void
logged_in(struct session *s, const struct smtpin_reply *r)
{
	struct smtpin_event ev = { .kind = SMTPIN_AUTH, .verb = SMTPIN_V_AUTH };

	if (r != NULL && r->code == 421) {
		session_end(s, r);
		return;
	}
	session_offer(s);
	r = smtpin_answer(&s->smtp, &s->in->config, r);
	session_say(s, r);
	if (r->code >= 400 && !sessionevent_over(s))
		sessionevent_weigh(s, &ev, r->code);
	go_on_or_end(s);
}

/* hooks about a login that is good: what they refuse is none */
static void
on_in(struct session *s, const struct smtpin_reply *r)
{
	struct smtpin_reply no;
	const struct smtpin_reply *room;

	if (r == NULL) {
		logged_in(s, NULL);
		return;
	}
	rejection_log(s, NULL, r);
	no = *r;
	if (r->code != 421)
		no.code = r->code < 500 ? 454 : 535;
	room = login_leave(s);
	logged_in(s, room != NULL ? room : &no);
}

static void
on_login(struct session *s, const struct smtpin_reply *r)
{
	if ((r == NULL || r->code == 235) &&
	    hookask_begin(s, HOOKRULE_AUTH, (struct slice){ "", 0 }, on_in))
		return;
	logged_in(s, r);
}

/* and who knows the recipients, or hooks about a command or message */
static void
on_command(struct session *s, const struct smtpin_event *ev,
    const struct smtpin_reply *r)
{
	r = smtpin_answer(&s->smtp, &s->in->config, r);
	/* of a chunk, whose bytes come first */
	if (r != NULL) {
		if (r->code >= 400)
			rejection_log(s, ev, r);
		if (ev->kind == SMTPIN_DONE ||
		    (ev->kind == SMTPIN_MAIL && r->code >= 400))
			transaction_forget(s);
		sessionevent_say(s, r);
		if (!sessionevent_over(s))
			sessionevent_weigh(s, ev, r->code);
	}
	go_on_or_end(s);
}

static void on_whole(struct session *, const struct smtpin_reply *);
static void on_helo(struct session *, const struct smtpin_reply *);
static const struct sessionevent_late late = { on_command, on_receipt, on_login,
	on_helo, on_in, on_whole };

/* hooks about a message that is there */
static void
on_whole(struct session *s, const struct smtpin_reply *r)
{
	struct smtpin_event ev = { .kind = SMTPIN_DONE };

	if (r == NULL)
		r = sessionevent_down(s, &late);
	if (!s->waiting)
		on_command(s, &ev, r);
}

/* hooks about a name: who is refused may try another one */
static void
on_helo(struct session *s, const struct smtpin_reply *r)
{
	const struct smtpin_event ev = { .kind = SMTPIN_HELO,
		.verb = SMTPIN_V_HELO };
	struct smtpin_reply good = { 250, NULL, s->in->config.host };

	if (r != NULL) {
		rejection_log(s, NULL, r);
		smtpin_again(&s->smtp);
		if (r->code == 421) {
			session_end(s, r);
			return;
		}
	}
	if (r == NULL && s->smtp.esmtp)
		sessionevent_ehlo(s);
	else
		session_say(s, r == NULL ? &good : r);
	sessionevent_weigh(s, &ev, r == NULL ? 250 : r->code);
	go_on_or_end(s);
}

/* the clock goes on, or begins anew for who has come further.
 * VIOLATIONS.md: COMMAND-TIME */
static void
set_clock(struct session *s, int step, size_t n)
{
	if (s->in->other != NULL) {
		s->in->other->clock(s, step, n);
		return;
	}
	if (session_held(s))
		return;
	if (!smtpin_in_data(&s->smtp)) {
		if (step || !waits_is(&s->waiter, INBOUND_COMMAND))
			sessiontime_wait(s, INBOUND_COMMAND);
		return;
	}
	/* what is not kept is read, but no faster than need be */
	if (n > 0 &&
	    (smtpin_drops(&s->smtp, &s->in->config) || s->letter->failed))
		sessiontime_pause(s, INBOUND_DROP_MS);
	s->came += n;
	if (!waits_is(&s->waiter, INBOUND_DATA) ||
	    s->came >= INBOUND_PROGRESS) {
		s->came = 0;
		sessiontime_wait(s, INBOUND_DATA);
	}
}

/* as much of p[0..n) as may be; -1: the session is gone.  *last receives the
 * last event, *step whether there was a step towards a message */
static ssize_t
consume(struct session *s, char *p, size_t n, enum smtpin_kind *last, int *step)
{
	struct smtpin_event ev = { 0 };
	size_t off = 0, used;

	while ((off < n || smtpin_pending(&s->smtp)) && !session_held(s) &&
	    !sessionevent_over(s) && !smtpin_tls_next(&s->smtp) &&
	    !session_blocked(s) && !pauses_has(&s->pause)) {
		used = smtpin_feed(&s->smtp, &s->in->config, p + off, n - off,
		    &ev);
		off += used;
		if (ev.kind == SMTPIN_MORE) {
			if (used == 0)
				break;
			continue;
		}
		*step |= sessionevent_handle(s, &ev, &late);
		/* a password */
		if (ev.verb == SMTPIN_V_AUTH)
			explicit_bzero(p + off - used, used);
		if (buf_len(&s->in->out) > INBOUND_OUT_MARK &&
		    session_flush(s) == -1)
			return -1;
	}
	*last = ev.kind;
	return (ssize_t)off;
}

/* does a message come? */
static int
in_data(const struct session *s)
{
	return s->in->other != NULL ? s->in->other->busy(s)
				    : smtpin_in_data(&s->smtp);
}

/* go on with what has come; -1: the session is gone, or has another way to
 * go */
static int
run(struct session *s, char *p, size_t n)
{
	enum smtpin_kind last = SMTPIN_MORE;
	int step = 0;
	ssize_t used = s->in->other != NULL
	    ? s->in->other->consume(s, p, n, &step)
	    : consume(s, p, n, &last, &step);

	if (used == -1)
		return -1;
	if (sessionevent_over(s)) {
		session_finish(s, last != SMTPIN_QUIT);
		return -1;
	}
	if (smtpin_tls_next(&s->smtp)) {
		s->in->tls->calls->go_ahead(s, n - (size_t)used);
		return -1;
	}
	if (!in_data(s) && !session_held(s) && sessiontime_too_old(s)) {
		session_end(s, &r_old);
		return -1;
	}
	if (session_flush(s) == -1)
		return -1;
	n -= (size_t)used;
	if (keep_rest(s, p + used, n) == -1 && !session_held(s)) {
		session_end(s, &r_cut);
		return -1;
	}
	/* who waits for a receipt is told of it first */
	s->cut = session_held(s) && stream_kept(&s->stream, NULL) < n;
	set_clock(s, step, (size_t)used);
	return 0;
}

/* it is known whose it is; or the reply to who is sent away */
static void
begin(struct session *s, const struct smtpin_reply *r)
{
	struct sessiontls *tls = s->in->tls;
	int implicit = tls != NULL && tls->implicit;

	session_offer(s);
	if (r != NULL && implicit)
		session_close(s);
	else if (r != NULL)
		session_end(s, r);
	else if (implicit)
		tls->calls->greet(s);
	else
		session_banner(s);
}

/* with what is there already, or also with what can be read */
static void
go_on(struct session *s, int readable)
{
	ssize_t n;

	if (s->proxied) {
		if (readable)
			peer_read(s, begin);
		return;
	}
	if (s->secure == SESSION_SHAKING) {
		if (readable)
			s->in->tls->calls->shake(s);
		return;
	}
	if (session_held(s) || session_blocked(s) || pauses_has(&s->pause)) {
		stream_want(&s->stream, 0);
		return;
	}
	if (readable) {
		/* of commands a few at a time, for others wait, too */
		n = session_input(s,
		    in_data(s) ? INBOUND_READ : INBOUND_READ_COMMANDS);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == 0 && s->in->other != NULL && s->in->other->ended(s))
			return;
		if (n <= 0) {
			session_close(s);
			return;
		}
	} else {
		n = stream_take(&s->stream, s->in->in);
		session_give_rest(s, n);
	}
	if (run(s, s->in->in, n) == 0 && !readable)
		stream_want(&s->stream, LOOP_READ);
}

void
session_resume(struct session *s)
{
	if (s->lingering)
		stream_want(&s->stream, LOOP_READ);
	else
		go_on(s, 0);
}

void
session_read(struct session *s)
{
	if (s->lingering)
		session_discard(s);
	else
		go_on(s, 1);
}

/* the client has taken what was kept for it, or never will */
static void
on_taken(struct session *s)
{
	if (stream_error(&s->stream) != 0)
		session_close(s);
	else if (s->ending)
		session_linger(s);
	else if (s->secure == SESSION_STARTING)
		s->in->tls->calls->begin(s);
	else
		go_on(s, 0);
}

static void
on_ready(void *arg, int events)
{
	struct session *s = arg;

	if (events & LOOP_READ)
		turn_add(&s->turn);
	if (events & LOOP_WRITE)
		on_taken(s);
}

static struct session *
new_session(struct inbound *in)
{
	struct session *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->in = in;
	if (in->other == NULL || in->other->begin(s) == 0)
		return s;
	free(s->more);
	free(s);
	return NULL;
}

struct session *
session_open(struct inbound *in, int rfd, int wfd)
{
	struct session *s = new_session(in);

	if (s == NULL) {
		close(rfd);
		if (wfd != rfd)
			close(wfd);
		return NULL;
	}
	stream_open(&s->stream, rfd, wfd);
	sessiontime_alive(s);
	in->n_sessions++;
	return s;
}

/* -1: the session is gone */
static int
say_banner(struct session *s)
{
	struct smtpin_reply banner = { 220, NULL, s->in->config.banner };

	sessiontime_wait(s, INBOUND_COMMAND);
	session_say(s, &banner);
	return session_flush(s);
}

/* hooks about a connection */
static void
on_connect(struct session *s, const struct smtpin_reply *r)
{
	struct smtpin_reply no;

	if (r == NULL) {
		if (say_banner(s) == 0)
			go_on_or_end(s);
		return;
	}
	no = *r;
	no.code = r->code < 500 ? 421 : 554;
	rejection_log(s, NULL, &no);
	session_end(s, &no);
}

void
session_banner(struct session *s)
{
	if (!hookask_begin(s, HOOKRULE_CONNECT, (struct slice){ "", 0 },
		on_connect))
		say_banner(s);
}

void
session_greet(struct session *s)
{
	hookask_look(s->in);
	session_offer(s);
	s->turn.up =
	    s->party != NULL ? &s->party->turns : &s->in->store.parties.root;
	stream_watch(&s->stream, LOOP_READ, on_ready, s);
	if (s->proxied)
		sessiontime_wait(s, INBOUND_PROXY);
	else
		begin(s, NULL);
}
