#include "send/connrelay.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/loginread.h"
#include "send/relayout.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct connrelay {
	struct relayout talk;
	struct dial_addr to;
	struct loginread login;
	char in[RELAYOUT_READ_MAX];
	size_t n_in;
	unsigned begun : 1, logs_in : 1;
};

void
connrelay_begin(struct sendconn *c)
{
	const struct sendsite *s = c->site;

	if (s->relay_kind == RELAYOUT_NONE)
		return;
	c->relay = calloc(1, sizeof *c->relay);
	if (c->relay == NULL)
		die(EXIT_TEMP, "out of memory");
	c->relay->talk.kind = s->relay_kind;
	stream_want(&c->stream, LOOP_READ | LOOP_WRITE);
}

void
connrelay_free(struct sendconn *c)
{
	if (c->relay == NULL)
		return;
	if (c->relay->logs_in)
		loginread_free(&c->relay->login);
	free(c->relay);
	c->relay = NULL;
}

static enum connrelay_next
failed(struct sendconn *c, const char *why, int is_host)
{
	char relay[DIAL_TEXT_MAX], text[DIAL_TEXT_MAX + 20];

	snprintf(text, sizeof text,
	    "relay %s port %u: ", dial_text(&c->site->relay, relay),
	    c->site->relay.port);
	sendhost_fail(&c->host, "connect", "4.4.1", "%s%s", text, why);
	return is_host ? CONNRELAY_DEAD : CONNRELAY_NEXT;
}

static const char *
socket_error(const struct sendconn *c)
{
	socklen_t len = sizeof errno;
	int err = 0;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		err = errno;
	return strerror(err);
}

/* it stands: the first word; NULL, or why not */
static const char *
begin(struct sendconn *c, struct buf *out, enum relayout_step *step)
{
	struct connrelay *r = c->relay;
	static char why[LOGINREAD_WHY];
	const char *bad = NULL;

	if (!dial_stands(c->fd))
		return socket_error(c);
	if (dial_scan_ip(c->host.ip, strlen(c->host.ip), &r->to) == -1)
		return "no host of the network";
	r->to.port = c->host.port;
	r->talk.to = &r->to;
	r->talk.from = r->to.kind == DIAL_V6 ? &c->site->bind6 : &c->site->bind;
	if (c->site->relay_login != NULL) {
		if (loginread(&r->login, c->share->logins, c->site->relay_login,
			why) == -1)
			return why;
		r->logs_in = 1;
		r->talk.user = r->login.user;
		r->talk.password = r->login.password;
	}
	r->begun = 1;
	*step = relayout_begin(&r->talk, out, &bad);
	return *step == RELAYOUT_REFUSED ? bad : NULL;
}

/* what it has said; 1: all that was waited for, 0: not yet, -1: *why */
static int
hear(struct sendconn *c, const char **why)
{
	struct connrelay *r = c->relay;
	ssize_t n =
	    stream_read(&c->stream, r->in + r->n_in, r->talk.wants - r->n_in);

	if (n == -1 && errno == EAGAIN)
		return 0;
	if (n <= 0) {
		*why = n == 0 || errno == ECONNRESET ? "connection closed"
						     : strerror(errno);
		return -1;
	}
	r->n_in += (size_t)n;
	return r->n_in == r->talk.wants;
}

/* a few bytes, on a connection that has just begun: they are taken at once */
static int
said(struct sendconn *c, struct buf *out)
{
	int good = buf_len(out) == 0 ||
	    stream_write(&c->stream, buf_data(out), buf_len(out)) ==
		(ssize_t)buf_len(out);

	buf_wipe(out);
	return good;
}

enum connrelay_next
connrelay_ready(struct sendconn *c)
{
	struct connrelay *r = c->relay;
	enum relayout_step step = RELAYOUT_MORE;
	struct buf out = { 0 };
	const char *why = NULL;
	int heard;

	if (!r->begun && (why = begin(c, &out, &step)) != NULL) {
		buf_wipe(&out);
		return failed(c, why, 0);
	}
	for (;;) {
		if (!said(c, &out))
			return failed(c, "it does not take what is said", 0);
		if (step == RELAYOUT_DONE)
			return CONNRELAY_DONE;
		if (step != RELAYOUT_MORE)
			return failed(c, why, step == RELAYOUT_HOST);
		stream_want(&c->stream, LOOP_READ);
		heard = hear(c, &why);
		if (heard == -1)
			return failed(c, why, 0);
		if (heard == 0)
			return CONNRELAY_WAIT;
		r->n_in = 0;
		step = relayout_feed(&r->talk, r->in, &out, &why);
	}
}
