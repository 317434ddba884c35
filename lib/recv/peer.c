#include "recv/peer.h"
#include "base/ascii.h"
#include "base/num.h"
#include "recv/admit.h"
#include "recv/login.h"
#include "recv/rejection.h"
#include "recv/sessionio.h"
#include "smtp/proxyline.h"
#include "smtp/xclient.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_header, 421, "4.7.0", "no PROXY header");
SMTPIN_SAY(r_away, 421, "4.7.1", "no service for that client here");
SMTPIN_SAY(r_bad, 501, "5.5.4", "bad attributes");
SMTPIN_SAY(r_memory, 421, "4.3.0", "out of memory, try again later");

/* the header of a proxy */

/* part of one stays with the stream */
static int
keep(struct session *s, size_t n)
{
	if (stream_unread(&s->stream, s->in->in, n) == -1)
		return -1;
	share_add(&s->in->store.share, SHARE_MEMORY, session_holder(s), n);
	return 0;
}

/* whose connection it is */
static const struct smtpin_reply *
named(struct session *s, const struct proxyline *h)
{
	const struct smtpin_reply *r;
	unsigned char own[IP_LEN];

	/* what the proxy may is not for whom it passes on */
	s->proxied = s->speaks = 0;
	switch (h->kind) {
	case PROXYLINE_CLIENT:
		s->port = h->to_port;
		r = admit_other(s, h->from);
		break;
	case PROXYLINE_OWN:
		/* a look whether we are there: nothing is relayed by it */
		memcpy(own, s->ip, sizeof own);
		r = admit_other(s, s->known ? own : NULL);
		free(s->suffix);
		s->suffix = NULL;
		break;
	default: r = admit_other(s, NULL);
	}
	if (r != NULL)
		rejection_log(s, NULL, r);
	return r;
}

static void
no_header(struct session *s)
{
	rejection_log(s, NULL, &r_header);
	session_close(s);
}

void
peer_read(struct session *s, peer_begin *begin)
{
	struct proxyline h;
	const char *kept;
	size_t n_kept = stream_kept(&s->stream, &kept);
	ssize_t n =
	    session_input(s, proxyline_wants(n_kept == 0 ? "" : kept, n_kept));

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0) {
		no_header(s);
		return;
	}
	proxyline_get(s->in->in, (size_t)n, &h);
	if (h.kind == PROXYLINE_MORE) {
		if (keep(s, (size_t)n) == -1)
			session_close(s);
	} else if (h.kind == PROXYLINE_BAD) {
		no_header(s);
	} else {
		begin(s, named(s, &h));
	}
}

/* XCLIENT */

/* "192.0.2.1" or "IPV6:2001:db8::1", 0 or -1 */
static int
address(struct slice v, unsigned char ip[IP_LEN])
{
	unsigned char t[IP_LEN];
	size_t len;

	if (ascii_begins(v.p, v.n, "IPV6:")) {
		v.p += 5;
		v.n -= 5;
	}
	len = ip_scan(v.p, v.n, t);
	if (len == 0)
		return -1;
	ip_map(ip, t, len);
	return 0;
}

/* a string in place of another; unknown: none */
static int
set(char **to, struct slice v)
{
	char *p = v.n == 0 ? NULL : strndup(v.p, v.n);

	if (v.n > 0 && p == NULL)
		return -1;
	free(*to);
	*to = p;
	return 0;
}

static int
port(struct slice v, uint16_t *to)
{
	uint64_t u = 0;

	if (v.n > 0 && num_scan(v.p, v.n, 0, 65535, &u) == -1)
		return -1;
	*to = (uint16_t)u;
	return 0;
}

/* what is not about rights */
static int
details(struct session *s, const struct xclient *x)
{
	const struct slice *v = x->value;
	int r = 0;

	if (v[XCLIENT_NAME].p != NULL)
		r |= session_more(s) == NULL
		    ? -1
		    : set(&s->more->name, v[XCLIENT_NAME]);
	if (v[XCLIENT_HELO].p != NULL)
		r |= set(&s->helo, v[XCLIENT_HELO]);
	if (v[XCLIENT_PROTO].p != NULL)
		s->plain_smtp =
		    ascii_is(v[XCLIENT_PROTO].p, v[XCLIENT_PROTO].n, "SMTP");
	return r;
}

static const struct smtpin_reply *
rights(struct session *s, const struct xclient *x,
    const unsigned char ip[IP_LEN])
{
	const struct slice *addr = &x->value[XCLIENT_ADDR],
			   *login = &x->value[XCLIENT_LOGIN];
	const struct smtpin_reply *r = NULL;

	if (addr->p != NULL) {
		login_forget(s);
		r = admit_other(s, addr->n > 0 ? ip : NULL);
	}
	if (r == NULL && login->n > 0) {
		login_forget(s);
		r = login_name(s, login->p, login->n);
	} else if (r == NULL && login->p != NULL) {
		r = login_leave(s);
	}
	if (r == NULL)
		return NULL;
	rejection_log(s, NULL, r);
	return r->code == 421 ? r : &r_away;
}

const struct smtpin_reply *
peer_xclient(struct session *s, const struct smtpin_event *ev)
{
	struct buf *room = &s->in->scratch;
	const struct smtpin_reply *r;
	unsigned char ip[IP_LEN];
	uint16_t own, his;
	struct xclient x;
	const struct slice *v = x.value;

	buf_clear(room);
	if (buf_reserve(room, ev->arglen) == -1)
		return &r_memory;
	if (xclient_parse(ev->arg, ev->arglen, &x, buf_tail(room)) == -1 ||
	    (v[XCLIENT_ADDR].n > 0 && address(v[XCLIENT_ADDR], ip) == -1) ||
	    port(v[XCLIENT_DESTPORT], &own) == -1 ||
	    port(v[XCLIENT_PORT], &his) == -1)
		return &r_bad;
	r = rights(s, &x, ip);
	if (r != NULL)
		return r;
	if (details(s, &x) == -1)
		return &r_memory;
	if (v[XCLIENT_DESTPORT].p != NULL)
		s->port = own;
	s->smtp.authed = session_login(s) != NULL;
	s->in->made = (struct smtpin_reply){ 220, NULL, s->in->config.banner };
	return &s->in->made;
}
