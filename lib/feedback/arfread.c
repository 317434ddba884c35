#include "feedback/arfread.h"
#include "base/ascii.h"
#include "feedback/addrfind.h"
#include "feedback/feedreport.h"
#include "mail/header.h"
#include <string.h>

static const struct {
	const char *name, *label;
} known[] = { { "Feedback-Type", "feedback-type" },
	{ "User-Agent", "user-agent" }, { "Version", "version" },
	{ "Original-Envelope-Id", "original-envelope-id" },
	{ "Original-Mail-From", "original-mail-from" },
	{ "Original-Rcpt-To", "original-rcpt-to" },
	{ "Removal-Recipient", "removal-recipient" },
	{ "Arrival-Date", "arrival-date" }, { "Received-Date", "arrival-date" },
	{ "Reporting-MTA", "reporting-mta" }, { "Source-IP", "source-ip" },
	{ "Source-Port", "source-port" }, { "Incidents", "incidents" },
	{ "Authentication-Results", "authres" },
	{ "Reported-Domain", "reported-domain" },
	{ "Reported-URI", "reported-uri" }, { "Abuse-Type", "abuse-type" },
	{ "Subscription-Link", "subscription-link" },
	{ "Auth-Failure", "auth-failure" },
	{ "Delivery-Result", "delivery-result" },
	{ "Identity-Alignment", "identity-alignment" },
	{ "DKIM-Domain", "dkim-domain" }, { "DKIM-Identity", "dkim-identity" },
	{ "DKIM-Selector", "dkim-selector" },
	{ "DKIM-Selector-DNS", "dkim-selector-dns" },
	{ "DKIM-ADSP-DNS", "dkim-adsp-dns" }, { "SPF-DNS", "spf-dns" },
	{ "DKIM-Canonicalized-Header", "dkim-canonicalized-header" },
	{ "DKIM-Canonicalized-Body", "dkim-canonicalized-body" },
	{ "Redacted-Address", "redacted-address" } };

/* the recipient has other places in an event than this */
static const char rcpt_label[] = "original-rcpt-to";

/* who was written to, in fields that providers add to the message */
static const char *const rcpt_fields[] = { "X-HmXmrOriginalRecipient",
	"X-Original-Recipient", NULL };

static int
put(struct arf *arf, const char *label, const char *p, size_t n)
{
	char line[ARFREAD_VALUE_MAX + 1];
	size_t len = feedreport_line(line, sizeof line, p, n);

	if (arf->n == ARFREAD_FIELDS_MAX)
		return 0;
	if (buf_put(&arf->values, line, len + 1) == -1)
		return -1;
	arf->field[arf->n].label = label;
	arf->field[arf->n++].n = len;
	return 0;
}

static int
put_known(struct arf *arf, const struct header_field *f)
{
	size_t i;

	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (header_is(f, known[i].name))
			return put(arf, known[i].label, f->value, f->value_len);
	return 0;
}

static int
read_report(struct arf *arf, struct slice report)
{
	const char *p = report.p, *end = p + report.n, *lf;
	struct header_field f;

	while (p < end)
		switch (header_next(&p, end, &f)) {
		case HEADER_FIELD:
			if (put_known(arf, &f) == -1)
				return -1;
			break;
		case HEADER_BODY:
			lf = memchr(p, '\n', end - p);
			p = lf == NULL ? end : lf + 1;
			break;
		case HEADER_EMPTY: break; /* some have one at the front */
		case HEADER_EOF: p = end; break;
		}
	return 0;
}

static int
has(const struct arf *arf, const char *label)
{
	size_t i;

	for (i = 0; i < arf->n; i++)
		if (strcmp(arf->field[i].label, label) == 0)
			return 1;
	return 0;
}

static int
put_rcpt(void *arg, struct slice a)
{
	return put(arg, rcpt_label, a.p, a.n);
}

/* the addresses of all fields of this name */
static int
put_addresses(struct arf *arf, struct slice header, const char *name)
{
	const char *const names[] = { name, NULL };

	return addrfind_each(header, names, put_rcpt, arf);
}

/* "complaint about message from 192.0.2.1": an address alone at its end */
static int
put_source(struct arf *arf, struct slice header)
{
	struct header_field f;
	const char *p, *end;

	if (header.n == 0 || !header_find(header.p, header.n, "Subject", &f))
		return 0;
	end = f.value + f.value_len;
	for (p = end; p > f.value && !ascii_white(p[-1]); p--)
		;
	return word_ip(p, end - p) == 0 ? 0 : put(arf, "source-ip", p, end - p);
}

/* what the report does not say may stand in the message */
static int
complete(struct arf *arf, struct slice header, struct slice original)
{
	unsigned i;

	if (!has(arf, "feedback-type") && put(arf, "feedback-type", "abuse", 5))
		return -1;
	if (!has(arf, "source-ip") && put_source(arf, header) == -1)
		return -1;
	for (i = 0; rcpt_fields[i] != NULL; i++)
		if (!has(arf, "original-rcpt-to") &&
		    put_addresses(arf, original, rcpt_fields[i]) == -1)
			return -1;
	if (has(arf, "original-rcpt-to") || has(arf, "removal-recipient"))
		return 0;
	return put_addresses(arf, original, "To");
}

/* the buffer has moved while it grew */
static void
point(struct arf *arf)
{
	const char *p = buf_data(&arf->values);
	size_t i;

	for (i = 0; i < arf->n; i++) {
		arf->field[i].value = p;
		p += arf->field[i].n + 1;
	}
}

int
arfread(struct arf *arf, struct slice report, struct slice header,
    struct slice original)
{
	int r = read_report(arf, report) == -1 ||
		complete(arf, header, original) == -1
	    ? -1
	    : 0;

	point(arf);
	return r;
}

void
arf_free(struct arf *arf)
{
	buf_free(&arf->values);
	arf->n = 0;
}

const char *
arf_get(const struct arf *arf, const char *label)
{
	size_t i;

	for (i = 0; i < arf->n; i++)
		if (strcmp(arf->field[i].label, label) == 0)
			return arf->field[i].value;
	return NULL;
}

int
arf_rcpt(const struct arf *arf, size_t i, struct slice *a)
{
	const char *which = has(arf, "original-rcpt-to") ? "original-rcpt-to"
							 : "removal-recipient";
	const char *p;
	size_t k;

	for (k = 0; k < arf->n; k++) {
		if (strcmp(arf->field[k].label, which) != 0)
			continue;
		p = arf->field[k].value;
		if (addrfind_next(&p, p + arf->field[k].n, a) && i-- == 0)
			return 1;
	}
	return 0;
}
