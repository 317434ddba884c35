#include "recv/sessionio.h"
#include "base/die.h"
#include "recv/acceptask.h"
#include "recv/admit.h"
#include "recv/hookask.h"
#include "recv/login.h"
#include "recv/rcptask.h"
#include "recv/rejection.h"
#include "recv/sessiontime.h"
#include "recv/sessiontls.h"
#include "recv/transaction.h"
#include <errno.h>
#include <stdlib.h>

SMTPIN_SAY(r_timeout, 421, "4.4.2", "timeout");
SMTPIN_SAY(r_proxy, 421, "4.7.0", "no PROXY header in time");
SMTPIN_SAY(r_shake, 454, "4.7.0", "TLS: no handshake in time");
SMTPIN_SAY(r_receipt, 421, "4.3.0", "the queue does not answer");

void
session_say(struct session *s, const struct smtpin_reply *r)
{
	/* others have words only for what became of a message */
	if (s->in->other == NULL)
		needs(smtpin_put(&s->in->out, r));
}

void
session_give_rest(struct session *s, size_t n)
{
	share_give(&s->in->store.share, SHARE_MEMORY, session_holder(s), n);
}

int
session_blocked(const struct session *s)
{
	return stream_pending(&s->stream) > 0;
}

/* it is counted no more */
static void
leave(struct session *s)
{
	struct inbound *in = s->in;

	if (s->party != NULL) {
		admit_uncrowd(s);
		share_give(&in->store.share, SHARE_CONNS, &s->party->share, 1);
		party_check(&in->store.parties, s->party);
	}
	in->n_sessions--;
	if (in->left != NULL)
		in->left(in);
}

void
session_close(struct session *s)
{
	transaction_forget(s);
	if (s->in->other != NULL)
		s->in->other->end(s);
	login_forget(s);
	rcptask_drop(s);
	acceptask_drop(s);
	hookask_free(s);
	pauses_remove(&s->in->pauses, &s->pause);
	turn_remove(&s->turn);
	session_give_rest(s, session_kept(s));
	stream_drop_input(&s->stream);
	stream_close(&s->stream);
	waits_end(&s->in->waits, &s->waiter);
	leave(s);
	free(s->helo);
	if (s->more != NULL)
		free(s->more->name);
	free(s->more);
	free(s->suffix);
	free(s);
}

void
session_linger(struct session *s)
{
	s->lingering = 1;
	s->came = 0;
	session_give_rest(s, stream_drop_input(&s->stream));
	if (stream_end(&s->stream) == -1) {
		session_close(s);
		return;
	}
	sessiontime_wait(s, INBOUND_LINGER);
	stream_want(&s->stream, LOOP_READ);
}

int
session_flush(struct session *s)
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

void
session_finish(struct session *s, int polite)
{
	s->ending = 1;
	pauses_remove(&s->in->pauses, &s->pause);
	transaction_forget(s);
	if (s->in->other != NULL)
		s->in->other->forget(s);
	login_drop(s);
	rcptask_drop(s);
	acceptask_drop(s);
	hookask_drop(s);
	if (session_flush(s) == -1)
		return;
	sessiontime_wait(s, INBOUND_LINGER);
	if (session_blocked(s)) {
		stream_want(&s->stream, 0);
	} else if (polite) {
		session_linger(s);
	} else {
		/* the end of TLS is said, and none waited for */
		if (s->secure == SESSION_SECURE)
			stream_end(&s->stream);
		session_close(s);
	}
}

void
session_end(struct session *s, const struct smtpin_reply *r)
{
	session_say(s, r);
	session_finish(s, 1);
}

void
session_bye(struct session *s, const struct smtpin_reply *r)
{
	session_say(s, r);
	session_finish(s, 0);
}

void
session_expired(struct session *s)
{
	switch (s->waiter.kind) {
	case INBOUND_LINGER: session_close(s); return;
	case INBOUND_TLS:
		rejection_log(s, NULL, &r_shake);
		session_close(s);
		return;
	case INBOUND_PROXY:
		rejection_log(s, NULL, &r_proxy);
		session_close(s);
		return;
	case INBOUND_RECEIPT:
		rejection_log(s, NULL, &r_receipt);
		session_end(s, &r_receipt);
		return;
	default:
		if (session_blocked(s))
			session_close(s);
		else
			session_end(s, &r_timeout);
	}
}

ssize_t
session_input(struct session *s, size_t most)
{
	size_t kept = stream_kept(&s->stream, NULL), got = 0;
	ssize_t n = stream_read(&s->stream, s->in->in, most);

	if (n > 0) {
		got = (size_t)n - kept;
		session_give_rest(s, kept);
	}
	s->in->read += got + INBOUND_TURN_BYTES;
	turn_used(&s->turn, s->in->stretch, got + INBOUND_TURN_BYTES);
	if (s->secure == SESSION_SECURE && s->in->tls->calls->count(s) == -1) {
		errno = ENOMEM;
		return -1;
	}
	return n;
}

void
session_discard(struct session *s)
{
	ssize_t n = session_input(s, INBOUND_READ);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n > 0)
		s->came += n;
	if (n <= 0 || s->came > INBOUND_LINGER_BYTES)
		session_close(s);
	else
		sessiontime_pause(s, INBOUND_DROP_MS);
}
