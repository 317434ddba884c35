#include "bounce/dsn.h"
#include "format/dsnparam.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/header.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* words that differ by what has happened */
static const struct {
	const char *field, *subject, *said, *next;
} actions[] = {
	[DSN_FAILED] = { "failed", "Delivery failed",
	    "Your message could not be delivered to the recipients below.",
	    "This is final: it will not be tried again. A copy of your "
	    "message or of its header is attached." },
	[DSN_DELAYED] = { "delayed", "Delivery delayed",
	    "Your message has not been delivered yet to the recipients "
	    "below.",
	    "You need not do anything, nor send it again: it will be "
	    "tried again" },
	[DSN_RELAYED] = { "relayed", "Delivery relayed",
	    "Your message has been handed on for the recipients below to "
	    "a server that does not report further.",
	    "You may hear no more of it." },
	[DSN_DELIVERED] = { "delivered", "Delivery done",
	    "Your message has been delivered to the recipients below.", "" },
	[DSN_EXPANDED] = { "expanded", "Delivery to a list",
	    "Your message has been delivered to the lists below.",
	    "You will hear no more of their members." },
};

static const char *
conffile_of(const struct dsn *d)
{
	return d->second ? "Double bounce" : actions[d->action].subject;
}

static const char *
said_of(const struct dsn *d)
{
	return d->second
	    ? "A message without a sender, such as a delivery "
	      "report, could not be delivered to the recipients below. It "
	      "cannot be returned, so you get it, who look after this system."
	    : actions[d->action].said;
}

/*
 * Foreign text in a field or a line: control bytes become blanks, bytes
 * above 127 stay where UTF-8 is allowed and become ? elsewhere
 */
static int
put_clean(struct buf *b, const char *s, int utf8)
{
	size_t i, n = strlen(s);
	unsigned char c;

	if (n > DSN_VALUE_MAX) {
		n = DSN_VALUE_MAX;
		/* not in the middle of a character */
		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	if (buf_reserve(b, n + 1) == -1)
		return -1;
	for (i = 0; i < n; i++) {
		c = s[i];
		if (c < ' ' || c == 0x7f)
			c = ' ';
		else if (c > 0x7f && !utf8)
			c = '?';
		buf_putc(b, c);
	}
	return 0;
}

static int
has(const char *s)
{
	return s != NULL && s[0] != '\0';
}

/* "Name: value" */
static int
field(struct buf *b, const char *name, const char *value, int utf8)
{
	if (buf_puts(b, name) == -1 || put_clean(b, value, utf8) == -1)
		return -1;
	return buf_putc(b, '\n');
}

static int
date_field(struct buf *b, const char *name, int64_t t)
{
	char text[DATE_LEN + 1];

	if (t <= 0)
		return 0;
	date_format(text, t, 0);
	return field(b, name, text, 0);
}

/*
 * Text for people, wrapped; a word that is longer than a line stands alone
 */
static int
wrap(struct buf *b, const char *s, const char *indent)
{
	size_t col = 0, n, width = strlen(indent);

	while (*s != '\0') {
		while (*s == ' ')
			s++;
		n = strcspn(s, " ");
		if (n == 0)
			break;
		if (col > 0 && col + 1 + n > DSN_TEXT_WIDTH) {
			if (buf_putc(b, '\n') == -1)
				return -1;
			col = 0;
		}
		if ((col == 0 ? buf_puts(b, indent) : buf_putc(b, ' ')) == -1 ||
		    buf_put(b, s, n) == -1)
			return -1;
		col += n + (col == 0 ? width : 1);
		s += n;
	}
	return buf_putc(b, '\n');
}

static int wrapf(struct buf *b, int utf8, const char *indent, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));

static int
wrapf(struct buf *b, int utf8, const char *indent, const char *fmt, ...)
{
	char text[2 * DSN_VALUE_MAX];
	struct buf clean = { 0 };
	va_list ap;
	int r;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	r = put_clean(&clean, text, utf8);
	if (r == 0)
		r = buf_putc(&clean, '\0');
	if (r == 0)
		r = wrap(b, buf_data(&clean), indent);
	buf_free(&clean);
	return r;
}

/* one recipient, for people */
static int
explain(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r)
{
	int u = d->utf8;

	if (buf_puts(b, "\n  <") == -1 || put_clean(b, r->address, u) == -1 ||
	    buf_puts(b, ">\n") == -1)
		return -1;
	if (r->expired &&
	    wrapf(b, u, "    ",
		"It could not be delivered in the time allowed for it.") == -1)
		return -1;
	if (has(r->text) && has(r->host))
		return wrapf(b, u, "    ", "The server %s said: %s", r->host,
		    r->text);
	if (has(r->text))
		return wrapf(b, u, "    ", "Reason: %s", r->text);
	if (has(r->status))
		return wrapf(b, u, "    ", "Status: %s", r->status);
	return 0;
}

static int
put_text(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r, size_t n)
{
	char date[DATE_LEN + 1];
	size_t i;

	if (wrapf(b, d->utf8, "", "This is the mail system at %s.", d->me) ==
		-1 ||
	    buf_putc(b, '\n') == -1 || wrap(b, said_of(d), "") == -1)
		return -1;
	for (i = 0; i < n && i < DSN_LISTED_MAX; i++)
		if (explain(b, d, &r[i]) == -1)
			return -1;
	if (n > i &&
	    (buf_putc(b, '\n') == -1 ||
		wrapf(b, 0, "  ", "and %zu more: the next part names them.",
		    n - i) == -1))
		return -1;
	if (!has(actions[d->action].next))
		return 0;
	if (buf_putc(b, '\n') == -1)
		return -1;
	if (d->action != DSN_DELAYED)
		return wrap(b, actions[d->action].next, "");
	if (d->until <= 0)
		return wrapf(b, 0, "", "%s.", actions[d->action].next);
	date_format(date, d->until, 0);
	return wrapf(b, 0, "",
	    "%s until %s. If that fails, too, you will be told.",
	    actions[d->action].next, date);
}

/* a recipient address with its type, which says how to read it */
static int
address_field(struct buf *b, const char *name, const char *address, int utf8)
{
	const char *s = address;

	while ((unsigned char)(*s - 1) < 0x7f)
		s++;
	if (buf_puts(b, name) == -1 ||
	    buf_puts(b, *s == '\0' ? "rfc822; " : "utf-8; ") == -1)
		return -1;
	return field(b, "", address, utf8);
}

/* ORCPT: the type, and the address out of its xtext */
static int
original_field(struct buf *b, const char *orcpt, int utf8)
{
	const char *semi = strchr(orcpt, ';');
	char text[DSN_VALUE_MAX + 1];
	size_t i;

	if (semi == NULL || semi == orcpt || semi - orcpt > 64)
		return 0;
	for (i = 0; orcpt + i < semi; i++)
		if (orcpt[i] <= ' ' || orcpt[i] == 0x7f)
			return 0;
	if (dsnparam_undo_xtext(semi + 1, strlen(semi + 1), text,
		sizeof text) <= 0)
		return 0;
	if (buf_puts(b, "Original-Recipient: ") == -1 ||
	    buf_put(b, orcpt, semi - orcpt) == -1)
		return -1;
	return field(b, "; ", text, utf8);
}

/* a status must be of the class that its action has (RFC 3464 2.3.4); a
 * temporary one stands where the time is over */
static const char *
status_of(const struct dsn *d, const struct dsn_rcpt *r)
{
	static const char class[] = { '5', '4', '2', '2', '2' };
	static const char *const other[] = { "5.0.0", "4.0.0", "2.0.0", "2.0.0",
		"2.0.0" };

	if (!has(r->status))
		return r->expired ? "4.4.7" : other[d->action];
	if (r->status[0] == class[d->action] ||
	    (d->action == DSN_FAILED && r->status[0] == '4'))
		return r->status;
	return other[d->action];
}

static int
put_rcpt(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r)
{
	int u = d->utf8;

	if (buf_putc(b, '\n') == -1 ||
	    (has(r->orcpt) && original_field(b, r->orcpt, u) == -1) ||
	    address_field(b, "Final-Recipient: ", r->address, u) == -1 ||
	    field(b, "Action: ", actions[d->action].field, 0) == -1 ||
	    field(b, "Status: ", status_of(d, r), 0) == -1)
		return -1;
	if (has(r->host) && field(b, "Remote-MTA: dns; ", r->host, u) == -1)
		return -1;
	if (has(r->text) &&
	    field(b,
		has(r->host) ? "Diagnostic-Code: smtp; "
			     : "Diagnostic-Code: x-rohrpost; ",
		r->text, u) == -1)
		return -1;
	if (date_field(b, "Last-Attempt-Date: ", r->last_attempt) == -1)
		return -1;
	if (d->action == DSN_DELAYED)
		return date_field(b, "Will-Retry-Until: ", d->until);
	return 0;
}

/* RFC 4865 section 5.1.2.  VIOLATIONS.md: FUTURERELEASE-OURS */
static int
put_held(struct buf *b, int64_t held)
{
	char text[] = "until;0000-00-00T00:00:00+00:00";

	if (held <= 0)
		return 0;
	date_iso(text + 6, held, 0);
	memcpy(text + 25, "Z", 2);
	return field(b, "Future-Release-Request: ", text, 0);
}

static int
put_status(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r,
    size_t n)
{
	char text[DSN_VALUE_MAX + 1];
	size_t i;

	if (has(d->envid) &&
	    dsnparam_undo_xtext(d->envid, strlen(d->envid), text, sizeof text) >
		0 &&
	    field(b, "Original-Envelope-Id: ", text, d->utf8) == -1)
		return -1;
	if (field(b, "Reporting-MTA: dns; ", d->me, d->utf8) == -1 ||
	    date_field(b, "Arrival-Date: ", d->arrival) == -1 ||
	    date_field(b, "Deliver-By-Date: ", d->deliver_by) == -1 ||
	    put_held(b, d->held) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (put_rcpt(b, d, &r[i]) == -1)
			return -1;
	return 0;
}

static int
put_address(struct buf *b, const char *s, int utf8)
{
	struct buf t = { 0 };
	int r = address_put(&t, s, strlen(s)) == -1 ||
		buf_putc(&t, '\0') == -1 ||
		put_clean(b, buf_data(&t), utf8) == -1
	    ? -1
	    : 0;

	buf_free(&t);
	return r;
}

static int
put_head(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r, size_t n)
{
	if (date_field(b, "Date: ", d->now) == -1 ||
	    buf_puts(b, "From: Mail Delivery System <MAILER-DAEMON@") == -1 ||
	    put_clean(b, d->me, d->utf8) == -1 ||
	    buf_puts(b, ">\nTo: <") == -1 ||
	    put_address(b, d->to, d->utf8) == -1 ||
	    buf_printf(b, ">\nSubject: %s: ", conffile_of(d)) == -1)
		return -1;
	if (n == 1 ? put_clean(b, r->address, d->utf8) == -1
		   : buf_printf(b, "%zu recipients", n) == -1)
		return -1;
	if (field(b, "\nMessage-ID: ", d->message_id, d->utf8) == -1)
		return -1;
	if (has(d->original_id) &&
	    (field(b, "In-Reply-To: ", d->original_id, d->utf8) == -1 ||
		field(b, "References: ", d->original_id, d->utf8) == -1))
		return -1;
	if (d->second && field(b, DSN_SECOND ": ", d->me, d->utf8) == -1)
		return -1;
	return buf_printf(b,
	    "Auto-Submitted: auto-replied\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=delivery-status;\n"
	    "\tboundary=\"%s\"\n"
	    "%s\n"
	    "This is a delivery report in MIME form (RFC 3464).\n",
	    d->boundary,
	    d->utf8 || d->eight_bit ? "Content-Transfer-Encoding: 8bit\n" : "");
}

static int
part(struct buf *b, const struct dsn *d, const char *type, int eight_bit)
{
	return buf_printf(b, "\n--%s\nContent-Type: %s\n%s\n", d->boundary,
	    type, eight_bit ? "Content-Transfer-Encoding: 8bit\n" : "");
}

int
dsn_open(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r, size_t n)
{
	int u = d->utf8;

	if (put_head(b, d, r, n) == -1 ||
	    part(b, d,
		u ? "text/plain; charset=utf-8"
		  : "text/plain; charset=us-ascii",
		u) == -1 ||
	    put_text(b, d, r, n) == -1 ||
	    part(b, d,
		u ? "message/global-delivery-status"
		  : "message/delivery-status",
		u) == -1 ||
	    put_status(b, d, r, n) == -1)
		return -1;
	switch (d->original) {
	case DSN_NOTHING: break;
	case DSN_HEADER:
		return part(b, d,
		    u ? "message/global-headers" : "text/rfc822-headers",
		    u || d->eight_bit);
	case DSN_WHOLE:
		return part(b, d, u ? "message/global" : "message/rfc822",
		    u || d->eight_bit);
	}
	return 0;
}

int
dsn_close(struct buf *b, const struct dsn *d)
{
	return buf_printf(b, "\n--%s--\n", d->boundary);
}

/* a line of the original's header, without its LF */
static int
put_line(struct buf *b, const char *p, size_t n)
{
	size_t i;

	if (n > DSN_LINE_MAX)
		n = DSN_LINE_MAX;
	if (buf_reserve(b, n + 1) == -1)
		return -1;
	for (i = 0; i < n; i++)
		buf_putc(b, p[i] == '\0' || p[i] == '\r' ? ' ' : p[i]);
	return buf_putc(b, '\n');
}

int
dsn_header(struct buf *b, const char *p, size_t n, size_t max)
{
	const char *e, *end = p + n;
	struct header_field f;

	while (header_field(&p, end, &f)) {
		if (f.raw_len > max)
			break;
		max -= f.raw_len;
		while (f.raw_len > 0) {
			e = memchr(f.raw, '\n', f.raw_len);
			if (e == NULL)
				e = f.raw + f.raw_len;
			if (put_line(b, f.raw, e - f.raw) == -1)
				return -1;
			e += e < f.raw + f.raw_len;
			f.raw_len -= e - f.raw;
			f.raw = e;
		}
	}
	return 0;
}
