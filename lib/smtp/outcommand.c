#include "smtp/outstate.h"
#include "base/ascii.h"
#include "mail/address.h"
#include <string.h>

/* what a client says: smtpout_pull() */

static int
put_path(struct buf *out, const char *address)
{
	return buf_putc(out, '<') == -1 ||
		address_put(out, address, strlen(address)) == -1 ||
		buf_putc(out, '>') == -1
	    ? -1
	    : 0;
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
	/* RFC 8689 section 2: under TLS alone */
	if (m->requiretls && s->secured && (s->ext & EXTENSION_REQUIRETLS))
		r |= buf_puts(out, " REQUIRETLS");
	if (m->has_priority && (s->ext & EXTENSION_MTPRIORITY))
		r |= buf_printf(out, " MT-PRIORITY=%d", m->priority);
	if (m->by.mode != 0 && (s->ext & EXTENSION_DELIVERBY))
		r |= buf_printf(out, " BY=%lld;%c%s", (long long)m->by.s,
		    m->by.mode, m->by.trace ? "T" : "");
	if (m->dsn != NULL && (s->ext & EXTENSION_DSN)) {
		r |= buf_putc(out, ' ');
		r |= buf_puts(out, m->dsn);
	}
	return r | buf_puts(out, "\r\n");
}

static int
has(const char *p, size_t n, const char *word)
{
	size_t i, len = strlen(word);

	for (i = 0; i + len <= n; i++)
		if (ascii_is(p + i, len, word))
			return 1;
	return 0;
}

/* NOTIFY with DELAY: where nobody counts the time the sender hears of delay
 * all the same (RFC 2852 section 4.1.4.2) */
static int
put_delay(const char *dsn, struct buf *out)
{
	size_t n = strcspn(dsn, " ");
	int r;

	if (!ascii_begins(dsn, n, "NOTIFY=")) {
		r = buf_puts(out, " NOTIFY=FAILURE,DELAY");
		if (dsn[0] != '\0') {
			r |= buf_putc(out, ' ');
			r |= buf_puts(out, dsn);
		}
		return r;
	}
	r = buf_putc(out, ' ');
	r |= buf_put(out, dsn, n);
	if (!has(dsn, n, "DELAY") && !has(dsn, n, "NEVER"))
		r |= buf_puts(out, ",DELAY");
	return r | buf_puts(out, dsn + n);
}

static int
put_rcpt(struct smtpout *s, const struct smtpout_mail *m,
    const struct smtpout_rcpt *rc, struct buf *out)
{
	int r = buf_puts(out, "RCPT TO:");

	r |= put_path(out, rc->to);
	if (m->by.mode == EXTENSION_BY_NOTIFY && m->by.s > 0 && !s->lmtp &&
	    (s->ext & (EXTENSION_DSN | EXTENSION_DELIVERBY)) == EXTENSION_DSN) {
		r |= put_delay(rc->dsn == NULL ? "" : rc->dsn, out);
	} else if (rc->dsn != NULL && (s->ext & EXTENSION_DSN)) {
		r |= buf_putc(out, ' ');
		r |= buf_puts(out, rc->dsn);
	}
	return r | buf_puts(out, "\r\n");
}

static int
put_data(struct smtpout_mail *m, struct buf *out)
{
	m->data = 1;
	return buf_puts(out, "DATA\r\n");
}

/* all steps that may be said now: everything, or one at a time */
static int
put_steps(struct smtpout *s, struct smtpout_mail *m, struct buf *out)
{
	int all = (s->ext & EXTENSION_PIPELINING) != 0, r = 0;
	unsigned step;

	while (m->sent < outstate_steps(s, m) && (all || m->sent == m->got)) {
		if (m->sent < m->rset) {
			r |= buf_puts(out, "RSET\r\n");
		} else {
			step = m->sent - m->rset;
			if (step == 0)
				r |= put_mail(s, m, out);
			else if (step <= m->n_rcpt)
				r |= put_rcpt(s, m, &m->rcpt[step - 1], out);
			else
				r |= put_data(m, out);
		}
		m->sent++;
	}
	return r;
}

/* may the message follow its commands, RFC 3030 section 4.2?  Whoever knows by
 * now that nobody takes it keeps it */
static int
is_early(const struct smtpout *s, const struct smtpout_mail *m)
{
	return m->early && s->bdat && !m->data && !m->verify && !s->lmtp &&
	    (s->ext & EXTENSION_PIPELINING) && !m->failed &&
	    m->sent == outstate_steps(s, m) &&
	    (m->got < m->sent || m->accepted > 0);
}

static int
put_hello(struct smtpout *s, const char *helo, struct buf *out)
{
	int r;

	r = buf_puts(out,
	    s->lmtp                        ? "LHLO "
		: s->state == OUTSTATE_OLD ? "HELO "
					   : "EHLO ");
	r |= buf_puts(out, helo);
	return r | buf_puts(out, "\r\n");
}

int
smtpout_pull(struct smtpout *s, const char *helo, struct buf *out)
{
	int r = 0;

	if (s->say &&
	    (s->state == OUTSTATE_HELLO || s->state == OUTSTATE_OLD)) {
		s->say = 0;
		return put_hello(s, helo, out);
	}
	if (s->say && s->state == OUTSTATE_TLS) {
		s->say = 0;
		return buf_puts(out, "STARTTLS\r\n");
	}
	if (s->say && s->state == OUTSTATE_AUTH) {
		s->say = 0;
		return buf_put(out, buf_data(authout_line(s->auth)),
		    buf_len(authout_line(s->auth)));
	}
	if (s->say && s->front != NULL && s->front->at == SMTPOUT_LONE) {
		s->say = 0;
		r |= buf_puts(out, ".\r\n");
	}
	if (s->quit && s->say && s->front == NULL) {
		s->say = 0;
		r |= buf_puts(out, "QUIT\r\n");
	}
	if (s->front != NULL && s->front->at == SMTPOUT_COMMANDS) {
		r |= put_steps(s, s->front, out);
		if (is_early(s, s->front))
			s->front->at = SMTPOUT_BODY;
	}
	if (s->behind != NULL)
		r |= put_steps(s, s->behind, out);
	return r == 0 ? 0 : -1;
}
