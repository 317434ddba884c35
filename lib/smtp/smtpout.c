#include "smtp/smtpout.h"
#include "mail/address.h"
#include <assert.h>
#include <string.h>
#include <strings.h>

/*
 *	state      reply 2xx          5xx               4xx
 *	GREET      HELLO, say EHLO    REFUSED           REFUSED
 *	HELLO      OPEN, READY        OLD, say HELO     REFUSED
 *	                              (LMTP: REFUSED)
 *	OLD        OPEN, READY        REFUSED           REFUSED
 *	OPEN       step of the front transaction, below
 *	GONE       BYE if QUIT was said
 *
 *	step       good               else
 *	RSET       next               session spent at the end
 *	MAIL       next               verdict for all; the rest is ignored
 *	RCPT i     accepted           verdict for i
 *	DATA 3xx   BODY, or LONE      verdict for the accepted; over
 *	dot        verdict for all that are accepted (LMTP: for the next of
 *	           them); over after the last
 *
 * 421 is CLOSING in every state, and a reply that nobody asked for BROKEN.
 */
enum { GREET, HELLO, OLD, OPEN, GONE };

static unsigned
n_steps(const struct smtpout_mail *m)
{
	return m->rset + 1 + m->n_rcpt + 1;
}

enum smtpout_phase
smtpout_phase(const struct smtpout *s)
{
	const struct smtpout_mail *m = s->front;

	if (s->state == GREET)
		return SMTPOUT_GREETING;
	if (s->state == HELLO || s->state == OLD)
		return SMTPOUT_HELO;
	if (m == NULL)
		return s->quit ? SMTPOUT_QUIT : SMTPOUT_IDLE;
	if (m->at == SMTPOUT_BODY)
		return SMTPOUT_BLOCK;
	if (m->at != SMTPOUT_COMMANDS)
		return SMTPOUT_FINAL;
	if (m->got <= m->rset)
		return SMTPOUT_MAIL;
	return m->got + 1 < n_steps(m) ? SMTPOUT_RCPT : SMTPOUT_DATA;
}

const char *
smtpout_phase_name(enum smtpout_phase p)
{
	static const char *const names[] = { "greeting", "helo", "mail", "rcpt",
		"data", "block", "dot", "idle", "quit" };

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
		s->ext |= extension_scan(line, n, &s->size_max);
}

static enum smtpout_kind
on_hello(struct smtpout *s, struct smtpout_event *ev)
{
	unsigned class = ev->reply.code / 100;

	if (s->state == GREET && class == 2) {
		s->state = HELLO;
		s->say = 1;
		return SMTPOUT_MORE;
	}
	if (s->state == HELLO && class == 5 && !s->lmtp) {
		s->state = OLD;
		s->say = 1;
		return SMTPOUT_MORE;
	}
	if (s->state != GREET && class == 2) {
		if (s->state == HELLO)
			extensions(s, &ev->reply);
		s->state = OPEN;
		return SMTPOUT_READY;
	}
	if (class != 4 && class != 5)
		return SMTPOUT_BROKEN;
	s->state = GONE;
	return SMTPOUT_REFUSED;
}

/* transactions */

static void
finish(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	/* a transaction that MAIL has opened and no dot has ended */
	if (m->open && m->at == SMTPOUT_COMMANDS)
		s->owe_rset = 1;
	ev->mail = m;
	ev->over = 1;
	s->front = s->behind;
	s->behind = NULL;
	if (ev->kind == SMTPOUT_MORE)
		ev->kind = SMTPOUT_OVER;
}

static void
say_verdict(struct smtpout *s, struct smtpout_event *ev, unsigned first,
    unsigned end)
{
	unsigned class = ev->reply.code / 100;

	ev->kind = SMTPOUT_VERDICT;
	ev->mail = s->front;
	ev->verdict = class == 2 ? SMTPOUT_OK
	    : class == 5         ? SMTPOUT_PERM
				 : SMTPOUT_TEMP;
	ev->first = first;
	ev->end = end;
}

/* RFC 5321 section 4.5.3.1.10: 452, or 552 from the old ones */
static int
too_many(const struct smtpout_mail *m, const struct reply *r)
{
	size_t i;

	if (m->accepted == 0 || (r->code != 452 && r->code != 552))
		return 0;
	if (r->esc != NULL && r->esc_len == 5 &&
	    memcmp(r->esc + 1, ".5.3", 4) == 0)
		return 1;
	for (i = 0; i + 8 <= r->n; i++)
		if (strncasecmp(r->p + i, "too many", 8) == 0)
			return 1;
	return r->esc == NULL && r->code == 452;
}

static int
on_mail(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	if (ev->reply.code / 100 == 2) {
		m->open = 1;
		return 0;
	}
	if (ev->reply.code / 100 == 3)
		return -1;
	m->failed = 1;
	say_verdict(s, ev, 0, m->n_rcpt);
	return 0;
}

static int
on_rcpt(struct smtpout *s, struct smtpout_event *ev, unsigned i)
{
	struct smtpout_mail *m = s->front;

	if (m->failed)
		return 0;
	if (ev->reply.code / 100 == 2) {
		m->rcpt[i].state = SMTPOUT_ACCEPTED;
		m->accepted++;
		return 0;
	}
	if (ev->reply.code / 100 == 3)
		return -1;
	say_verdict(s, ev, i, i + 1);
	if (too_many(m, &ev->reply))
		ev->verdict = SMTPOUT_LATER;
	return 0;
}

static int
on_data(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	switch (ev->reply.code / 100) {
	case 3:
		if (m->accepted > 0 && !m->failed) {
			m->at = SMTPOUT_BODY;
		} else if (s->lmtp) {
			return -1; /* how many replies would a dot get? */
		} else {
			m->at = SMTPOUT_LONE;
			s->say = 1;
		}
		return 0;
	case 2: return -1;
	}
	if (m->accepted > 0 && !m->failed)
		say_verdict(s, ev, 0, m->n_rcpt);
	finish(s, ev);
	return 0;
}

static int
on_dot(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;
	unsigned i;

	if (ev->reply.code / 100 == 3)
		return -1;
	if (m->at == SMTPOUT_LONE) {
		finish(s, ev);
		return 0;
	}
	if (!s->lmtp) {
		say_verdict(s, ev, 0, m->n_rcpt);
		finish(s, ev);
		return 0;
	}
	for (i = 0; m->rcpt[i].state != SMTPOUT_ACCEPTED; i++)
		;
	say_verdict(s, ev, i, i + 1);
	if (--m->accepted == 0)
		finish(s, ev);
	return 0;
}

/* after a step: is there nothing more to say in this transaction? */
static void
settle(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;

	if (m == NULL || ev->over || m->at != SMTPOUT_COMMANDS ||
	    m->sent > m->got)
		return;
	if (m->failed || (m->got + 1 == n_steps(m) && m->accepted == 0))
		finish(s, ev);
}

static int
on_step(struct smtpout *s, struct smtpout_event *ev)
{
	struct smtpout_mail *m = s->front;
	unsigned step;
	int r = 0;

	if (m == NULL || m->at == SMTPOUT_BODY ||
	    (m->at == SMTPOUT_COMMANDS && m->got >= m->sent) ||
	    (m->at == SMTPOUT_LONE && s->say))
		return -1;
	if (m->at != SMTPOUT_COMMANDS)
		return on_dot(s, ev);
	step = m->got++;
	if (step < m->rset) {
		if (ev->reply.code / 100 != 2)
			s->spent = 1;
		return 0;
	}
	step -= m->rset;
	if (step == 0)
		r = on_mail(s, ev);
	else if (step <= m->n_rcpt)
		r = on_rcpt(s, ev, step - 1);
	else
		r = on_data(s, ev);
	if (r == 0)
		settle(s, ev);
	return r;
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
		else if (s->state == GONE || (s->quit && s->front == NULL))
			ev->kind = s->quit ? SMTPOUT_BYE : SMTPOUT_BROKEN;
		else if (s->state != OPEN)
			ev->kind = s->say ? SMTPOUT_BROKEN : on_hello(s, ev);
		else if (on_step(s, ev) == -1)
			ev->kind = SMTPOUT_BROKEN;
		if (ev->kind != SMTPOUT_MORE)
			return used;
	}
	memset(ev, 0, sizeof *ev);
	return used;
}

/* what we say */

static int
put_path(struct buf *out, const char *address)
{
	return buf_putc(out, '<') | address_put(out, address, strlen(address)) |
	    buf_putc(out, '>');
}

static int
put_mail(struct smtpout *s, const struct smtpout_mail *m, struct buf *out)
{
	int r = buf_puts(out, "MAIL FROM:");

	r |= put_path(out, m->from);
	/* VIOLATIONS.md: SIZE-LF, 8BITMIME-SEND */
	if ((s->ext & EXTENSION_SIZE) && m->size > 0) {
		r |= buf_puts(out, " SIZE=");
		r |= buf_putnum(out, m->size);
	}
	if (m->body8 && (s->ext & EXTENSION_8BITMIME))
		r |= buf_puts(out, " BODY=8BITMIME");
	if (m->utf8)
		r |= buf_puts(out, " SMTPUTF8");
	if (m->dsn != NULL && (s->ext & EXTENSION_DSN)) {
		r |= buf_putc(out, ' ');
		r |= buf_puts(out, m->dsn);
	}
	return r | buf_puts(out, "\r\n");
}

static int
put_rcpt(struct smtpout *s, const struct smtpout_rcpt *rc, struct buf *out)
{
	int r = buf_puts(out, "RCPT TO:");

	r |= put_path(out, rc->to);
	if (rc->dsn != NULL && (s->ext & EXTENSION_DSN)) {
		r |= buf_putc(out, ' ');
		r |= buf_puts(out, rc->dsn);
	}
	return r | buf_puts(out, "\r\n");
}

/* all steps that may be said now: everything, or one at a time */
static int
put_steps(struct smtpout *s, struct smtpout_mail *m, struct buf *out)
{
	int all = (s->ext & EXTENSION_PIPELINING) != 0, r = 0;
	unsigned step;

	while (m->sent < n_steps(m) && (all || m->sent == m->got)) {
		if (m->sent < m->rset) {
			r |= buf_puts(out, "RSET\r\n");
		} else {
			step = m->sent - m->rset;
			if (step == 0)
				r |= put_mail(s, m, out);
			else if (step <= m->n_rcpt)
				r |= put_rcpt(s, &m->rcpt[step - 1], out);
			else
				r |= buf_puts(out, "DATA\r\n");
		}
		m->sent++;
	}
	return r;
}

static int
put_hello(struct smtpout *s, const char *helo, struct buf *out)
{
	int r;

	r = buf_puts(out,
	    s->lmtp               ? "LHLO "
		: s->state == OLD ? "HELO "
				  : "EHLO ");
	r |= buf_puts(out, helo);
	return r | buf_puts(out, "\r\n");
}

int
smtpout_pull(struct smtpout *s, const char *helo, struct buf *out)
{
	int r = 0;

	if (s->say && (s->state == HELLO || s->state == OLD)) {
		s->say = 0;
		return put_hello(s, helo, out);
	}
	if (s->say && s->front != NULL && s->front->at == SMTPOUT_LONE) {
		s->say = 0;
		r |= buf_puts(out, ".\r\n");
	}
	if (s->quit && s->say && s->front == NULL) {
		s->say = 0;
		r |= buf_puts(out, "QUIT\r\n");
	}
	if (s->front != NULL && s->front->at == SMTPOUT_COMMANDS)
		r |= put_steps(s, s->front, out);
	if (s->behind != NULL)
		r |= put_steps(s, s->behind, out);
	return r == 0 ? 0 : -1;
}

int
smtpout_room(const struct smtpout *s)
{
	if (s->state != OPEN || smtpout_spent(s) || s->behind != NULL)
		return 0;
	return s->front == NULL ||
	    ((s->ext & EXTENSION_PIPELINING) && s->front->at == SMTPOUT_DOT);
}

enum smtpout_verdict
smtpout_fits(const struct smtpout *s, const struct smtpout_mail *m,
    unsigned *code, const char **esc, const char **text)
{
	if (s->size_max > 0 && m->size > s->size_max) {
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
smtpout_sent(struct smtpout *s)
{
	s->front->at = SMTPOUT_DOT;
}

void
smtpout_quit(struct smtpout *s)
{
	assert(s->front == NULL && s->state != HELLO && s->state != OLD);
	s->quit = 1;
	s->say = 1;
}

int
smtpout_address(const char *p, size_t n, int *utf8)
{
	int quoted = 0;
	size_t i;

	*utf8 = 0;
	if (n > SMTPOUT_ADDRESS_MAX)
		return 0;
	for (i = 0; i < n; i++) {
		unsigned char c = p[i];

		if (c < ' ' || c == 0x7f)
			return 0;
		if (c >= 0x80)
			*utf8 = 1;
		if (c == '\\') {
			if (!quoted || i + 1 == n || p[i + 1] < ' ' ||
			    p[i + 1] > '~')
				return 0;
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == ' ' || c == '<' || c == '>')) {
			return 0;
		}
	}
	return !quoted;
}

int
smtpout_params(const char *p, size_t n)
{
	size_t i;

	if (n > SMTPOUT_DSN_MAX)
		return 0;
	for (i = 0; i < n; i++)
		if (p[i] < ' ' || p[i] > '~')
			return 0;
	return 1;
}
