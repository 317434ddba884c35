#include "smtp/smtpin.h"
#include "base/ascii.h"
#include "smtp/foreign.h"
#include "smtp/inauth.h"
#include "smtp/inbdat.h"
#include "smtp/incommand.h"
#include "smtp/instate.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* lines that are read to their end without being obeyed: what is the reply */
enum { LINE_LONG = 1, LINE_FOREIGN, LINE_BDAT, LINE_AUTH };

SMTPIN_SAY(r_ok, 250, "2.0.0", "ok");
SMTPIN_SAY(r_mail, 250, "2.1.0", "sender ok");
SMTPIN_SAY(r_rcpt, 250, "2.1.5", "recipient ok");
SMTPIN_SAY(r_data, 354, NULL, "end with a dot on a line by itself");
SMTPIN_SAY(r_tls, 220, "2.0.0", "go ahead");
SMTPIN_SAY(r_no_xclient, 550, "5.7.0", "you may not say who you are");
SMTPIN_SAY(r_long, 500, "5.5.2", "line too long");
SMTPIN_SAY(r_auth_long, 500, "5.5.6", "line too long");
SMTPIN_SAY(r_line_end, 500, "5.5.2", "a line must end in CR LF");
SMTPIN_SAY(r_size, 552, "5.3.4", "message too large");
SMTPIN_SAY(r_foreign, 421, "4.7.0",
    "this is SMTP, and that was something else");
SMTPIN_SAY(r_bare, 554, "5.5.2",
    "bare CR or LF in the message; lines must end in CR LF");

int
smtpin_config_init(struct smtpin_config *c, const char *host)
{
	size_t n = strlen(host);

	if (!address_domain(host, n) && !address_literal(host, n))
		return -1;
	memcpy(c->host, host, n + 1);
	snprintf(c->banner, sizeof c->banner, "%s ESMTP", host);
	return 0;
}

int
smtpin_ehlo(struct buf *text, const struct smtpin *s,
    const struct smtpin_config *c, const char *mechs, int64_t now_s)
{
	struct extension_values v = { c->size_max, mechs, now_s,
		s->rcpt_max > 0 ? s->rcpt_max : c->rcpt_max, c->mail_max };
	uint32_t set = s->offer & ~(uint32_t)EXTENSION_STARTTLS;

	if (s->tls == SMTPIN_TLS_OFFERED)
		set |= EXTENSION_STARTTLS;
	if (s->authed)
		set &= ~(uint32_t)EXTENSION_AUTH;
	buf_clear(text);
	return buf_puts(text, c->host) == -1 ||
		extension_offer(text, set, &v) == -1 ||
		buf_putc(text, '\0') == -1
	    ? -1
	    : 0;
}

int
smtpin_in_data(const struct smtpin *s)
{
	return s->state == INSTATE_BODY || s->state == INSTATE_CHUNK ||
	    s->state == INSTATE_SKIP;
}

int
smtpin_drops(const struct smtpin *s, const struct smtpin_config *c)
{
	return s->state == INSTATE_SKIP || s->got > c->size_max;
}

int
smtpin_pending(const struct smtpin *s)
{
	return (s->state == INSTATE_CHUNK || s->state == INSTATE_SKIP) &&
	    s->left == 0;
}

void
smtpin_again(struct smtpin *s)
{
	s->state = INSTATE_START;
	s->esmtp = s->authing = s->tls_next = 0;
	instate_reset(s);
}

void
smtpin_tls(struct smtpin *s)
{
	smtpin_again(s);
	s->tls = SMTPIN_TLS_ON;
	s->authed = 0;
}

/* nothing has come before this line */
static int
first(const struct smtpin *s)
{
	return s->state == INSTATE_START && s->errors == 0;
}

/* is a line that is no command one of a client that was made to speak to us?
 * VIOLATIONS.md: CLOSE-AFTER-554 */
static int
foreign(const struct smtpin *s, const char *p, size_t n)
{
	return foreign_line(p,
	    n < SMTPIN_PATH_LINE_MAX ? n : SMTPIN_PATH_LINE_MAX, first(s));
}

/* how long this line may be; n bytes of it are there */
static size_t
line_max(const struct smtpin *s, const char *p, size_t n)
{
	return s->authing || inauth_begins(s, p, n) ? SMTPIN_AUTH_LINE_MAX
						    : SMTPIN_PATH_LINE_MAX;
}

/* a line that is not obeyed */
static int
line_kind(const struct smtpin *s, const char *p, size_t n)
{
	if (foreign(s, p, n))
		return LINE_FOREIGN;
	if (inauth_begins(s, p, n))
		return LINE_AUTH;
	/* a blank before it makes it no command, and the bytes come all the
	 * same */
	while (n > 0 && (*p == ' ' || *p == '\t'))
		p++, n--;
	if (s->offer & EXTENSION_CHUNKING && ascii_begins(p, n, "BDAT"))
		return LINE_BDAT;
	return LINE_LONG;
}

/* part of a line: what is to be consumed of it */
static size_t
feed_part(struct smtpin *s, const char *in, size_t n)
{
	if (!s->skipping) {
		if (n < line_max(s, in, n))
			return 0;
		s->skipping = (unsigned char)line_kind(s, in, n);
	}
	return n;
}

/* the line in[0..len), whose LF follows */
static const struct smtpin_reply *
whole_line(struct smtpin *s, const struct smtpin_config *c, const char *in,
    size_t len, struct smtpin_event *ev)
{
	const struct smtpin_reply *r;
	int kind = s->skipping;

	s->skipping = 0;
	if (kind || len + 1 > line_max(s, in, len))
		r = &r_long;
	else if (len == 0 || in[len - 1] != '\r')
		r = &r_line_end;
	else
		r = incommand_line(s, c, in, len - 1, ev);
	if (!kind && (incommand_strange(r) || r == &r_long || r == &r_line_end))
		kind = line_kind(s, in, len);
	if (kind == LINE_FOREIGN) {
		ev->verb = SMTPIN_V_NONE;
		return &r_foreign;
	}
	if (kind == LINE_AUTH && r == &r_long) {
		ev->verb = SMTPIN_V_AUTH;
		return &r_auth_long;
	}
	/* the chunk behind it would be obeyed; VIOLATIONS.md:
	 * CLOSE-AFTER-554 */
	s->over |= kind == LINE_BDAT;
	return r;
}

/* the same after 334 */
static const struct smtpin_reply *
response(struct smtpin *s, const char *in, size_t len, struct smtpin_event *ev)
{
	int cut = s->skipping || len + 1 > SMTPIN_AUTH_LINE_MAX;

	s->skipping = 0;
	return inauth_response(s, in, len, cut, ev);
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
		ev->reply = instate_counted(s, c, &r_foreign);
		return 1;
	}
	if (lf == NULL) {
		ev->kind = SMTPIN_MORE;
		return feed_part(s, in, n);
	}
	r = s->authing ? response(s, in, lf - in, ev)
		       : whole_line(s, c, in, lf - in, ev);
	if (r != NULL)
		ev->reply = instate_counted(s, c, r);
	return lf - in + 1;
}

/* the message ends without having become one */
static void
end_badly(struct smtpin *s, const struct smtpin_config *c,
    const struct smtpin_reply *r, struct smtpin_event *ev)
{
	s->times = s->lmtp ? s->n_rcpt : 0;
	instate_reset(s);
	ev->kind = SMTPIN_RESET;
	ev->verb = SMTPIN_V_DATA;
	ev->reply = instate_counted(s, c, r);
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
	    s->got - 2 * c->size_max > INSTATE_DISCARD_MAX) {
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
		instate_ask(s, ev, SMTPIN_DONE);
	}
	return used;
}

size_t
smtpin_feed(struct smtpin *s, const struct smtpin_config *c, char *in, size_t n,
    struct smtpin_event *ev)
{
	assert(!s->asked && !s->over && !s->tls_next);
	memset(ev, 0, sizeof *ev);
	s->times = 0;
	ev->kind = SMTPIN_MORE;
	if (s->state == INSTATE_CHUNK || s->state == INSTATE_SKIP)
		return inbdat_feed(s, c, in, n, ev);
	if (n == 0)
		return 0;
	if (s->state == INSTATE_BODY)
		return feed_data(s, c, in, n, ev);
	return feed_line(s, c, in, n, ev);
}

const struct smtpin_reply *
smtpin_answer(struct smtpin *s, const struct smtpin_config *c,
    const struct smtpin_reply *r)
{
	int good = r == NULL || r->code < 400;
	uint32_t times = s->lmtp ? s->n_rcpt : 0;
	const struct smtpin_reply *usual = &r_ok;

	assert(s->asked);
	switch (smtpin_asked(s)) {
	case SMTPIN_MAIL:
		usual = &r_mail;
		if (good) {
			s->state = INSTATE_SENDER;
			s->n_rcpt = 0; /* of a message that was broken */
		}
		break;
	case SMTPIN_RCPT:
		usual = &r_rcpt;
		if (good) {
			s->state = INSTATE_TO;
			s->n_rcpt++;
		}
		break;
	case SMTPIN_DATA:
		if (s->chunked)
			return inbdat_answer(s, c, r);
		usual = &r_data;
		if (good)
			s->state = INSTATE_BODY;
		break;
	case SMTPIN_AUTH: usual = inauth_answer(s, r); break;
	case SMTPIN_STARTTLS:
		usual = &r_tls;
		s->tls_next = good;
		break;
	case SMTPIN_XCLIENT:
		usual = &r_no_xclient;
		if (r != NULL && good)
			smtpin_again(s);
		break;
	default:
		s->times = times;
		instate_reset(s);
		if (good) {
			s->n_mail++;
			s->errors = 0;
		}
	}
	s->asked = 0;
	return instate_counted(s, c, r == NULL ? usual : r);
}

int
smtpin_put(struct buf *b, const struct smtpin_reply *r)
{
	size_t most =
	    r->code == 334 ? SMTPIN_AUTH_LINE_MAX - 6 : SMTPIN_TEXT_MAX;
	const char *p = r->text, *e;
	size_t n, cut, i, k;
	char *t;

	do {
		e = strchrnul(p, '\n');
		n = e - p;
		cut = n > most ? most : n;
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
