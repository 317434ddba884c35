#include "recv/session.h"
#include "base/clock.h"
#include "base/die.h"
#include "mime/charset.h"
#include "recv/receiptreply.h"
#include "recv/rejection.h"
#include "recv/transaction.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

SMTPIN_SAY(r_timeout, 421, "4.4.2", "timeout");
SMTPIN_SAY(r_vain, 421, "4.7.0", "too many commands without a message");
SMTPIN_SAY(r_old, 421, "4.4.2", "too long without a message");
SMTPIN_SAY(r_receipt, 421, "4.3.0", "the queue does not answer");
SMTPIN_SAY(r_cut, 421, "4.3.1", "no room for your next commands now");
SMTPIN_SAY(r_stopping, 421, "4.3.2", "stopping, try again later");

static void go_on(struct session *, int);

const char *
session_ip(const struct session *s, char t[IP_TEXT])
{
	if (!s->known)
		return "";
	if (ip_is_mapped(s->ip))
		return ip_text(s->ip + 12, 4, t);
	return ip_text(s->ip, IP_LEN, t);
}

static void
say(struct session *s, const struct smtpin_reply *r)
{
	needs(smtpin_put(&s->in->out, r));
}

/* input that must wait; -1: there is no room for it */
static int
keep_rest(struct session *s, const char *p, size_t n)
{
	struct share *share = &s->in->store.share;

	if (n == 0)
		return 0;
	/* a part of a line is always kept, pipelined commands if there is
	 * room */
	if (n > SMTPIN_PATH_LINE_MAX &&
	    share_ask(share, SHARE_MEMORY, session_holder(s), n) != SHARE_YES)
		return -1;
	if (stream_unread(&s->stream, p, n) == -1)
		return -1;
	share_add(share, SHARE_MEMORY, session_holder(s), n);
	return 0;
}

/* so much of it is not kept any more */
static void
give_rest(struct session *s, size_t n)
{
	share_give(&s->in->store.share, SHARE_MEMORY, session_holder(s), n);
}

/* does the client not take our replies? */
static int
blocked(const struct session *s)
{
	return stream_pending(&s->stream) > 0;
}

void
session_close(struct session *s)
{
	transaction_forget(s);
	pauses_remove(&s->in->pauses, &s->pause);
	turn_remove(&s->turn);
	give_rest(s, stream_drop_input(&s->stream));
	stream_close(&s->stream);
	waits_end(&s->in->waits, &s->waiter);
	inbound_left(s);
	free(s->helo);
	free(s->name);
	free(s->suffix);
	free(s);
}

/* nothing more is said: close at once if nothing comes either, else throw
 * away what comes, so that the client can read our last words */
static void
linger(struct session *s)
{
	s->lingering = 1;
	s->came = 0;
	give_rest(s, stream_drop_input(&s->stream));
	if (stream_end(&s->stream) == -1) {
		session_close(s);
		return;
	}
	inbound_wait(s, INBOUND_LINGER);
	stream_want(&s->stream, LOOP_READ);
}

/* the client has taken what was kept for it, or never will */
static void
on_taken(struct session *s)
{
	if (stream_error(&s->stream) != 0)
		session_close(s);
	else if (s->ending)
		linger(s);
	else
		go_on(s, 0);
}

/* write what has gathered; -1: the session was closed */
static int
flush(struct session *s)
{
	struct buf *out = &s->in->out;
	int r;

	if (buf_len(out) == 0)
		return 0;
	r = stream_send(&s->stream, buf_data(out), buf_len(out));
	buf_clear(out);
	if (r == -1)
		session_close(s);
	return r;
}

/* after the last reply was put */
static void
finish(struct session *s, int polite)
{
	s->ending = 1;
	pauses_remove(&s->in->pauses, &s->pause);
	transaction_forget(s);
	if (flush(s) == -1)
		return;
	inbound_wait(s, INBOUND_LINGER);
	if (blocked(s))
		stream_want(&s->stream, 0);
	else if (polite)
		linger(s);
	else
		session_close(s);
}

void
session_end(struct session *s, const struct smtpin_reply *r)
{
	say(s, r);
	finish(s, 1);
}

void
session_bye(struct session *s, const struct smtpin_reply *r)
{
	say(s, r);
	finish(s, 0);
}

void
session_expired(struct session *s)
{
	switch (s->waiter.kind) {
	case INBOUND_LINGER: session_close(s); return;
	case INBOUND_RECEIPT:
		rejection_log(s, NULL, &r_receipt);
		session_end(s, &r_receipt);
		return;
	default:
		if (blocked(s))
			session_close(s);
		else
			session_end(s, &r_timeout);
	}
}

static int run(struct session *, char *, size_t);

/* commands again, at first those that have come meanwhile */
static void
resume(struct session *s)
{
	size_t n = stream_take(&s->stream, s->in->in);

	give_rest(s, n);
	inbound_wait(s, INBOUND_COMMAND);
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

	if (s == NULL) {
		incoming_free(l);
		return;
	}
	r = receiptreply_make(&own, kind, p, n, &s->in->scratch);
	needs(r == NULL ? -1 : 0);
	if (kind == RECEIPT_OK)
		inbound_alive(s);
	else
		rejection_log(s, NULL, r);
	patience_count(&s->patience, PATIENCE_MESSAGE, r->code);
	s->waiting = 0;
	transaction_forget(s);
	say(s, smtpin_answer(&s->smtp, &s->in->config, r));
	if (s->in->stopping || s->cut)
		session_end(s, s->cut ? &r_cut : &r_stopping);
	else
		resume(s);
}

/* what is no UTF-8 stands nowhere as it came; NULL when there is no memory */
static void
keep_helo(struct session *s, const struct smtpin_event *ev)
{
	size_t i, n;

	free(s->helo);
	s->helo = strndup(ev->arg, ev->arglen);
	for (i = 0; s->helo != NULL && i < ev->arglen; i += (n > 0 ? n : 1)) {
		n = charset_utf8_len(s->helo + i, ev->arglen - i);
		if (n == 0 || s->helo[i] == '\t')
			s->helo[i] = '?';
	}
}

static enum patience_what
what(const struct smtpin_event *ev)
{
	switch (ev->verb) {
	case SMTPIN_V_HELO: return PATIENCE_HELO;
	case SMTPIN_V_MAIL: return PATIENCE_MAIL;
	case SMTPIN_V_RCPT: return PATIENCE_RCPT;
	case SMTPIN_V_DATA:
		return ev->kind == SMTPIN_RESET ? PATIENCE_MESSAGE
						: PATIENCE_DATA;
	default:
		return ev->kind == SMTPIN_DONE ? PATIENCE_MESSAGE
					       : PATIENCE_OTHER;
	}
}

/* he has had this reply: a step towards a message, a pause, or the end */
static int
weigh(struct session *s, const struct smtpin_event *ev, unsigned code)
{
	int step = patience_count(&s->patience, what(ev), code);
	unsigned ms = patience_pause(&s->patience);

	if (patience_over(&s->patience)) {
		rejection_log(s, ev, &r_vain);
		say(s, &r_vain);
	} else if (!step && ms > 0 && ev->kind != SMTPIN_QUIT) {
		inbound_pause(s, ms);
	}
	return step;
}

/* a question of the machine; NULL: yes, or the chain will say */
static const struct smtpin_reply *
decide(struct session *s, const struct smtpin_event *ev)
{
	const struct smtpin_reply *r;

	switch (ev->kind) {
	case SMTPIN_MAIL: return transaction_mail(s, ev);
	case SMTPIN_RCPT: return transaction_rcpt(s, ev);
	case SMTPIN_DATA: return transaction_data(s);
	default: break;
	}
	r = transaction_whole(s, on_receipt);
	if (r == NULL)
		inbound_wait(s, INBOUND_RECEIPT);
	return r;
}

/* what the machine found; replies are put.  1: a step towards a message */
static int
handle(struct session *s, const struct smtpin_event *ev)
{
	const struct smtpin_reply *r = ev->reply;

	if (ev->kind == SMTPIN_BODY) {
		incoming_add(s->letter, ev->arg, ev->arglen);
		return 0;
	}
	if (ev->kind == SMTPIN_HELO) {
		keep_helo(s, ev);
		transaction_forget(s);
	}
	if (smtpin_asked(&s->smtp)) {
		r = decide(s, ev);
		if (s->waiting)
			return 1;
		r = smtpin_answer(&s->smtp, &s->in->config, r);
	}
	if (r == NULL)
		return 0;
	if (r->code >= 400 && (ev->verb >= SMTPIN_V_MAIL || r->code == 421) &&
	    ev->verb != SMTPIN_V_OTHER)
		rejection_log(s, ev, r);
	if (ev->kind == SMTPIN_RESET || ev->kind == SMTPIN_DONE)
		transaction_forget(s);
	say(s, r);
	return smtpin_over(&s->smtp) ? 0 : weigh(s, ev, r->code);
}

/* has he said the last word, or heard it? */
static int
over(const struct session *s)
{
	return smtpin_over(&s->smtp) || patience_over(&s->patience);
}

/* the clock goes on, or begins anew for who has come further.
 * VIOLATIONS.md: COMMAND-TIME */
static void
set_clock(struct session *s, int step, size_t n)
{
	if (s->waiting)
		return;
	if (!smtpin_in_data(&s->smtp)) {
		if (step || !waits_is(&s->waiter, INBOUND_COMMAND))
			inbound_wait(s, INBOUND_COMMAND);
		return;
	}
	/* what is not kept is read, but no faster than need be */
	if (n > 0 &&
	    (s->letter->failed || s->smtp.got > s->in->config.size_max))
		inbound_pause(s, INBOUND_DROP_MS);
	s->came += n;
	if (!waits_is(&s->waiter, INBOUND_DATA) ||
	    s->came >= INBOUND_PROGRESS) {
		s->came = 0;
		inbound_wait(s, INBOUND_DATA);
	}
}

/* as much of p[0..n) as may be; -1: the session is gone.  *last receives the
 * last event, *step whether there was a step towards a message */
static ssize_t
consume(struct session *s, char *p, size_t n, enum smtpin_kind *last, int *step)
{
	struct smtpin_event ev = { 0 };
	size_t off = 0, used;

	while (off < n && !s->waiting && !over(s) && !blocked(s) &&
	    !pauses_has(&s->pause)) {
		used = smtpin_feed(&s->smtp, &s->in->config, p + off, n - off,
		    &ev);
		off += used;
		if (ev.kind == SMTPIN_MORE) {
			if (used == 0)
				break;
			continue;
		}
		*step |= handle(s, &ev);
		if (buf_len(&s->in->out) > INBOUND_OUT_MARK && flush(s) == -1)
			return -1;
	}
	*last = ev.kind;
	return (ssize_t)off;
}

/* go on with what has come; -1: the session is gone */
static int
run(struct session *s, char *p, size_t n)
{
	enum smtpin_kind last;
	int step = 0;
	ssize_t used = consume(s, p, n, &last, &step);

	if (used == -1)
		return -1;
	if (over(s)) {
		finish(s, last != SMTPIN_QUIT);
		return -1;
	}
	if (!smtpin_in_data(&s->smtp) && !s->waiting && inbound_too_old(s)) {
		session_end(s, &r_old);
		return -1;
	}
	if (flush(s) == -1)
		return -1;
	n -= (size_t)used;
	if (keep_rest(s, p + used, n) == -1 && !s->waiting) {
		session_end(s, &r_cut);
		return -1;
	}
	/* who waits for a receipt is told of it first */
	s->cut = s->waiting && stream_kept(&s->stream, NULL) < n;
	set_clock(s, step, (size_t)used);
	return 0;
}

/* what was kept and more behind it */
static ssize_t
read_some(struct session *s, size_t most)
{
	size_t kept = stream_kept(&s->stream, NULL), got = 0;
	ssize_t n = stream_read(&s->stream, s->in->in, most);

	if (n > 0) {
		got = (size_t)n - kept;
		give_rest(s, kept);
	}
	s->in->read += got + INBOUND_TURN_BYTES;
	turn_used(&s->turn, s->in->stretch, got + INBOUND_TURN_BYTES);
	return n;
}

static void
discard(struct session *s)
{
	ssize_t n = read_some(s, INBOUND_READ);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0)
		s->came += n;
	if (n <= 0 || s->came > INBOUND_LINGER_BYTES)
		session_close(s);
	else
		inbound_pause(s, INBOUND_DROP_MS);
}

/* with what is there already, or also with what can be read */
static void
go_on(struct session *s, int readable)
{
	ssize_t n;

	if (s->waiting || blocked(s) || pauses_has(&s->pause)) {
		stream_want(&s->stream, 0);
		return;
	}
	if (readable) {
		/* of commands a few at a time, for others wait, too */
		n = read_some(s,
		    smtpin_in_data(&s->smtp) ? INBOUND_READ
					     : INBOUND_READ_COMMANDS);
		if (n == -1 && errno == EAGAIN)
			return;
		if (n <= 0) {
			session_close(s);
			return;
		}
	} else {
		n = stream_take(&s->stream, s->in->in);
		give_rest(s, n);
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
		discard(s);
	else
		go_on(s, 1);
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

struct session *
session_open(struct inbound *in, int rfd, int wfd)
{
	struct session *s = calloc(1, sizeof *s);

	if (s == NULL) {
		close(rfd);
		if (wfd != rfd)
			close(wfd);
		return NULL;
	}
	s->in = in;
	stream_open(&s->stream, rfd, wfd);
	inbound_alive(s);
	in->n_sessions++;
	return s;
}

void
session_greet(struct session *s)
{
	struct smtpin_reply banner = { 220, NULL, s->in->config.banner };

	s->smtp.lenient = s->suffix != NULL;
	if (s->suffix == NULL)
		s->smtp.rcpt_max = s->in->limits.rcpt_max;
	s->turn.up =
	    s->party != NULL ? &s->party->turn : &s->in->store.parties.root;
	stream_watch(&s->stream, LOOP_READ, on_ready, s);
	inbound_wait(s, INBOUND_COMMAND);
	say(s, &banner);
	flush(s);
}
