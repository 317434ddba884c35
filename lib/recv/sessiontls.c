#include "recv/sessiontls.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/random.h"
#include "recv/login.h"
#include "recv/rejection.h"
#include "recv/sessionio.h"
#include "recv/sessiontime.h"
#include "recv/transaction.h"
#include "tls/keyclient.h"
#include "tls/sessions.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NET4 = 3, /* bytes of a network, as recv/party has it */
	NET6 = 7,
	LOOK_MS = 5 /* between looks for keys, at the start */
};

SMTPIN_SAY(r_go_ahead, 220, "2.0.0", "go ahead");
SMTPIN_SAY(r_away, 454, "4.7.0", "TLS is not available now, try again later");
/* VIOLATIONS.md: TLS-EARLY */
SMTPIN_SAY(r_early, 503, "5.5.1", "that came before the handshake");
SMTPIN_SAY(r_room, 421, "4.3.1", "no room for your next bytes now");

static int
offers(const struct inbound *in)
{
	struct identity_set *set = keyclient_identities(in->tls->key);

	return !in->tls->implicit && (set == NULL || identity_count(set) > 0);
}

static const struct smtpin_reply *
ask(struct session *s)
{
	struct sessiontls *t = s->in->tls;

	if (!t->watched && !keyclient_ready(t->key))
		(void)keyclient_open(t->key);
	return tls_server_ready(t->server) ? NULL : &r_away;
}

static void
fail(struct session *s, const char *why)
{
	char text[TLS_TEXT_MAX + sizeof "TLS: "];
	struct smtpin_reply r = { 454, "4.7.0", text };

	snprintf(text, sizeof text, "TLS: %s", why);
	rejection_log(s, NULL, &r);
	session_close(s);
}

static void
begin(struct session *s)
{
	const unsigned char *net = s->ip;
	size_t n = NET6;

	if (ip_is_mapped(s->ip)) {
		net += 12;
		n = NET4;
	}
	s->secure = SESSION_SHAKING;
	sessiontime_wait(s, INBOUND_TLS);
	if (tls_server_start(s->in->tls->server, &s->stream, net, n) == -1)
		fail(s, tls_unable(errno));
	else
		stream_want(&s->stream, LOOP_READ);
}

/* what stands behind the command came without TLS, and perhaps from somebody
 * else (RFC 3207 section 6) */
static void
go_ahead(struct session *s, size_t behind)
{
	if (behind > 0) {
		rejection_log(s, NULL, &r_early);
		session_end(s, &r_early);
		return;
	}
	s->secure = SESSION_STARTING;
	sessiontime_wait(s, INBOUND_TLS);
	session_say(s, &r_go_ahead);
	if (session_flush(s) == -1)
		return;
	if (session_blocked(s))
		stream_want(&s->stream, 0);
	else
		begin(s);
}

static void
greet(struct session *s)
{
	const struct smtpin_reply *r = ask(s);

	if (r == NULL) {
		begin(s);
		return;
	}
	rejection_log(s, NULL, r);
	session_close(s);
}

static const unsigned char *
cert(const struct session *s)
{
	const struct tls_info *i = tls_info(&s->stream);

	return i != NULL && i->has_peer ? i->peer : NULL;
}

/* what he has said before counts no more, but for how he has behaved */
static void
come_up(struct session *s)
{
	const unsigned char *peer = cert(s);
	const struct smtpin_reply *r;

	s->secure = SESSION_SECURE;
	transaction_forget(s);
	free(s->helo);
	s->helo = NULL;
	r = login_leave(s);
	smtpin_tls(&s->smtp);
	sessiontime_wait(s, INBOUND_COMMAND);
	if (r == NULL && peer != NULL)
		r = login_certificate(s, peer);
	session_offer(s);
	if (r != NULL) {
		rejection_log(s, NULL, r);
		session_end(s, r);
	} else if (s->in->tls->implicit) {
		session_banner(s);
	}
}

/* whoever finds no room is told, if he can hear it */
static void
no_room(struct session *s)
{
	struct buf *out = &s->in->out;

	inbound_press(s->in);
	rejection_log(s, NULL, &r_room);
	if (!tls_up(&s->stream))
		return;
	session_say(s, &r_room);
	if (stream_send(&s->stream, buf_data(out), buf_len(out)) == 0 &&
	    !session_blocked(s))
		stream_end(&s->stream);
	buf_clear(out);
}

static int
count(struct session *s)
{
	struct share *share = &s->in->store.share;
	size_t held = tls_held(&s->stream);
	struct session_more *more = session_more(s);

	if (more == NULL) {
		no_room(s);
		return -1;
	}
	if (held > more->parked) {
		if (held > SHARE_MEMORY_LEAST &&
		    share_ask(share, SHARE_MEMORY, session_holder(s),
			held - more->parked) != SHARE_YES) {
			no_room(s);
			return -1;
		}
		share_add(share, SHARE_MEMORY, session_holder(s),
		    held - more->parked);
	} else {
		share_give(share, SHARE_MEMORY, session_holder(s),
		    more->parked - held);
	}
	more->parked = (uint32_t)held;
	return 0;
}

/* nothing of what comes under TLS is taken here */
static void
shake(struct session *s)
{
	char none[1], why[TLS_TEXT_MAX];
	ssize_t n = stream_read(&s->stream, none, 0);
	int over = n == 0 || (n == -1 && errno != EAGAIN);
	uint32_t work = tls_work(&s->stream) + INBOUND_TURN_BYTES;

	s->in->read += work;
	turn_used(&s->turn, s->in->stretch, work);
	if (tls_failure(&s->stream) != TLS_FINE || over)
		fail(s, tls_why(&s->stream, why));
	else if (count(s) == -1)
		session_close(s);
	else if (tls_up(&s->stream))
		come_up(s);
}

static const char *
text(const struct session *s, char t[TLS_TEXT_MAX])
{
	return tls_text(&s->stream, t);
}

static const struct sessiontls_calls calls = { offers, ask, go_ahead, begin,
	greet, shake, count, text, cert };

/* other identities */
static void
on_changed(void *arg)
{
	struct sessiontls *t = arg;
	int none = identity_count(keyclient_identities(t->key)) == 0;

	if (none && !t->told)
		warn("there is no certificate: TLS is not offered");
	t->told = none;
}

static struct sessions *
make_sessions(void)
{
	unsigned char key[16];

	return random_bytes(key, sizeof key) == -1 ? NULL : sessions_new(key);
}

static void
on_waited(void *arg)
{
	(void)arg;
	loop_stop();
}

/* nobody is served yet: the first shall find keys, if there are any */
static void
wait_for_keys(struct sessiontls *t)
{
	int64_t end_ms = clock_mono_ms() + KEYCLIENT_WAIT_MS;
	struct loop_timer timer = { 0 };

	while (!keyclient_ready(t->key) && clock_mono_ms() < end_ms) {
		loop_timer_set(&timer, LOOK_MS, on_waited, NULL);
		loop_run();
	}
	loop_timer_stop(&timer);
}

int
sessiontls_open(struct inbound *in, const char *socket, int ask_cert,
    int implicit, int watch)
{
	struct sessiontls *t = calloc(1, sizeof *t);
	struct sessions *sessions = NULL;

	if (t == NULL || (t->key = keyclient_new(socket)) == NULL ||
	    (watch && (sessions = make_sessions()) == NULL) ||
	    (t->server = tls_server_new(t->key, sessions, ask_cert)) == NULL)
		return -1;
	t->calls = &calls;
	t->implicit = implicit != 0;
	t->watched = watch != 0;
	in->tls = t;
	return 0;
}

void
sessiontls_watch(struct inbound *in)
{
	if (in->tls == NULL || !in->tls->watched)
		return;
	keyclient_watch(in->tls->key, on_changed, in->tls);
	wait_for_keys(in->tls);
}
