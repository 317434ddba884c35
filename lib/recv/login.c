#include "recv/login.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "recv/admit.h"
#include "recv/rejection.h"
#include "recv/sessiontime.h"
#include "sasl/authclient.h"
#include "sasl/saslname.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

SMTPIN_SAY(r_wrong, 535, "5.7.8", "wrong name or password");
SMTPIN_SAY(r_good, 235, "2.7.0", "authenticated");
SMTPIN_SAY(r_name, 334, NULL, "");
SMTPIN_SAY(r_unknown, 421, "4.3.0", "logins cannot be checked now");
SMTPIN_SAY(r_disabled, 525, "5.7.13", "this login is disabled");
SMTPIN_SAY(r_later, 454, "4.7.0", "logins cannot be checked now");
SMTPIN_SAY(r_long, 500, "5.5.6", "line too long");
SMTPIN_SAY(r_mech, 504, "5.5.4", "mechanism not offered");
SMTPIN_SAY(r_many, 421, "4.7.0", "too many failed logins");
SMTPIN_SAY(r_first, 530, "5.7.0", "log in first");
SMTPIN_SAY(r_tls_first, 530, "5.7.0", "STARTTLS first");

/* an exchange that is under way */
struct login {
	struct authclient_request request; /* first */
	struct session *session;
	login_answered *answered;
};

void
login_drop(struct session *s)
{
	struct login *l = s->more == NULL ? NULL : s->more->exchange;

	s->asked = 0;
	if (l == NULL)
		return;
	authclient_cancel(s->in->auth, &l->request);
	free(l);
	s->more->exchange = NULL;
}

void
login_forget(struct session *s)
{
	login_drop(s);
	if (s->more != NULL) {
		free(s->more->login);
		s->more->login = NULL;
	}
	s->by_auth = s->by_cert = 0;
}

const struct smtpin_reply *
login_leave(struct session *s)
{
	int had = session_login(s) != NULL;

	login_forget(s);
	return had ? admit_back(s) : NULL;
}

const struct smtpin_reply *
login_name(struct session *s, const char *name, size_t n)
{
	const struct smtpin_reply *r;
	char *login = saslname_login_ok(name, n) && session_more(s) != NULL
	    ? strndup(name, n)
	    : NULL;

	if (login == NULL)
		return &r_later;
	r = admit_login(s, login);
	if (r != NULL) {
		free(login);
		return r;
	}
	s->more->login = login;
	return NULL;
}

const struct smtpin_reply *
login_certificate(struct session *s, const unsigned char cert[32])
{
	const struct smtpin_reply *r;
	struct slice login;

	switch (access_cert_login(&s->in->access, cert, &login)) {
	case 0: return NULL;
	case -1: return &r_unknown;
	}
	r = login_name(s, login.p, login.n);
	s->by_cert = r == NULL;
	return r;
}

static const struct smtpin_reply *
good(struct session *s, const char *name, size_t n)
{
	const struct smtpin_reply *r = login_name(s, name, n);

	s->by_auth = r == NULL;
	return r;
}

static const struct smtpin_reply *
reply_of(struct session *s, enum authclient_result how, const char *text,
    size_t n)
{
	switch (how) {
	case AUTHCLIENT_GOOD: return good(s, text, n);
	case AUTHCLIENT_WRONG:
		return ++s->more->wrong >= LOGIN_WRONG_MAX ? &r_many : &r_wrong;
	case AUTHCLIENT_DISABLED:
		return ++s->more->wrong >= LOGIN_WRONG_MAX ? &r_many
							   : &r_disabled;
	default: return &r_later;
	}
}

static void
on_answer(struct authclient_request *request, enum authclient_result how,
    const char *text, size_t n)
{
	struct login *l = (struct login *)request;
	struct session *s = l->session;
	login_answered *answered = l->answered;
	struct smtpin_reply more = { 334, NULL, text };
	const struct smtpin_reply *r = &more;

	s->asked = 0;
	if (how != AUTHCLIENT_MORE) {
		login_drop(s);
		r = reply_of(s, how, text, n);
		if (r != NULL)
			rejection_login(s, how == AUTHCLIENT_LATER ? "" : text,
			    r);
	}
	answered(s, r);
}

/* 0, or -1 with errno */
static int
begin(struct session *s, const struct smtpin_event *ev,
    login_answered *answered)
{
	char ip[IP_TEXT];
	struct authtalk_ask ask = { .mech = ev->arg,
		.mech_len = ev->arglen,
		.resp = ev->data.p,
		.resp_len = ev->data.n,
		.rip = s->known ? session_ip(s, ip) : NULL,
		.lport = s->port,
		.secured = s->secure == SESSION_SECURE };
	struct login *l = session_more(s) == NULL ? NULL : calloc(1, sizeof *l);

	if (l == NULL)
		return -1;
	s->more->exchange = l;
	l->session = s;
	l->answered = answered;
	l->request.done = on_answer;
	return authclient_begin(s->in->auth, &l->request, &ask);
}

/* EXTERNAL (RFC 4422 appendix A), of who is known by his certificate: the name
 * that he wants to be, or none */
static const struct smtpin_reply *
external(struct session *s, struct slice data)
{
	char name[SASLNAME_LOGIN_MAX + 1];
	long n;

	if (data.p == NULL)
		return &r_name;
	n = base64_get(data.p, data.n, name, sizeof name);
	if (n != 0 &&
	    (n == -1 || !ascii_is(name, (size_t)n, session_login(s)))) {
		rejection_login(s, "", &r_wrong);
		return &r_wrong;
	}
	s->by_auth = 1;
	return &r_good;
}

const struct smtpin_reply *
login_auth(struct session *s, const struct smtpin_event *ev,
    login_answered *answered)
{
	const struct smtpin_reply *r;
	int failed;

	if (s->by_cert &&
	    (ev->arg == NULL || ascii_is(ev->arg, ev->arglen, "EXTERNAL")))
		return external(s, ev->data);
	if (ev->arg != NULL) {
		if (s->by_cert || s->in->auth == NULL ||
		    !authclient_has(s->in->auth, ev->arg, ev->arglen))
			return &r_mech;
		failed = begin(s, ev, answered);
	} else {
		failed = authclient_more(s->in->auth,
		    &s->more->exchange->request, ev->data.p, ev->data.n);
	}
	if (failed == -1) {
		r = errno == EMSGSIZE ? &r_long : &r_later;
		login_drop(s);
		return r;
	}
	s->asked = 1;
	sessiontime_wait(s, INBOUND_AUTH);
	return NULL;
}

const struct smtpin_reply *
login_may_mail(const struct session *s)
{
	if (session_login(s) != NULL || !(s->in->words & SERVICE_SUBMISSION))
		return NULL;
	return s->secure == SESSION_SECURE || s->in->words & SERVICE_PLAIN_AUTH
	    ? &r_first
	    : &r_tls_first;
}

int
login_open(struct inbound *in, const char *address)
{
	in->auth = calloc(1, sizeof *in->auth);
	return in->auth == NULL ? -1 : authclient_init(in->auth, address);
}
