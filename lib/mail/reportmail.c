#include "mail/reportmail.h"
#include "base/base64.h"
#include "mail/date.h"
#include <string.h>

enum { LINE = 57 }; /* bytes in a line of base64: 76 characters */

int
reportmail_name(struct buf *b, const struct reportmail_report *r,
    const char *extension)
{
	return buf_printf(b, "%s!%s!%lld!%lld", r->submitter, r->domain,
		   (long long)r->begin, (long long)r->end) ||
		(r->unique != NULL && buf_printf(b, "!%s", r->unique)) ||
		buf_puts(b, extension) || buf_putc(b, '\0')
	    ? -1
	    : (b->end--, 0);
}

int
reportmail_id(struct buf *b, const struct reportmail_report *r)
{
	return buf_printf(b, "%lld.%lld.%s%s%s@%s", (long long)r->begin,
		   (long long)r->end, r->unique == NULL ? "" : r->unique,
		   r->unique == NULL ? "" : ".", r->domain, r->submitter) ||
		buf_putc(b, '\0')
	    ? -1
	    : (b->end--, 0);
}

/* one a line: many of them fit, and no line is too long */
static int
put_to(struct buf *b, const struct reportmail *m)
{
	size_t i;

	for (i = 0; i < m->n_to; i++)
		if (buf_printf(b, "%s%s", i == 0 ? "To: " : ",\n\t", m->to[i]))
			return -1;
	return buf_putc(b, '\n');
}

int
reportmail_header(struct buf *b, const struct reportmail *m)
{
	const struct reportmail_report *r = m->report;
	char date[DATE_LEN + 1];
	struct buf id = { 0 };
	int bad;

	date_format(date, m->now, 0);
	bad = reportmail_id(&id, r) || buf_printf(b, "From: %s\n", m->from) ||
	    put_to(b, m) ||
	    buf_printf(b,
		"Subject: Report Domain: %s\n\tSubmitter: %s\n"
		"\tReport-ID: <%s>\n",
		r->domain, r->submitter, buf_data(&id)) ||
	    buf_printf(b, "Date: %s\nMessage-ID: <%s>\n", date,
		buf_data(&id)) ||
	    buf_printf(b,
		"Auto-Submitted: auto-generated\n"
		"MIME-Version: 1.0\n"
		"Content-Type: %s;\n\tboundary=\"%s\"\n",
		m->kind->type, m->kind->boundary) ||
	    (m->kind->fields != NULL && m->kind->fields(b, r));
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
reportmail_body(struct buf *b, const struct reportmail *m)
{
	const struct reportmail_report *r = m->report;
	const struct reportmail_kind *k = m->kind;
	struct buf name = { 0 };
	int bad;

	bad = reportmail_name(&name, r, k->extension) ||
	    buf_printf(b,
		"--%s\nContent-Type: text/plain; charset=us-ascii\n\n"
		"This is %s for the domain\n%s, made by %s.\n\n",
		k->boundary, k->what, r->domain, r->submitter) ||
	    /* an RFC 2231 value of its own line may be longer than 78, not
	     * than 998: two domains and two numbers */
	    buf_printf(b,
		"--%s\nContent-Type: %s;\n"
		"\tname=\"%s\"\nContent-Transfer-Encoding: base64\n"
		"Content-Disposition: attachment;\n\tfilename=\"%s\"\n\n",
		k->boundary, k->part, buf_data(&name), buf_data(&name)) ||
	    put_base64(b, m->gzip, m->gzip_len) ||
	    buf_printf(b, "--%s--\n", k->boundary);
	buf_free(&name);
	return bad ? -1 : 0;
}
