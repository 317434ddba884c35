#include "smtp/smtpout.h"
#include "smtp/outstate.h"
#include "smtp/outstep.h"
#include <assert.h>
#include <string.h>

/*
 *	state      reply 2xx          5xx               4xx
 *	GREET      HELLO, say EHLO    REFUSED           REFUSED
 *	HELLO      OPEN, READY; or *  OLD, say HELO     REFUSED
 *	                              (LMTP, and under
 *	                              TLS: REFUSED)
 *	OLD        OPEN, READY; or *  REFUSED           REFUSED
 *	TLS        STARTTLS           NO_TLS            NO_TLS
 *	AUTH       OPEN, READY        REFUSED           REFUSED
 *	OPEN       step of the front transaction, outstep.c
 *	GONE       BYE if QUIT was said
 *
 *	*          when TLS is wanted and is not there yet: TLS, and say
 *	           STARTTLS; NO_TLS where it is not offered.  When a login
 *	           is wanted: AUTH, LOGIN
 *
 * From TLS the runner goes on, to HELLO or OPEN; in AUTH he says with what,
 * and 3xx goes to smtp/authout.
 *
 * 421 is CLOSING in every state, and a reply that nobody asked for BROKEN.
 */

enum smtpout_phase
smtpout_phase(const struct smtpout *s)
{
	const struct smtpout_mail *m = s->front;

	if (s->state == OUTSTATE_GREET)
		return SMTPOUT_GREETING;
	if (s->state == OUTSTATE_HELLO || s->state == OUTSTATE_OLD)
		return SMTPOUT_HELO;
	if (s->state == OUTSTATE_TLS)
		return SMTPOUT_STARTTLS;
	if (s->state == OUTSTATE_AUTH)
		return SMTPOUT_AUTH;
	if (m == NULL)
		return s->quit ? SMTPOUT_QUIT : SMTPOUT_IDLE;
	if (m->at == SMTPOUT_BODY)
		return SMTPOUT_BLOCK;
	if (m->at != SMTPOUT_COMMANDS && m->got == m->sent)
		return SMTPOUT_FINAL;
	if (m->got <= m->rset)
		return SMTPOUT_MAIL;
	return m->got < m->rset + 1 + m->n_rcpt ? SMTPOUT_RCPT : SMTPOUT_DATA;
}

const char *
smtpout_phase_name(enum smtpout_phase p)
{
	static const char *const names[] = { "greeting", "helo", "starttls",
		"auth", "mail", "rcpt", "data", "block", "dot", "idle",
		"quit" };

	return names[p];
}

/* EHLO: which extensions, RFC 5321 section 4.1.1.1 */
static void
extensions(struct smtpout *s, const struct reply *r)
{
	const char *line;
	size_t at = 0, n;

	reply_next(r, &at, &line, &n); /* its name and a greeting */
	while (reply_next(r, &at, &line, &n))
		s->ext |= extension_scan(line, n, &s->said);
}

/* EHLO or HELO is answered well */
static enum smtpout_kind
on_welcome(struct smtpout *s, const struct reply *r)
{
	if (s->state == OUTSTATE_HELLO)
		extensions(s, r);
	if (!s->tls || s->secured) {
		s->state = s->login ? OUTSTATE_AUTH : OUTSTATE_OPEN;
		return s->login ? SMTPOUT_LOGIN : SMTPOUT_READY;
	}
	s->state = OUTSTATE_TLS;
	s->say = (s->ext & EXTENSION_STARTTLS) != 0;
	return s->say ? SMTPOUT_MORE : SMTPOUT_NO_TLS;
}

/* RFC 3207 section 4: 220; 454 and 501 are what else it may be */
static enum smtpout_kind
on_starttls(const struct smtpout_event *ev)
{
	switch (ev->reply.code / 100) {
	case 2: return SMTPOUT_STARTTLS_GO;
	case 4:
	case 5: return SMTPOUT_NO_TLS;
	}
	return SMTPOUT_BROKEN;
}

static enum smtpout_kind
on_auth(struct smtpout *s, struct smtpout_event *ev)
{
	if (s->auth == NULL || s->works)
		return SMTPOUT_BROKEN;
	switch (authout_reply(s->auth, &ev->reply)) {
	case AUTHOUT_SAY: s->say = 1; return SMTPOUT_MORE;
	case AUTHOUT_WORK: s->works = 1; return SMTPOUT_WORK;
	case AUTHOUT_DONE: s->state = OUTSTATE_OPEN; return SMTPOUT_READY;
	case AUTHOUT_REFUSED: s->state = OUTSTATE_GONE; return SMTPOUT_REFUSED;
	case AUTHOUT_BROKEN: break;
	}
	ev->why = authout_text(s->auth);
	return SMTPOUT_BROKEN;
}

static enum smtpout_kind
on_hello(struct smtpout *s, struct smtpout_event *ev)
{
	unsigned class = ev->reply.code / 100;

	if (s->state == OUTSTATE_TLS)
		return on_starttls(ev);
	if (s->state == OUTSTATE_AUTH)
		return on_auth(s, ev);
	if (s->state == OUTSTATE_GREET && class == 2) {
		s->state = OUTSTATE_HELLO;
		s->say = 1;
		return SMTPOUT_MORE;
	}
	if (s->state == OUTSTATE_HELLO && class == 5 && !s->lmtp &&
	    !s->secured) {
		s->state = OUTSTATE_OLD;
		s->say = 1;
		return SMTPOUT_MORE;
	}
	if (s->state != OUTSTATE_GREET && class == 2)
		return on_welcome(s, &ev->reply);
	if (class != 4 && class != 5)
		return SMTPOUT_BROKEN;
	s->state = OUTSTATE_GONE;
	return SMTPOUT_REFUSED;
}

size_t
smtpout_feed(struct smtpout *s, const char *in, size_t n,
    struct smtpout_event *ev)
{
	size_t used = 0;
	long len;

	while (used < n) {
		memset(ev, 0, sizeof *ev);
		ev->phase = smtpout_phase(s);
		len = reply_parse(in + used, n - used, &ev->reply);
		if (len == 0)
			return used;
		if (len == -1) {
			ev->kind = SMTPOUT_BROKEN;
			ev->reply.p = NULL;
			ev->noise = in + used;
			ev->noise_len = n - used;
			return n;
		}
		used += len;
		if (ev->reply.code == 421 && !s->quit)
			ev->kind = SMTPOUT_CLOSING;
		else if (s->state == OUTSTATE_GONE ||
		    (s->quit && s->front == NULL))
			ev->kind = s->quit ? SMTPOUT_BYE : SMTPOUT_BROKEN;
		else if (s->state != OUTSTATE_OPEN)
			ev->kind = s->say ? SMTPOUT_BROKEN : on_hello(s, ev);
		else if (outstep_reply(s, ev) == -1)
			ev->kind = SMTPOUT_BROKEN;
		ev->noise = in + used;
		ev->noise_len = n - used;
		if (ev->kind != SMTPOUT_MORE)
			return used;
	}
	memset(ev, 0, sizeof *ev);
	return used;
}

void
smtpout_plain(struct smtpout *s)
{
	assert(s->state == OUTSTATE_TLS && !s->login);
	s->state = OUTSTATE_OPEN;
}

void
smtpout_secured(struct smtpout *s)
{
	assert(s->state == OUTSTATE_TLS);
	s->ext = 0;
	memset(&s->said, 0, sizeof s->said);
	s->secured = 1;
	s->state = OUTSTATE_HELLO;
	s->say = 1;
}

int
smtpout_login(struct smtpout *s, struct authout *auth)
{
	assert(s->state == OUTSTATE_AUTH && s->auth == NULL);
	s->auth = auth;
	if (authout_begin(auth, s->said.mechs) != AUTHOUT_SAY)
		return -1;
	s->say = 1;
	return 0;
}

int
smtpout_work(struct smtpout *s)
{
	enum authout_step step = authout_work(s->auth);

	if (step == AUTHOUT_WORK)
		return 1;
	s->works = 0;
	s->say = 1;
	return step == AUTHOUT_SAY ? 0 : -1;
}

int
smtpout_room(const struct smtpout *s)
{
	if (s->state != OUTSTATE_OPEN || smtpout_spent(s) || s->behind != NULL)
		return 0;
	return s->front == NULL ||
	    ((s->ext & EXTENSION_PIPELINING) && s->front->at == SMTPOUT_DOT &&
		s->front->got == s->front->sent);
}

/* RFC 2852 section 4.1.4: what is to be returned when it is late goes to nobody
 * who does not say that he will.  Where it is delivered there is nobody after */
static int
keeps(const struct smtpout *s, const struct smtpout_mail *m)
{
	if (s->lmtp || m->by.mode != EXTENSION_BY_RETURN)
		return 1;
	return (s->ext & EXTENSION_DELIVERBY) && m->by.s >= s->said.by_min_s;
}

enum smtpout_verdict
smtpout_fits(const struct smtpout *s, const struct smtpout_mail *m,
    unsigned *code, const char **esc, const char **text)
{
	if (s->said.size_max > 0 && m->size > s->said.size_max) {
		*code = 552;
		*esc = "5.3.4";
		*text = "message is larger than the server's SIZE limit";
		return SMTPOUT_PERM;
	}
	if (m->utf8 && !(s->ext & EXTENSION_SMTPUTF8)) {
		*code = 550;
		*esc = "5.6.7";
		*text = "message needs SMTPUTF8, which the server has not";
		return SMTPOUT_PERM;
	}
	if (!keeps(s, m)) {
		*code = 550;
		*esc = "5.3.3";
		*text = "the server does not promise to deliver it in time";
		return SMTPOUT_PERM;
	}
	return SMTPOUT_OK;
}

void
smtpout_begin(struct smtpout *s, struct smtpout_mail *m)
{
	assert(smtpout_room(s));
	m->rset = s->owe_rset;
	s->owe_rset = 0;
	if (s->front == NULL)
		s->front = m;
	else
		s->behind = m;
}

void
smtpout_chunk(struct smtpout *s, int last)
{
	s->front->chunks++;
	s->front->last |= last != 0;
}

void
smtpout_sent(struct smtpout *s)
{
	s->front->at = SMTPOUT_DOT;
}

void
smtpout_quit(struct smtpout *s)
{
	assert(s->front == NULL && s->state != OUTSTATE_HELLO &&
	    s->state != OUTSTATE_OLD && s->state != OUTSTATE_TLS &&
	    s->state != OUTSTATE_AUTH);
	s->quit = 1;
	s->say = 1;
}
