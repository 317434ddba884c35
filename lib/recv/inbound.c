#include "recv/inbound.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "recv/rejection.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

SMTPIN_SAY(r_crowded, 421, "4.7.0", "too many connections, try again later");
SMTPIN_SAY(r_yours, 421, "4.7.0",
    "too many connections from your address, try again later");
SMTPIN_SAY(r_network, 421, "4.7.0",
    "too many connections from your network, try again later");
/* VIOLATIONS.md: GREETING-554-QUIT */
SMTPIN_SAY(r_denied, 554, "5.7.1", "no service for you here");
SMTPIN_SAY(r_idle, 421, "4.4.2", "idle while others find no room");
SMTPIN_SAY(r_memory, 421, "4.3.0", "out of memory, try again later");
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

void
inbound_wait(struct session *s, enum inbound_wait kind)
{
	waits_set(&s->in->waits, &s->waiter, kind);
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
relieve(struct inbound *in, enum inbound_wait kind, int64_t now)
{
	struct waiter *w, *next;
	struct session *s;

	for (w = waits_first(&in->waits, kind); w != NULL && scarce(in);
	     w = next) {
		next = waits_next(w);
		if (waits_since_s(&in->waits, w, now) <
		    in->limits.command_s / INBOUND_IDLE)
			return;
		s = of_waiter(w);
		if (s->party != NULL && !s->party->share.ours)
			session_bye(s, &r_idle);
	}
}

void
inbound_press(struct inbound *in)
{
	in->pressed = 1;
}

void
inbound_alive(struct session *s)
{
	s->since = (uint32_t)waits_now_s();
}

int
inbound_too_old(const struct session *s)
{
	return waits_now_s() - s->since >
	    (int64_t)INBOUND_LIFE * s->in->limits.command_s;
}

static void
on_pause_over(struct pause *p)
{
	session_resume((struct session *)((char *)p -
	    offsetof(struct session, pause)));
}

void
inbound_pause(struct session *s, unsigned ms)
{
	if (pauses_add(&s->in->pauses, &s->pause, ms))
		stream_want(&s->stream, 0);
}

/* ---- down the chain */

void
inbound_fix(struct inbound *in, const char *confdir)
{
	static struct ownfix own;
	char *const *next = in->next.argv;
	char **argv;
	size_t n = 0;

	for (; next[n] != NULL; n++)
		if (strcmp(basename(next[n]), "mail-fix") == 0)
			return;
	argv = calloc(n + 4, sizeof *argv);
	if (argv == NULL || (argv[2] = strdup(confdir)) == NULL)
		die(EXIT_TEMP, "out of memory");
	argv[0] = "mail-fix";
	argv[1] = "-C";
	memcpy(argv + 3, next, n * sizeof *argv);
	handover_init(&in->fixed, argv, in->next.n_chains);
	ownfix_open(&own, confdir, in->config.host);
	in->own = &own;
}

int
inbound_hand_down(struct inbound *in, struct incoming *l, int inside)
{
	struct handover *to = &in->next;

	if (inside && in->own != NULL)
		switch (ownfix_letter(in->own, l)) {
		case OWNFIX_FULL: return -1;
		case OWNFIX_LINK:
			to = &in->fixed;
			handover_start(to);
			break;
		case OWNFIX_DONE: break;
		}
	return handover_put(to, &l->item);
}

static void
close_down(struct inbound *in)
{
	handover_close(&in->next);
	handover_close(&in->fixed);
}

static int
down_ended(const struct inbound *in)
{
	return handover_ended(&in->next) && handover_ended(&in->fixed);
}

/* ---- connections */

static void
stop_if_done(struct inbound *in)
{
	if ((in->stopping || in->single) && in->n_sessions == 0 &&
	    in->next.n + in->fixed.n == 0) {
		close_down(in);
		if (down_ended(in))
			loop_stop();
	}
}

void
inbound_left(struct session *s)
{
	struct inbound *in = s->in;

	if (s->party != NULL) {
		share_give(&in->store.share, SHARE_CONNS, &s->party->share, 1);
		party_check(&in->store.parties, s->party);
	}
	in->n_sessions--;
	stop_if_done(in);
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
		relieve(in, INBOUND_DATA, now);
		relieve(in, INBOUND_COMMAND, now);
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
	in->waits.expired = on_expired;
	in->pauses.over = on_pause_over;
	loop_hook_first(&in->turns, on_turns, in);
	in->next.changed = in->fixed.changed = on_changed;
	in->next.arg = in->fixed.arg = in;
}

static void
set_ip(struct session *s, const struct sockaddr_storage *ss)
{
	static const unsigned char mapped[12] = { [10] = 255, [11] = 255 };

	if (ss->ss_family == AF_INET) {
		memcpy(s->ip, mapped, sizeof mapped);
		memcpy(s->ip + 12, &((struct sockaddr_in *)ss)->sin_addr, 4);
		s->known = 1;
	} else if (ss->ss_family == AF_INET6) {
		memcpy(s->ip, &((struct sockaddr_in6 *)ss)->sin6_addr, 16);
		s->known = 1;
	}
}

/* May he have a connection more?  A number that was given for one of ours
 * holds while there is any room, in place of a share. */
static enum share_verdict
room_for(const struct inbound *in, const struct party *p, int ours)
{
	int given = ours && in->limits.relay_max != INBOUND_SHARE;

	return share_ask(&in->store.share, SHARE_CONNS,
	    given ? NULL : &p->share, 1);
}

/* one more of this address; NULL: welcome */
static const struct smtpin_reply *
count_party(struct session *s, int ours)
{
	struct inbound *in = s->in;
	struct party *p = party_of(&in->store.parties, s->ip, ours);
	const struct smtpin_reply *r = NULL;

	if (p == NULL)
		return &r_memory;
	if (s->known &&
	    p->share.held[SHARE_CONNS] >=
		(ours ? in->limits.relay_max : in->limits.address_max))
		r = &r_yours;
	else
		switch (room_for(in, p, ours)) {
		case SHARE_YES:
			share_add(&in->store.share, SHARE_CONNS, &p->share, 1);
			s->party = p;
			return NULL;
		case SHARE_FULL: r = &r_crowded; break;
		case SHARE_ADDRESS: r = &r_yours; break;
		case SHARE_NETWORK: r = &r_network;
		}
	party_check(&in->store.parties, p);
	inbound_press(in);
	return r;
}

static void
refuse(struct session *s, const struct smtpin_reply *r)
{
	struct buf b = { 0 };

	rejection_log(s, NULL, r);
	/* it fits into the empty buffer of a new connection */
	if (smtpin_put(&b, r) == 0 &&
	    stream_write(&s->stream, buf_data(&b), buf_len(&b)) == -1)
		s->ending = 1;
	buf_free(&b);
	session_close(s);
}

/* NULL: welcome */
static const struct smtpin_reply *
judge(struct session *s)
{
	struct inbound *in = s->in;
	char ip[INET6_ADDRSTRLEN], suffix[RELAY_SUFFIX_MAX] = "";
	const struct smtpin_reply *r;
	enum relay_verdict v;

	v = access_relay(&in->access, session_ip(s, ip), suffix);
	s->doubtful = v == RELAY_BROKEN;
	if (v == RELAY_DENY)
		return &r_denied;
	r = count_party(s, v == RELAY_ALLOW);
	if (r != NULL)
		return r;
	if (v == RELAY_ALLOW) {
		s->suffix = strdup(suffix);
		if (s->suffix == NULL)
			return &r_memory;
	}
	return NULL;
}

static void
on_pause(void *arg)
{
	struct inbound *in = arg;
	unsigned i;

	for (i = 0; i < in->n_listeners; i++)
		if (in->listener[i].fd != -1)
			loop_io_want(&in->listener[i].io, LOOP_READ);
}

/* no descriptor or memory for one more: who waits goes on waiting */
static void
pause_accepting(struct inbound *in)
{
	unsigned i;

	if (loop_timer_active(&in->pause))
		return;
	warn("unable to accept a connection: %m");
	for (i = 0; i < in->n_listeners; i++)
		loop_io_want(&in->listener[i].io, 0);
	loop_timer_set(&in->pause, INBOUND_ACCEPT_AGAIN_MS, on_pause, in);
}

static void
on_connection(void *arg, int events)
{
	struct inbound_listener *l = arg;
	const struct smtpin_reply *r;
	struct sockaddr_storage ss;
	struct session *s;
	socklen_t len;
	int fd, i;

	(void)events;
	for (i = 0; i < INBOUND_ACCEPTS; i++) {
		len = sizeof ss;
		ss.ss_family = AF_UNSPEC;
		fd = accept4(l->fd, (struct sockaddr *)&ss, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd == -1 &&
		    (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			errno == ENOMEM)) {
			pause_accepting(l->in);
			return;
		}
		if (fd == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (fd == -1)
			continue; /* this one has gone, or EINTR */
		s = session_open(l->in, fd, fd);
		if (s == NULL)
			continue;
		set_ip(s, &ss);
		s->port = l->port;
		r = judge(s);
		if (r == NULL)
			session_greet(s);
		else
			refuse(s, r);
	}
}

int
inbound_listen(struct inbound *in, int fd)
{
	struct inbound_listener *l = &in->listener[in->n_listeners];
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	int one = 1;

	if (in->n_listeners == INBOUND_LISTENERS_MAX) {
		errno = E2BIG;
		return -1;
	}
	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1 ||
	    listen(fd, INBOUND_BACKLOG) == -1)
		return -1;
	/* what is accepted inherits it */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	l->in = in;
	l->fd = fd;
	if (ss.ss_family == AF_INET)
		l->port = ntohs(((struct sockaddr_in *)&ss)->sin_port);
	if (ss.ss_family == AF_INET6)
		l->port = ntohs(((struct sockaddr_in6 *)&ss)->sin6_port);
	in->n_listeners++;
	begin(in);
	loop_io_start(&l->io, fd, LOOP_READ, on_connection, l);
	return 0;
}

static void
scan_ip(struct session *s, const char *ip)
{
	struct sockaddr_storage ss = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&ss;

	if (inet_pton(AF_INET, ip, &in->sin_addr) == 1)
		ss.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, ip, &in6->sin6_addr) == 1)
		ss.ss_family = AF_INET6;
	set_ip(s, &ss);
}

int
inbound_single(struct inbound *in, int rfd, int wfd,
    const struct inbound_client *c)
{
	struct session *s = session_open(in, rfd, wfd);

	if (s == NULL)
		return -1;
	in->single = 1;
	begin(in);
	if (c->ip != NULL)
		scan_ip(s, c->ip);
	s->port = c->port;
	if (c->name != NULL)
		s->name = strdup(c->name);
	if (c->suffix != NULL)
		s->suffix = strdup(c->suffix);
	session_greet(s);
	return 0;
}

/* ---- the end */

static void
on_stopped(void *arg)
{
	struct inbound *in = arg;

	if (!down_ended(in))
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
	close_down(in);
	loop_timer_set(&in->stop, INBOUND_STOPPED_MS, on_stopped, in);
}

void
inbound_stop(struct inbound *in)
{
	struct session *s;
	unsigned i;

	if (in->stopping)
		return;
	in->stopping = 1;
	loop_timer_stop(&in->pause);
	for (i = 0; i < in->n_listeners; i++) {
		loop_io_stop(&in->listener[i].io);
		close(in->listener[i].fd);
		in->listener[i].fd = -1;
	}
	while ((s = first(in, INBOUND_COMMAND)) != NULL)
		session_bye(s, &r_stopping);
	while ((s = first(in, INBOUND_DATA)) != NULL)
		session_end(s, &r_stopping);
	loop_timer_set(&in->stop, INBOUND_STOP_MS, on_stop, in);
	stop_if_done(in);
}
