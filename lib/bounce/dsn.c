#include "bounce/dsn.h"
#include "bounce/dsntext.h"
#include "format/dsnparam.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/header.h"
#include <string.h>

/* "Name: value" */
static int
field(struct buf *b, const char *name, const char *value, int utf8)
{
	if (buf_puts(b, name) == -1 || dsntext_clean(b, value, utf8) == -1)
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

	if (!dsntext_has(r->status))
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
	    (dsntext_has(r->orcpt) && original_field(b, r->orcpt, u) == -1) ||
	    address_field(b, "Final-Recipient: ", r->address, u) == -1 ||
	    field(b, "Action: ", dsntext_action(d->action), 0) == -1 ||
	    field(b, "Status: ", status_of(d, r), 0) == -1)
		return -1;
	if (dsntext_has(r->host) &&
	    field(b, "Remote-MTA: dns; ", r->host, u) == -1)
		return -1;
	if (dsntext_has(r->text) &&
	    field(b,
		dsntext_has(r->host) ? "Diagnostic-Code: smtp; "
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

	if (dsntext_has(d->envid) &&
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
		dsntext_clean(b, buf_data(&t), utf8) == -1
	    ? -1
	    : 0;

	buf_free(&t);
	return r;
}

static int
put_head(struct buf *b, const struct dsn *d, const struct dsn_rcpt *r, size_t n)
{
	if (date_field(b, "Date: ", d->now) == -1 || dsntext_from(b, d) == -1 ||
	    buf_puts(b, "<MAILER-DAEMON@") == -1 ||
	    dsntext_clean(b, d->me, d->utf8) == -1 ||
	    buf_puts(b, ">\nTo: <") == -1 ||
	    put_address(b, d->copy_to != NULL ? d->copy_to : d->to, d->utf8) ==
		-1 ||
	    buf_puts(b, ">\n") == -1 || dsntext_subject(b, d, r, n) == -1 ||
	    field(b, "Message-ID: ", d->message_id, d->utf8) == -1)
		return -1;
	if (dsntext_has(d->original_id) &&
	    (field(b, "In-Reply-To: ", d->original_id, d->utf8) == -1 ||
		field(b, "References: ", d->original_id, d->utf8) == -1))
		return -1;
	if ((d->second || d->copy_to != NULL) &&
	    field(b, DSN_SECOND ": ", d->me, d->utf8) == -1)
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
	    buf_printf(b, "\n--%s\n", d->boundary) == -1 ||
	    dsntext_part(b, d, r, n) == -1 ||
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
