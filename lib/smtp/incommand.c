#include "smtp/incommand.h"
#include "base/ascii.h"
#include "smtp/inauth.h"
#include "smtp/inbdat.h"
#include "smtp/inpath.h"
#include "smtp/instate.h"
#include <string.h>

SMTPIN_SAY(r_ok, 250, "2.0.0", "ok");
SMTPIN_SAY(r_bye, 221, "2.0.0", "goodbye");
SMTPIN_SAY(r_vrfy, 252, "2.5.2", "not verified; send it some mail");
SMTPIN_SAY(r_help, 214, "2.0.0",
    "EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT; EHLO says more");
SMTPIN_SAY(r_unknown, 500, "5.5.1", "command not known");
SMTPIN_SAY(r_absent, 502, "5.5.1", "command not available");
SMTPIN_SAY(r_long, 500, "5.5.2", "line too long");
SMTPIN_SAY(r_line_end, 500, "5.5.2", "a line must end in CR LF");
SMTPIN_SAY(r_bytes, 500, "5.5.2", "control character in command");
SMTPIN_SAY(r_no_arg, 501, "5.5.4", "argument missing");
SMTPIN_SAY(r_arg, 501, "5.5.4", "no argument allowed");
SMTPIN_SAY(r_helo, 501, "5.5.4", "host name needed");
SMTPIN_SAY(r_no_helo, 503, "5.5.1", "EHLO or HELO first");
SMTPIN_SAY(r_no_ehlo, 503, "5.5.1", "EHLO first");
SMTPIN_SAY(r_tls_on, 503, "5.5.1", "TLS is on already");
SMTPIN_SAY(r_within, 503, "5.5.1", "not within a transaction");
SMTPIN_SAY(r_nested, 503, "5.5.1", "a sender was given already");
SMTPIN_SAY(r_no_mail, 503, "5.5.1", "MAIL first");
SMTPIN_SAY(r_begun, 503, "5.5.1", "BDAT has begun; the last chunk or RSET");
SMTPIN_SAY(r_no_rcpt, 554, "5.5.1", "no valid recipients");
SMTPIN_SAY(r_lmtp_no_rcpt, 503, "5.5.1", "no valid recipients");
SMTPIN_SAY(r_many_rcpt, 452, "4.5.3", "too many recipients");
SMTPIN_SAY(r_many_mail, 421, "4.7.0", "too many messages in this session");

static const struct smtpin_reply *
greeted(struct smtpin *s, const struct smtpin_config *c, int esmtp,
    struct smtpin_event *ev)
{
	/* RFC 5321 4.1.4: nobody is refused for his name */
	if (ev->arglen == 0)
		return &r_helo;
	if (ev->arglen > SMTPIN_HELO_MAX)
		ev->arglen = SMTPIN_HELO_MAX;
	s->state = INSTATE_GREETED;
	instate_reset(s);
	s->esmtp = esmtp;
	ev->kind = SMTPIN_HELO;
	ev->greeting.code = 250;
	ev->greeting.text = esmtp ? NULL : c->host;
	return &ev->greeting;
}

static const struct smtpin_reply *
do_ehlo(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	return s->lmtp ? &r_unknown : greeted(s, c, 1, ev);
}

static const struct smtpin_reply *
do_helo(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	return s->lmtp ? &r_unknown : greeted(s, c, 0, ev);
}

static const struct smtpin_reply *
do_lhlo(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	return s->lmtp ? greeted(s, c, 1, ev) : &r_unknown;
}

static const struct smtpin_reply *
do_starttls(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	(void)c;
	if (s->tls == SMTPIN_TLS_NONE) {
		ev->verb = SMTPIN_V_OTHER;
		return &r_absent;
	}
	if (s->tls == SMTPIN_TLS_ON)
		return &r_tls_on;
	if (!s->esmtp || s->state == INSTATE_START)
		return &r_no_ehlo;
	if (s->state != INSTATE_GREETED)
		return &r_within;
	return ev->arglen > 0 ? &r_arg : instate_ask(s, ev, SMTPIN_STARTTLS);
}

/* from a peer that speaks for others */
static const struct smtpin_reply *
do_xclient(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	(void)c;
	if (s->state != INSTATE_START && s->state != INSTATE_GREETED)
		return &r_within;
	return ev->arglen == 0 ? &r_no_arg : instate_ask(s, ev, SMTPIN_XCLIENT);
}

static const struct smtpin_reply *
do_mail(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r;

	if (s->state == INSTATE_START)
		return &r_no_helo;
	if (s->state != INSTATE_GREETED && s->state != INSTATE_BROKEN)
		return &r_nested;
	if (c->mail_max > 0 && s->n_mail >= c->mail_max)
		return &r_many_mail;
	r = inpath_parse(s, c, 1, ev);
	if (r != NULL)
		return r;
	s->utf8 = ev->param[EXTENSION_P_SMTPUTF8].p != NULL;
	s->eight = ev->eight = extension_is_8bit(ev->param[EXTENSION_P_BODY]);
	return instate_ask(s, ev, SMTPIN_MAIL);
}

static const struct smtpin_reply *
do_rcpt(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r;

	if (s->state == INSTATE_START)
		return &r_no_helo;
	if (s->state == INSTATE_GREETED || s->state == INSTATE_BROKEN)
		return &r_no_mail;
	if (s->state == INSTATE_MORE)
		return &r_begun;
	r = inpath_parse(s, c, 0, ev);
	if (r != NULL)
		return r;
	if (s->n_rcpt >= (s->rcpt_max > 0 ? s->rcpt_max : c->rcpt_max))
		return &r_many_rcpt;
	return instate_ask(s, ev, SMTPIN_RCPT);
}

static const struct smtpin_reply *
do_data(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	(void)c;
	if (ev->arglen > 0)
		return &r_arg;
	if (s->state == INSTATE_START)
		return &r_no_helo;
	if (s->state == INSTATE_GREETED || s->state == INSTATE_BROKEN)
		return &r_no_mail;
	/* RFC 3030 section 2 */
	if (s->state == INSTATE_MORE)
		return &r_begun;
	if (s->state == INSTATE_SENDER)
		return s->lmtp ? &r_lmtp_no_rcpt : &r_no_rcpt;
	return instate_ask(s, ev, SMTPIN_DATA);
}

static const struct smtpin_reply *
do_other(struct smtpin *s, const char *verb, size_t n, struct smtpin_event *ev)
{
	if (ascii_is(verb, n, "NOOP"))
		return &r_ok;
	if (ascii_is(verb, n, "HELP"))
		return &r_help;
	if (ascii_is(verb, n, "VRFY"))
		return ev->arglen > 0 ? &r_vrfy : &r_no_arg;
	if (ascii_is(verb, n, "RSET") || ascii_is(verb, n, "QUIT")) {
		if (ev->arglen > 0)
			return &r_arg;
		if (ascii_is(verb, n, "RSET")) {
			instate_reset(s);
			ev->kind = SMTPIN_RESET;
			return &r_ok;
		}
		s->over = 1;
		ev->kind = SMTPIN_QUIT;
		return &r_bye;
	}
	if (ascii_is(verb, n, "EXPN") || ascii_is(verb, n, "AUTH") ||
	    ascii_is(verb, n, "BDAT") || ascii_is(verb, n, "TURN") ||
	    ascii_is(verb, n, "ETRN"))
		return &r_absent;
	return &r_unknown;
}

/* bytes that stand in no command; NULL: there are none */
static const struct smtpin_reply *
bad_bytes(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '\r')
			return &r_line_end;
		if (((unsigned char)p[i] < 32 && p[i] != '\t') || p[i] == 127)
			return &r_bytes;
	}
	return NULL;
}

/* what stands behind the verb; its length */
static size_t
split(const char *p, size_t n, struct smtpin_event *ev)
{
	size_t verb = 0;

	while (n > 0 && ascii_blank(p[n - 1]))
		n--;
	while (verb < n && !ascii_blank(p[verb]))
		verb++;
	ev->arg = p + verb;
	ev->arglen = n - verb;
	while (ev->arglen > 0 && ascii_blank(*ev->arg)) {
		ev->arg++;
		ev->arglen--;
	}
	return verb;
}

/* commands with an event of their own, where one of these extensions is
 * offered or taken; 0: always */
static const struct verb {
	const char *name;
	enum smtpin_verb verb;
	int is_long; /* its line may have more than SMTPIN_LINE_MAX bytes */
	uint32_t of;
	const struct smtpin_reply *(*obey)(struct smtpin *,
	    const struct smtpin_config *, struct smtpin_event *);
} verbs[] = {
	{ "MAIL", SMTPIN_V_MAIL, 1, 0, do_mail },
	{ "RCPT", SMTPIN_V_RCPT, 1, 0, do_rcpt },
	{ "DATA", SMTPIN_V_DATA, 0, 0, do_data },
	{ "BDAT", SMTPIN_V_BDAT, 1, EXTENSION_CHUNKING, inbdat_line },
	{ "EHLO", SMTPIN_V_HELO, 0, 0, do_ehlo },
	{ "HELO", SMTPIN_V_HELO, 0, 0, do_helo },
	{ "LHLO", SMTPIN_V_HELO, 0, 0, do_lhlo },
	{ "AUTH", SMTPIN_V_AUTH, 1, EXTENSION_AUTH, inauth_line },
	{ "STARTTLS", SMTPIN_V_STARTTLS, 0, 0, do_starttls },
	{ "XCLIENT", SMTPIN_V_XCLIENT, 1, EXTENSION_XCLIENT, do_xclient },
};

const struct smtpin_reply *
incommand_line(struct smtpin *s, const struct smtpin_config *c, const char *p,
    size_t n, struct smtpin_event *ev)
{
	const struct smtpin_reply *bad = bad_bytes(p, n);
	const struct verb *w = verbs, *end = w + sizeof verbs / sizeof *verbs;
	size_t v;

	if (bad != NULL)
		return bad;
	v = split(p, n, ev);
	while (w < end &&
	    (!ascii_is(p, v, w->name) ||
		(w->of != 0 && !((s->offer | s->taken) & w->of))))
		w++;
	if ((w == end || !w->is_long) &&
	    ev->arg + ev->arglen - p + 2 > SMTPIN_LINE_MAX)
		return &r_long;
	ev->verb = w == end ? SMTPIN_V_OTHER : w->verb;
	return w == end ? do_other(s, p, v, ev) : w->obey(s, c, ev);
}

int
incommand_strange(const struct smtpin_reply *r)
{
	return r == &r_unknown || r == &r_bytes || r == &r_long ||
	    r == &r_line_end;
}
