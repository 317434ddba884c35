#include "tlsrpt/rptmail.h"

/* The last: it is to arrive though TLS there is what is broken (RFC 8460
 * section 3), which RFC 8689 section 3 has a way to say. */
static int
fields(struct buf *b, const struct reportmail_report *r)
{
	return buf_printf(b,
	    "TLS-Report-Domain: %s\nTLS-Report-Submitter: %s\n"
	    "TLS-Required: No\n",
	    r->domain, r->submitter);
}

const struct reportmail_kind rptmail_kind = {
	"multipart/report; report-type=\"tlsrpt\"",
	"=_tls-report_",
	"an aggregate report about TLS (RFC 8460)",
	"application/tlsrpt+gzip",
	".json.gz",
	fields,
};
