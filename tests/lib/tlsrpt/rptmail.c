#include "tlsrpt/rptmail.h"
#include "tap.h"

int
main(void)
{
	struct reportmail_report r = { "me.example", "example.com", NULL, 10,
		20 };
	const char *to[1] = { "a@example.com" };
	struct reportmail m = { &rptmail_kind, &r, "d@me.example", to, 1,
		1795400000, "x", 1 };
	struct buf b = { 0 };

	reportmail_header(&b, &m);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "From: d@me.example\nTo: a@example.com\n"
	    "Subject: Report Domain: example.com\n\tSubmitter: me.example\n"
	    "\tReport-ID: <10.20.example.com@me.example>\n"
	    "Date: Mon, 23 Nov 2026 02:13:20 +0000\n"
	    "Message-ID: <10.20.example.com@me.example>\n"
	    "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/report; report-type=\"tlsrpt\";\n"
	    "\tboundary=\"=_tls-report_\"\nTLS-Report-Domain: example.com\n"
	    "TLS-Report-Submitter: me.example\nTLS-Required: No\n",
	    "the header");
	buf_free(&b);
	return done();
}
