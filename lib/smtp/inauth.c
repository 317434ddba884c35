#include "smtp/inauth.h"
#include "base/ascii.h"
#include "smtp/instate.h"
#include <string.h>

SMTPIN_SAY(r_good, 235, "2.7.0", "authenticated");
SMTPIN_SAY(r_absent, 502, "5.5.1", "command not available");
SMTPIN_SAY(r_tls, 538, "5.7.11", "STARTTLS first");
SMTPIN_SAY(r_no_ehlo, 503, "5.5.1", "EHLO first");
SMTPIN_SAY(r_authed, 503, "5.5.1", "you have logged in already");
SMTPIN_SAY(r_within, 503, "5.5.1", "not within a transaction");
SMTPIN_SAY(r_form, 501, "5.5.4", "syntax: AUTH mechanism [base64]");
SMTPIN_SAY(r_mech, 504, "5.5.4", "mechanism not offered");
SMTPIN_SAY(r_base64, 501, "5.5.2", "no base64");
SMTPIN_SAY(r_cancelled, 501, "5.7.0", "cancelled");
SMTPIN_SAY(r_long, 500, "5.5.6", "line too long");
SMTPIN_SAY(r_line_end, 500, "5.5.2", "a line must end in CR LF");

/* RFC 4422 section 3.1; a mechanism in small letters is none of ours either,
 * but who offers them may say so */
static int
mechanism(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_alnum(p[i]) && p[i] != '-' && p[i] != '_')
			return 0;
	return n > 0 && n <= SMTPIN_MECH_MAX;
}

/* RFC 4648 section 4, with all of its padding; also nothing */
static int
base64(const char *p, size_t n)
{
	size_t i, len = n;

	if (n % 4 != 0)
		return 0;
	while (len > 0 && n - len < 2 && p[len - 1] == '=')
		len--;
	for (i = 0; i < len; i++)
		if (!ascii_alnum(p[i]) && p[i] != '+' && p[i] != '/')
			return 0;
	return 1;
}

/* why not now; NULL when it may be */
static const struct smtpin_reply *
allowed(const struct smtpin *s)
{
	if (s->authed)
		return &r_authed;
	if (!(s->offer & EXTENSION_AUTH))
		return s->taken & EXTENSION_AUTH && s->tls == SMTPIN_TLS_OFFERED
		    ? &r_tls
		    : &r_absent;
	if (!s->esmtp || s->state == INSTATE_START)
		return &r_no_ehlo;
	return s->state == INSTATE_GREETED ? NULL : &r_within;
}

const struct smtpin_reply *
inauth_line(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r = allowed(s);
	const char *p = ev->arg, *end = p + ev->arglen;

	(void)c;
	if (r != NULL)
		return r;
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	ev->arglen = p - ev->arg;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (ev->arglen == 0)
		return &r_form;
	if (!mechanism(ev->arg, ev->arglen))
		return &r_mech;
	if (p < end)
		ev->data = (struct slice){ p, (size_t)(end - p) };
	/* one that is there and empty */
	if (ev->data.n == 1 && *p == '=')
		ev->data.n = 0;
	else if (!base64(ev->data.p, ev->data.n))
		return memchr(p, ' ', end - p) != NULL ? &r_form : &r_base64;
	return instate_ask(s, ev, SMTPIN_AUTH);
}

int
inauth_begins(const struct smtpin *s, const char *p, size_t n)
{
	return s->offer & EXTENSION_AUTH && !s->authed && n > 4 &&
	    ascii_begins(p, n, "AUTH") && (p[4] == ' ' || p[4] == '\t');
}

const struct smtpin_reply *
inauth_response(struct smtpin *s, const char *p, size_t n, int cut,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r;

	ev->verb = SMTPIN_V_AUTH;
	if (cut) {
		r = &r_long;
	} else if (n == 0 || p[n - 1] != '\r') {
		r = &r_line_end;
	} else if (n == 2 && p[0] == '*') {
		r = &r_cancelled;
	} else if (!base64(p, n - 1)) {
		r = &r_base64;
	} else {
		ev->data = (struct slice){ p, n - 1 };
		return instate_ask(s, ev, SMTPIN_AUTH);
	}
	s->authing = 0;
	ev->kind = SMTPIN_CANCEL;
	return r;
}

const struct smtpin_reply *
inauth_answer(struct smtpin *s, const struct smtpin_reply *r)
{
	s->authing = r != NULL && r->code == 334;
	s->authed = !s->authing && (r == NULL || r->code < 400);
	return &r_good;
}
