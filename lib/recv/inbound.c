#include "recv/inbound.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/ip.h"
#include "recv/admit.h"
#include "recv/handdown.h"
#include "recv/rejection.h"
#include "recv/sessiontls.h"
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_idle, 421, "4.4.2", "idle while others find no room");
SMTPIN_SAY(r_stopping, 421, "4.3.2", "stopping, try again later");

_Static_assert((int)INBOUND_WAITS == (int)WAITS_KINDS, "kinds of waiting");

static struct session *
of_waiter(struct waiter *w)
{
	return w == NULL
	    ? NULL
	    : (struct session *)((char *)w - offsetof(struct session, waiter));
}

static void
on_expired(struct waiter *w)
{
	session_expired(of_waiter(w));
}

static int
scarce(const struct inbound *in)
{
	const struct share *share = &in->store.share;

	return share_scarce(share, SHARE_CONNS) ||
	    share_scarce(share, SHARE_MEMORY) ||
	    share_scarce(share, SHARE_FILES);
}

/* strangers who do nothing with what they hold, while others find none:
 * those first who do so longest */
static void
relieve(struct inbound *in, enum inbound_wait kind, unsigned most_s,
    int64_t now)
{
	struct waiter *w, *next;
	struct session *s;

	for (w = waits_first(&in->waits, kind); w != NULL && scarce(in);
	     w = next) {
		next = waits_next(w);
		if (waits_since_s(&in->waits, w, now) < most_s / INBOUND_IDLE)
			return;
		s = of_waiter(w);
		if (s->party == NULL || s->party->share.ours)
			continue;
		if (kind == INBOUND_TLS)
			session_close(s);
		else
			session_bye(s, &r_idle);
	}
}

static void
on_pause_over(struct pause *p)
{
	session_resume((struct session *)((char *)p -
	    offsetof(struct session, pause)));
}

/* connections */

static void
stop_if_done(struct inbound *in)
{
	if ((in->stopping || in->single) && in->n_sessions == 0 &&
	    in->next.n + in->fixed.n == 0) {
		handdown_close(in);
		if (handdown_ended(in))
			loop_stop();
	}
}

/* each address in turn, of each network in turn.  Who does not get his is
 * found readable again at once */
static void
on_turns(void *arg)
{
	struct inbound *in = arg;
	struct turn *t;
	int64_t now;
	unsigned i;

	/* nobody's replies are half put now */
	if (in->pressed && (now = waits_now_s()) != in->relieved_s) {
		in->pressed = 0;
		in->relieved_s = now;
		relieve(in, INBOUND_TLS, INBOUND_TLS_S, now);
		relieve(in, INBOUND_DATA, in->limits.command_s, now);
		relieve(in, INBOUND_COMMAND, in->limits.command_s, now);
	}
	in->stretch = (uint32_t)(clock_mono_ms() / INBOUND_STRETCH_MS);
	in->read = 0;
	for (i = 0; i < INBOUND_TURNS && in->read < INBOUND_TURNS_BYTES; i++) {
		t = turn_next(&in->store.parties.root);
		if (t == NULL)
			return;
		session_read(session_turn(t));
	}
}

static void
on_changed(void *arg)
{
	stop_if_done(arg);
}

static void
begin(struct inbound *in)
{
	if (in->next.arg != NULL)
		return;
	in->waits.most_s[INBOUND_COMMAND] = in->limits.command_s;
	in->waits.most_s[INBOUND_DATA] = in->limits.data_s;
	in->waits.most_s[INBOUND_RECEIPT] = INBOUND_RECEIPT_S;
	in->waits.most_s[INBOUND_LINGER] = INBOUND_LINGER_S;
	in->waits.most_s[INBOUND_TLS] = INBOUND_TLS_S;
	in->waits.most_s[INBOUND_AUTH] = INBOUND_AUTH_S;
	in->waits.most_s[INBOUND_PROXY] = INBOUND_PROXY_S;
	in->waits.expired = on_expired;
	in->pauses.over = on_pause_over;
	in->left = stop_if_done;
	loop_hook_first(&in->turns, on_turns, in);
	in->next.changed = in->fixed.changed = on_changed;
	in->next.arg = in->fixed.arg = in;
}

/* of 4 or 16 bytes, 0: it is not known */
static void
set_ip(struct session *s, const void *ip, size_t len)
{
	if (len > 0)
		ip_map(s->ip, ip, len);
	s->known = len > 0;
}

static void
refuse(struct session *s, const struct smtpin_reply *r)
{
	struct buf b = { 0 };

	rejection_log(s, NULL, r);
	/* it fits into the empty buffer of a new connection; who waits for
	 * TLS would not know what it is */
	if ((s->in->tls == NULL || !s->in->tls->implicit) &&
	    s->in->other == NULL && smtpin_put(&b, r) == 0 &&
	    stream_write(&s->stream, buf_data(&b), buf_len(&b)) == -1)
		s->ending = 1;
	buf_free(&b);
	session_close(s);
}

static void
on_accepted(void *arg, int fd, const struct sockaddr_storage *ss, uint16_t port)
{
	struct session *s = session_open(arg, fd, fd);
	const struct smtpin_reply *r;

	if (s == NULL)
		return;
	if (ss->ss_family == AF_INET)
		set_ip(s, &((const struct sockaddr_in *)ss)->sin_addr, 4);
	else if (ss->ss_family == AF_INET6)
		set_ip(s, &((const struct sockaddr_in6 *)ss)->sin6_addr, 16);
	s->port = port;
	r = admit_client(s);
	if (r == NULL)
		session_greet(s);
	else
		refuse(s, r);
}

int
inbound_listen(struct inbound *in, int fd)
{
	int one = 1;

	begin(in);
	in->acceptors.accepted = on_accepted;
	in->acceptors.arg = in;
	if (listen(fd, INBOUND_BACKLOG) == -1 ||
	    acceptor_add(&in->acceptors, fd) == -1)
		return -1;
	/* what is accepted inherits it */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return 0;
}

int
inbound_single(struct inbound *in, int rfd, int wfd,
    const struct inbound_client *c)
{
	struct session *s = session_open(in, rfd, wfd);
	unsigned char ip[IP_LEN];

	if (s == NULL)
		return -1;
	in->single = 1;
	begin(in);
	set_ip(s, ip, ip_scans(c->ip, ip));
	s->port = c->port;
	if ((c->name != NULL &&
		(session_more(s) == NULL ||
		    (s->more->name = strdup(c->name)) == NULL)) ||
	    (c->suffix != NULL && (s->suffix = strdup(c->suffix)) == NULL)) {
		session_close(s);
		return -1;
	}
	s->proxied = c->proxy;
	s->speaks = c->xclient;
	session_greet(s);
	return 0;
}

/* the end */

static void
on_stopped(void *arg)
{
	struct inbound *in = arg;

	if (!handdown_ended(in))
		warn("stopping without waiting for %s any longer",
		    in->next.argv[0]);
	loop_stop();
}

/* the first who waits so, NULL: nobody */
static struct session *
first(const struct inbound *in, enum inbound_wait kind)
{
	return of_waiter(waits_first(&in->waits, kind));
}

/* time is up: who still waits hears 421 */
static void
on_stop(void *arg)
{
	struct inbound *in = arg;
	struct session *s;
	unsigned i;

	for (i = 0; i < INBOUND_WAITS; i++)
		while ((s = first(in, i)) != NULL) {
			if (i == INBOUND_RECEIPT)
				session_end(s, &r_stopping);
			else
				session_close(s);
		}
	while ((s = first(in, INBOUND_LINGER)) != NULL)
		session_close(s);
	handdown_close(in);
	loop_timer_set(&in->stop, INBOUND_STOPPED_MS, on_stopped, in);
}

void
inbound_stop(struct inbound *in)
{
	struct session *s;

	if (in->stopping)
		return;
	in->stopping = 1;
	acceptor_close(&in->acceptors);
	while ((s = first(in, INBOUND_COMMAND)) != NULL)
		session_bye(s, &r_stopping);
	while ((s = first(in, INBOUND_AUTH)) != NULL)
		session_bye(s, &r_stopping);
	while ((s = first(in, INBOUND_DATA)) != NULL)
		session_end(s, &r_stopping);
	while ((s = first(in, INBOUND_TLS)) != NULL ||
	    (s = first(in, INBOUND_PROXY)) != NULL)
		session_close(s);
	loop_timer_set(&in->stop, INBOUND_STOP_MS, on_stop, in);
	stop_if_done(in);
}
