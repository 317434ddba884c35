#include "smtp/smtpin.h"
#include "base/num.h"
#include "smtp/foreign.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { START, GREETED, SENDER, TO, BODY };

/* mail data that is thrown away is read no longer than this beyond twice
 * the size limit */
enum { DISCARD_MAX = 64 << 20 };

SMTPIN_SAY(r_ok, 250, "2.0.0", "ok");
SMTPIN_SAY(r_mail, 250, "2.1.0", "sender ok");
SMTPIN_SAY(r_rcpt, 250, "2.1.5", "recipient ok");
SMTPIN_SAY(r_data, 354, NULL, "end with a dot on a line by itself");
SMTPIN_SAY(r_bye, 221, "2.0.0", "goodbye");
SMTPIN_SAY(r_vrfy, 252, "2.5.2", "not verified; send it some mail");
SMTPIN_SAY(r_help, 214, "2.0.0",
    "EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT");
SMTPIN_SAY(r_unknown, 500, "5.5.1", "command not known");
SMTPIN_SAY(r_absent, 502, "5.5.1", "command not available");
SMTPIN_SAY(r_long, 500, "5.5.2", "line too long");
SMTPIN_SAY(r_line_end, 500, "5.5.2", "a line must end in CR LF");
SMTPIN_SAY(r_bytes, 500, "5.5.2", "control character in command");
SMTPIN_SAY(r_no_arg, 501, "5.5.4", "argument missing");
SMTPIN_SAY(r_arg, 501, "5.5.4", "no argument allowed");
SMTPIN_SAY(r_helo, 501, "5.5.4", "host name needed");
SMTPIN_SAY(r_no_helo, 503, "5.5.1", "EHLO or HELO first");
SMTPIN_SAY(r_nested, 503, "5.5.1", "a sender was given already");
SMTPIN_SAY(r_no_mail, 503, "5.5.1", "MAIL first");
SMTPIN_SAY(r_no_rcpt, 554, "5.5.1", "no valid recipients");
SMTPIN_SAY(r_mail_form, 501, "5.5.4", "syntax: MAIL FROM:<address>");
SMTPIN_SAY(r_rcpt_form, 501, "5.5.4", "syntax: RCPT TO:<address>");
SMTPIN_SAY(r_sender, 501, "5.1.7", "bad sender address");
SMTPIN_SAY(r_sender_long, 501, "5.1.7", "sender address too long");
SMTPIN_SAY(r_address, 501, "5.1.3", "bad recipient address");
SMTPIN_SAY(r_address_long, 501, "5.1.3", "recipient address too long");
SMTPIN_SAY(r_param, 501, "5.5.4", "bad parameter value");
SMTPIN_SAY(r_param_unknown, 555, "5.5.4", "parameter not known");
SMTPIN_SAY(r_param_twice, 501, "5.5.4", "parameter given twice");
SMTPIN_SAY(r_size, 552, "5.3.4", "message too large");
SMTPIN_SAY(r_many_rcpt, 452, "4.5.3", "too many recipients");
SMTPIN_SAY(r_many_mail, 421, "4.7.0", "too many messages in this session");
SMTPIN_SAY(r_errors, 421, "4.7.0", "too many errors");
SMTPIN_SAY(r_foreign, 421, "4.7.0",
    "this is SMTP, and that was something else");
SMTPIN_SAY(r_bare, 554, "5.5.2",
    "bare CR or LF in the message; lines must end in CR LF");

int
smtpin_config_init(struct smtpin_config *c, const char *host)
{
	size_t n = strlen(host);
	struct buf offer = { 0 };
	int r;

	if (!address_domain(host, n) && !address_literal(host, n))
		return -1;
	memcpy(c->host, host, n + 1);
	snprintf(c->banner, sizeof c->banner, "%s ESMTP", host);
	c->extensions = EXTENSION_SERVED;
	r = buf_puts(&offer, host) == -1 ||
		extension_offer(&offer, c->extensions, c->size_max) == -1 ||
		buf_len(&offer) >= sizeof c->ehlo
	    ? -1
	    : 0;
	if (r == 0)
		snprintf(c->ehlo, sizeof c->ehlo, "%.*s", (int)buf_len(&offer),
		    buf_data(&offer));
	buf_free(&offer);
	return r;
}

int
smtpin_in_data(const struct smtpin *s)
{
	return s->state == BODY;
}

/* count what the client did wrong; the reply to give */
static const struct smtpin_reply *
counted(struct smtpin *s, const struct smtpin_config *c,
    const struct smtpin_reply *r)
{
	if (r->code == 421)
		s->over = 1;
	if (r->code >= 500 && ++s->errors >= c->errors_max) {
		s->over = 1;
		return &r_errors;
	}
	return r;
}

/* no transaction; what was greeted stays greeted */
static void
reset(struct smtpin *s)
{
	if (s->state != START)
		s->state = GREETED;
	s->n_rcpt = 0;
	s->eight = 0;
	s->got = 0;
	memset(&s->dot, 0, sizeof s->dot);
}

static int
is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

static const struct smtpin_reply *
size_param(const struct smtpin_config *c, struct slice v, uint64_t *size)
{
	/* all digits and yet out of range: above anything allowed */
	if (num_scan(v.p, v.n, 0, UINT64_MAX, size) == -1 ||
	    *size > c->size_max)
		return &r_size;
	return NULL;
}

static const struct smtpin_reply *
param(const struct smtpin_config *c, const char *p, size_t n, int mail,
    struct smtpin_event *ev)
{
	static const struct smtpin_reply *const faults[] = {
		[EXTENSION_UNKNOWN] = &r_param_unknown,
		[EXTENSION_TWICE] = &r_param_twice,
		[EXTENSION_BAD] = &r_param
	};
	enum extension_fault f =
	    extension_param(c->extensions, mail, p, n, ev->param);

	if (f != EXTENSION_GOOD)
		return faults[f];
	if (ev->param[EXTENSION_P_SIZE].p != NULL && ev->size == 0)
		return size_param(c, ev->param[EXTENSION_P_SIZE], &ev->size);
	return NULL;
}

/* blank separated KEY or KEY=VALUE behind the address */
static const struct smtpin_reply *
params(const struct smtpin_config *c, const char *p, size_t n, int mail,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r;
	const char *end = p + n, *k;

	while (p < end) {
		if (*p != ' ')
			return mail ? &r_mail_form : &r_rcpt_form;
		while (p < end && *p == ' ')
			p++;
		if (p == end)
			break;
		for (k = p; p < end && *p != ' ';)
			p++;
		r = param(c, k, p - k, mail, ev);
		if (r != NULL)
			return r;
	}
	return NULL;
}

static const struct smtpin_reply *
path_fault(enum address_fault f, int mail)
{
	if (f == ADDRESS_SYNTAX)
		return mail ? &r_sender : &r_address;
	return mail ? &r_sender_long : &r_address_long;
}

/* "FROM:<...> params" or "TO:<...> params"; NULL when all is well */
static const struct smtpin_reply *
path_command(const struct smtpin *s, const struct smtpin_config *c, int mail,
    struct smtpin_event *ev)
{
	const char *p = ev->arg, *word = mail ? "FROM:" : "TO:";
	size_t n = ev->arglen, w = strlen(word), used;
	enum address_fault f;

	if (n < w || strncasecmp(p, word, w) != 0)
		return mail ? &r_mail_form : &r_rcpt_form;
	for (; w < n && p[w] == ' '; w++)
		; /* VIOLATIONS.md: LENIENT-SYNTAX */
	f = s->lenient ? address_bare_path(p + w, n - w, &ev->address, &used)
		       : address_path(p + w, n - w, &ev->address, &used);
	if (f != ADDRESS_GOOD) {
		memset(&ev->address, 0, sizeof ev->address);
		return path_fault(f, mail);
	}
	if (!mail && ev->address.len == 0)
		return &r_address;
	return params(c, p + w + used, n - w - used, mail, ev);
}

static const struct smtpin_reply *
ask(struct smtpin *s, struct smtpin_event *ev, enum smtpin_kind kind)
{
	ev->kind = kind;
	s->asked = kind;
	return NULL;
}

static const struct smtpin_reply *
do_helo(struct smtpin *s, const struct smtpin_config *c, int esmtp,
    struct smtpin_event *ev)
{
	/* RFC 5321 4.1.4: nobody is refused for his name */
	if (ev->arglen == 0)
		return &r_helo;
	if (ev->arglen > SMTPIN_HELO_MAX)
		ev->arglen = SMTPIN_HELO_MAX;
	s->state = GREETED;
	reset(s);
	s->esmtp = esmtp;
	ev->kind = SMTPIN_HELO;
	ev->greeting.code = 250;
	ev->greeting.text = esmtp ? c->ehlo : c->host;
	return &ev->greeting;
}

static const struct smtpin_reply *
do_mail(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r;

	if (s->state == START)
		return &r_no_helo;
	if (s->state != GREETED)
		return &r_nested;
	if (c->mail_max > 0 && s->n_mail >= c->mail_max)
		return &r_many_mail;
	r = path_command(s, c, 1, ev);
	if (r != NULL)
		return r;
	s->eight = ev->eight = extension_is_8bit(ev->param[EXTENSION_P_BODY]);
	return ask(s, ev, SMTPIN_MAIL);
}

static const struct smtpin_reply *
do_rcpt(struct smtpin *s, const struct smtpin_config *c,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r;

	if (s->state == START)
		return &r_no_helo;
	if (s->state == GREETED)
		return &r_no_mail;
	r = path_command(s, c, 0, ev);
	if (r != NULL)
		return r;
	if (s->n_rcpt >= (s->rcpt_max > 0 ? s->rcpt_max : c->rcpt_max))
		return &r_many_rcpt;
	return ask(s, ev, SMTPIN_RCPT);
}

static const struct smtpin_reply *
do_data(struct smtpin *s, struct smtpin_event *ev)
{
	if (ev->arglen > 0)
		return &r_arg;
	if (s->state == START)
		return &r_no_helo;
	if (s->state == GREETED)
		return &r_no_mail;
	if (s->state == SENDER)
		return &r_no_rcpt;
	return ask(s, ev, SMTPIN_DATA);
}

static const struct smtpin_reply *
do_other(struct smtpin *s, const char *verb, size_t n, struct smtpin_event *ev)
{
	if (is_word(verb, n, "NOOP"))
		return &r_ok;
	if (is_word(verb, n, "HELP"))
		return &r_help;
	if (is_word(verb, n, "VRFY"))
		return ev->arglen > 0 ? &r_vrfy : &r_no_arg;
	if (is_word(verb, n, "RSET") || is_word(verb, n, "QUIT")) {
		if (ev->arglen > 0)
			return &r_arg;
		if (is_word(verb, n, "RSET")) {
			reset(s);
			ev->kind = SMTPIN_RESET;
			return &r_ok;
		}
		s->over = 1;
		ev->kind = SMTPIN_QUIT;
		return &r_bye;
	}
	if (is_word(verb, n, "EXPN") || is_word(verb, n, "STARTTLS") ||
	    is_word(verb, n, "AUTH") || is_word(verb, n, "BDAT") ||
	    is_word(verb, n, "TURN") || is_word(verb, n, "ETRN"))
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

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* what stands behind the verb; its length */
static size_t
split(const char *p, size_t n, struct smtpin_event *ev)
{
	size_t verb = 0;

	while (n > 0 && is_blank(p[n - 1]))
		n--;
	while (verb < n && !is_blank(p[verb]))
		verb++;
	ev->arg = p + verb;
	ev->arglen = n - verb;
	while (ev->arglen > 0 && is_blank(*ev->arg)) {
		ev->arg++;
		ev->arglen--;
	}
	return verb;
}

/* a whole line without its CRLF */
static const struct smtpin_reply *
command(struct smtpin *s, const struct smtpin_config *c, const char *p,
    size_t n, struct smtpin_event *ev)
{
	const struct smtpin_reply *bad = bad_bytes(p, n);
	size_t v;

	if (bad != NULL)
		return bad;
	v = split(p, n, ev);
	if (is_word(p, v, "MAIL")) {
		ev->verb = SMTPIN_V_MAIL;
		return do_mail(s, c, ev);
	}
	if (is_word(p, v, "RCPT")) {
		ev->verb = SMTPIN_V_RCPT;
		return do_rcpt(s, c, ev);
	}
	if (ev->arg + ev->arglen - p + 2 > SMTPIN_LINE_MAX)
		return &r_long;
	if (is_word(p, v, "DATA")) {
		ev->verb = SMTPIN_V_DATA;
		return do_data(s, ev);
	}
	if (is_word(p, v, "EHLO") || is_word(p, v, "HELO")) {
		ev->verb = SMTPIN_V_HELO;
		return do_helo(s, c, (p[0] | 32) == 'e', ev);
	}
	ev->verb = SMTPIN_V_OTHER;
	return do_other(s, p, v, ev);
}

/* nothing has come before this line */
static int
first(const struct smtpin *s)
{
	return s->state == START && s->errors == 0;
}

/* is a line that is no command one of a client that was made to speak to us?
 * VIOLATIONS.md: CLOSE-AFTER-554 */
static int
foreign(const struct smtpin *s, const char *p, size_t n)
{
	return foreign_line(p,
	    n < SMTPIN_PATH_LINE_MAX ? n : SMTPIN_PATH_LINE_MAX, first(s));
}

/* part of a line: what is to be consumed of it */
static size_t
feed_part(struct smtpin *s, const char *in, size_t n)
{
	if (!s->skipping) {
		if (n < SMTPIN_PATH_LINE_MAX)
			return 0;
		s->foreign = foreign(s, in, n);
	}
	s->skipping = 1;
	return n;
}

/* the line in[0..len), whose LF follows */
static const struct smtpin_reply *
whole_line(struct smtpin *s, const struct smtpin_config *c, const char *in,
    size_t len, struct smtpin_event *ev)
{
	const struct smtpin_reply *r;

	if (s->skipping || len + 1 > SMTPIN_PATH_LINE_MAX)
		r = &r_long;
	else if (len == 0 || in[len - 1] != '\r')
		r = &r_line_end;
	else
		r = command(s, c, in, len - 1, ev);
	if (s->skipping ? s->foreign
			: (r == &r_unknown || r == &r_bytes || r == &r_long ||
			      r == &r_line_end) &&
		    foreign(s, in, len)) {
		r = &r_foreign;
		ev->verb = SMTPIN_V_NONE;
	}
	s->skipping = s->foreign = 0;
	return r;
}

static size_t
feed_line(struct smtpin *s, const struct smtpin_config *c, char *in, size_t n,
    struct smtpin_event *ev)
{
	const struct smtpin_reply *r;
	char *lf = memchr(in, '\n', n);

	ev->kind = SMTPIN_REPLY;
	/* TLS and others have no lines */
	if (first(s) && !s->skipping && foreign_line(in, 1, 1)) {
		ev->reply = counted(s, c, &r_foreign);
		return 1;
	}
	if (lf == NULL) {
		ev->kind = SMTPIN_MORE;
		return feed_part(s, in, n);
	}
	r = whole_line(s, c, in, lf - in, ev);
	if (r != NULL)
		ev->reply = counted(s, c, r);
	return lf - in + 1;
}

/* the message ends without having become one */
static void
end_badly(struct smtpin *s, const struct smtpin_config *c,
    const struct smtpin_reply *r, struct smtpin_event *ev)
{
	reset(s);
	ev->kind = SMTPIN_RESET;
	ev->verb = SMTPIN_V_DATA;
	ev->reply = counted(s, c, r);
}

/* a message that is larger than may be: read to its end, if that is not too
 * far away */
static void
too_large(struct smtpin *s, const struct smtpin_config *c, int at_end,
    struct smtpin_event *ev)
{
	if (at_end) {
		end_badly(s, c, &r_size, ev);
	} else if (s->got / 2 > c->size_max &&
	    s->got - 2 * c->size_max > DISCARD_MAX) {
		end_badly(s, c, &r_size, ev);
		s->over = 1;
	}
}

static size_t
feed_data(struct smtpin *s, const struct smtpin_config *c, char *in, size_t n,
    struct smtpin_event *ev)
{
	uint64_t lines = s->dot.lines;
	enum dotin_event e;
	size_t used, len;

	used = dotin_feed(&s->dot, in, n, in, &len, &e);
	s->got += len + (s->dot.lines - lines);
	if (e == DOTIN_BARE) {
		/* where this message ends cannot be known; VIOLATIONS.md:
		 * CLOSE-AFTER-554 */
		end_badly(s, c, &r_bare, ev);
		s->over = 1;
	} else if (s->got > c->size_max) {
		too_large(s, c, e == DOTIN_END, ev);
	} else if (len > 0) {
		ev->kind = SMTPIN_BODY;
		ev->arg = in;
		ev->arglen = len;
		if (e != DOTIN_END)
			return used;
		/* the end is an event of its own */
		dotin_hold_end(&s->dot);
		return used - 1;
	} else if (e == DOTIN_END) {
		ask(s, ev, SMTPIN_DONE);
	}
	return used;
}

size_t
smtpin_feed(struct smtpin *s, const struct smtpin_config *c, char *in, size_t n,
    struct smtpin_event *ev)
{
	assert(!s->asked && !s->over);
	memset(ev, 0, sizeof *ev);
	ev->kind = SMTPIN_MORE;
	if (n == 0)
		return 0;
	if (s->state == BODY)
		return feed_data(s, c, in, n, ev);
	return feed_line(s, c, in, n, ev);
}

const struct smtpin_reply *
smtpin_answer(struct smtpin *s, const struct smtpin_config *c,
    const struct smtpin_reply *r)
{
	int good = r == NULL || r->code < 400;
	const struct smtpin_reply *usual = &r_ok;

	assert(s->asked);
	switch (smtpin_asked(s)) {
	case SMTPIN_MAIL:
		usual = &r_mail;
		if (good)
			s->state = SENDER;
		break;
	case SMTPIN_RCPT:
		usual = &r_rcpt;
		if (good) {
			s->state = TO;
			s->n_rcpt++;
		}
		break;
	case SMTPIN_DATA:
		usual = &r_data;
		if (good)
			s->state = BODY;
		break;
	default:
		reset(s);
		if (good) {
			s->n_mail++;
			s->errors = 0;
		}
	}
	s->asked = 0;
	return counted(s, c, r == NULL ? usual : r);
}

int
smtpin_put(struct buf *b, const struct smtpin_reply *r)
{
	const char *p = r->text, *e;
	size_t n, cut, i, k;
	char *t;

	do {
		e = strchrnul(p, '\n');
		n = e - p;
		cut = n > SMTPIN_TEXT_MAX ? SMTPIN_TEXT_MAX : n;
		if (buf_reserve(b, cut + 32) == -1)
			return -1;
		t = buf_tail(b);
		k = snprintf(t, 32, "%03u%c%.12s%s", r->code % 1000,
		    *e == '\n' ? '-' : ' ', r->esc ? r->esc : "",
		    r->esc ? " " : "");
		for (i = 0; i < cut; i++)
			t[k++] = p[i] < 32 || p[i] > 126 ? '?' : p[i];
		t[k++] = '\r';
		t[k++] = '\n';
		buf_added(b, k);
		p = e + 1;
	} while (*e == '\n');
	return 0;
}
