/* complaints: RFC 5965, what providers add, and what is no more than a
 * returned message */
#include "feedback/arfread.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

static const char rfc6591[] =
    "Feedback-Type: auth-failure\nUser-Agent: x/1\nVersion: 1\n"
    "Original-Mail-From: <a@x.example>\n"
    "Original-Envelope-Id: o3F52gxO029144\n"
    "Authentication-Results: mta.example;\n dkim=fail (bodyhash)\n"
    " header.d=x.example\nAuth-Failure: bodyhash\n"
    "DKIM-Canonicalized-Body: VGhpcw==\nDKIM-Domain: x.example\n"
    "DKIM-Identity: @x.example\nDKIM-Selector: s\n"
    "DKIM-Selector-DNS: v=DKIM1\nDKIM-ADSP-DNS: dkim=all\n"
    "SPF-DNS: txt : x.example : \"v=spf1\"\n"
    "Arrival-Date: 8 Oct 2011 20:15:58 +0000 (GMT)\n"
    "Source-IP: 192.0.2.1\nSource-Port: 25\nDelivery-Result: delivered\n"
    "Identity-Alignment: dkim\n";

static const struct {
	const char *name, *report, *header, *original, *want, *rcpts;
} cases[] = {
	{ "minimal", "Feedback-Type: abuse\nUser-Agent: G/1.0\nVersion: 1\n",
	    "", "", "feedback-type=abuse;user-agent=G/1.0;version=1;", "" },
	{ "RFC 5965 section B.2",
	    "Feedback-Type: abuse\nVersion: 0.1\n"
	    "Original-Mail-From: <s@x.example>\n"
	    "Original-Rcpt-To: <user@y.example>\n"
	    "Received-Date: Thu, 8 Mar 2005 14:00:00 EDT\n"
	    "Source-IP: 192.0.2.2\nReported-Domain: x.example\n"
	    "Reported-Uri: http://x.example/e.html\n"
	    "Reported-Uri: mailto:user@y.example\n"
	    "Removal-Recipient: user@y.example\nIncidents: 3\n",
	    "", "",
	    "feedback-type=abuse;version=0.1;original-mail-from=<s@x.example>;"
	    "original-rcpt-to=<user@y.example>;"
	    "arrival-date=Thu, 8 Mar 2005 14:00:00 EDT;source-ip=192.0.2.2;"
	    "reported-domain=x.example;reported-uri=http://x.example/e.html;"
	    "reported-uri=mailto:user@y.example;"
	    "removal-recipient=user@y.example;incidents=3;",
	    "user@y.example," },
	{ "RFC 6591", rfc6591, "", "To: <b@y.example>\n\n",
	    "feedback-type=auth-failure;user-agent=x/1;version=1;"
	    "original-mail-from=<a@x.example>;"
	    "original-envelope-id=o3F52gxO029144;"
	    "authres=mta.example; dkim=fail (bodyhash) header.d=x.example;"
	    "auth-failure=bodyhash;dkim-canonicalized-body=VGhpcw==;"
	    "dkim-domain=x.example;dkim-identity=@x.example;dkim-selector=s;"
	    "dkim-selector-dns=v=DKIM1;dkim-adsp-dns=dkim=all;"
	    "spf-dns=txt : x.example : \"v=spf1\";"
	    "arrival-date=8 Oct 2011 20:15:58 +0000 (GMT);source-ip=192.0.2.1;"
	    "source-port=25;delivery-result=delivered;identity-alignment=dkim;"
	    "original-rcpt-to=b@y.example;",
	    "b@y.example," },
	{ "several recipients",
	    "Feedback-Type: abuse\nOriginal-Rcpt-To: a@y.example\n"
	    "Original-Rcpt-To: b@y.example\n",
	    "", "",
	    "feedback-type=abuse;original-rcpt-to=a@y.example;"
	    "original-rcpt-to=b@y.example;",
	    "a@y.example,b@y.example," },
	{ "an empty line in front, and garbage",
	    "\nno field\nFeedback-Type: fraud\n", "", "",
	    "feedback-type=fraud;", "" },
	{ "only a message, whose header says who", "",
	    "Subject: complaint about message from 192.0.2.7\n\n",
	    "X-HmXmrOriginalRecipient: <a@y.example>\nTo: x@y.example\n\n",
	    "feedback-type=abuse;source-ip=192.0.2.7;"
	    "original-rcpt-to=a@y.example;",
	    "a@y.example," },
	{ "only a message", "", "Subject: abuse report\n\n",
	    "To: \"x\" <x@y.example>, z@y.example\n\n",
	    "feedback-type=abuse;original-rcpt-to=x@y.example;"
	    "original-rcpt-to=z@y.example;",
	    "x@y.example,z@y.example," },
	{ "a recipient that was cut out",
	    "Feedback-Type: abuse\nOriginal-Rcpt-To: redacted\n", "",
	    "To: redacted\n\n",
	    "feedback-type=abuse;original-rcpt-to=redacted;", "" },
	{ "nothing at all", "", "", "", "feedback-type=abuse;", "" },
};

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
tables(void)
{
	struct buf b = { 0 };
	struct slice a;
	size_t i, k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arf *arf = calloc(1, sizeof *arf);

		ok(arfread(arf, slice(cases[i].report), slice(cases[i].header),
		       slice(cases[i].original)) == 0,
		    "is read");
		buf_clear(&b);
		for (k = 0; k < arf->n; k++)
			buf_printf(&b, "%s=%s;", arf->field[k].label,
			    arf->field[k].value);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].want, cases[i].name);
		buf_clear(&b);
		for (k = 0; arf_rcpt(arf, k, &a); k++)
			buf_printf(&b, "%.*s,", (int)a.n, a.p);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].rcpts, "who complained");
		arf_free(arf);
		free(arf);
	}
	buf_free(&b);
}

static void
limits(void)
{
	struct arf *arf = calloc(1, sizeof *arf);
	struct buf b = { 0 };
	char value[ARFREAD_VALUE_MAX + 2];
	size_t i;

	memset(value, 'x', sizeof value);
	value[ARFREAD_VALUE_MAX + 1] = '\0';
	buf_printf(&b, "User-Agent: %s\nFeedback-Type: %.*s\n", value,
	    ARFREAD_VALUE_MAX, value);
	for (i = 2; i < ARFREAD_FIELDS_MAX - 1; i++)
		buf_puts(&b, "Reported-URI: x\n");
	buf_puts(&b, "Version: 1\nIncidents: 2\n");
	ok(arfread(arf, (struct slice){ buf_data(&b), buf_len(&b) }, slice(""),
	       slice("To: a@b.example\n\n")) == 0,
	    "many fields");
	is_num((long long)arf->n, ARFREAD_FIELDS_MAX, "as many as fit");
	is_num((long long)arf->field[0].n, ARFREAD_VALUE_MAX,
	    "a long value is cut");
	is_num((long long)arf->field[1].n, ARFREAD_VALUE_MAX,
	    "one of the limit is not");
	is_str(arf_get(arf, "version"), "1", "the last that fits");
	ok(arf_get(arf, "incidents") == NULL, "and one more");
	arf_free(arf);
	free(arf);
	buf_free(&b);
}

int
main(void)
{
	tables();
	limits();
	return done();
}
