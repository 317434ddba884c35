#include "dmarc/dmarcmail.h"
#include "base/base64.h"
#include "mail/date.h"
#include <string.h>

enum { LINE = 57 }; /* bytes in a line of base64: 76 characters */

/* cannot stand in base64, nor in the text before it */
static const char boundary[] = "=_dmarc-report_";

int
dmarcmail_name(struct buf *b, const struct dmarcmail_report *r,
    const char *extension)
{
	return buf_printf(b, "%s!%s!%lld!%lld", r->receiver, r->domain,
		   (long long)r->begin, (long long)r->end) ||
		(r->unique != NULL && buf_printf(b, "!%s", r->unique)) ||
		buf_puts(b, extension) || buf_putc(b, '\0')
	    ? -1
	    : (b->end--, 0);
}

int
dmarcmail_id(struct buf *b, const struct dmarcmail_report *r)
{
	return buf_printf(b, "%lld.%lld.%s%s%s@%s", (long long)r->begin,
		   (long long)r->end, r->unique == NULL ? "" : r->unique,
		   r->unique == NULL ? "" : ".", r->domain, r->receiver) ||
		buf_putc(b, '\0')
	    ? -1
	    : (b->end--, 0);
}

/* one a line: many of them fit, and no line is too long */
static int
put_to(struct buf *b, const struct dmarcmail *m)
{
	size_t i;

	for (i = 0; i < m->n_to; i++)
		if (buf_printf(b, "%s%s", i == 0 ? "To: " : ",\n\t", m->to[i]))
			return -1;
	return buf_putc(b, '\n');
}

int
dmarcmail_header(struct buf *b, const struct dmarcmail *m)
{
	const struct dmarcmail_report *r = m->report;
	char date[DATE_LEN + 1];
	struct buf id = { 0 };
	int bad;

	date_format(date, m->now, 0);
	bad = dmarcmail_id(&id, r) || buf_printf(b, "From: %s\n", m->from) ||
	    put_to(b, m) ||
	    buf_printf(b,
		"Subject: Report Domain: %s\n\tSubmitter: %s\n"
		"\tReport-ID: <%s>\n",
		r->domain, r->receiver, buf_data(&id)) ||
	    buf_printf(b, "Date: %s\nMessage-ID: <%s>\n", date,
		buf_data(&id)) ||
	    buf_printf(b,
		"Auto-Submitted: auto-generated\n"
		"MIME-Version: 1.0\n"
		"Content-Type: multipart/mixed;\n\tboundary=\"%s\"\n",
		boundary);
	buf_free(&id);
	return bad ? -1 : 0;
}

static int
put_base64(struct buf *b, const char *p, size_t n)
{
	size_t k;

	for (; n > 0; p += k, n -= k) {
		k = n < LINE ? n : LINE;
		if (base64_put(b, p, k) == -1 || buf_putc(b, '\n') == -1)
			return -1;
	}
	return 0;
}

int
dmarcmail_body(struct buf *b, const struct dmarcmail *m)
{
	const struct dmarcmail_report *r = m->report;
	struct buf name = { 0 };
	int bad;

	bad = dmarcmail_name(&name, r, ".xml.gz") ||
	    buf_printf(b,
		"--%s\nContent-Type: text/plain; charset=us-ascii\n\n"
		"This is a DMARC aggregate report (RFC 9990) for the domain\n"
		"%s, made by %s.\n\n",
		boundary, r->domain, r->receiver) ||
	    /* an RFC 2231 value of its own line may be longer than 78, not
	     * than 998: two domains and two numbers */
	    buf_printf(b,
		"--%s\nContent-Type: application/gzip;\n"
		"\tname=\"%s\"\nContent-Transfer-Encoding: base64\n"
		"Content-Disposition: attachment;\n\tfilename=\"%s\"\n\n",
		boundary, buf_data(&name), buf_data(&name)) ||
	    put_base64(b, m->gzip, m->gzip_len) ||
	    buf_printf(b, "--%s--\n", boundary);
	buf_free(&name);
	return bad ? -1 : 0;
}
