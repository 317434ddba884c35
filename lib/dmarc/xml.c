#include "dmarc/xml.h"
#include <string.h>

/* the length of the UTF-8 character at p that XML can hold (XML 1.0 section
 * 2.2); 0: there is none */
static size_t
character(const unsigned char *p, size_t n)
{
	size_t k, i;
	unsigned long c;

	if (p[0] < 0x80)
		return p[0] >= 0x20 ? p[0] != 0x7f
				    : p[0] == '\t' || p[0] == '\n';
	k = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || k > n)
		return 0;
	c = p[0] & (0x7f >> k);
	for (i = 1; i < k; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((k == 3 && c < 0x800) ||
	    (k == 4 && (c < 0x10000 || c > 0x10ffff)) ||
	    (c >= 0xd800 && c <= 0xdfff) || c == 0xfffe || c == 0xffff)
		return 0;
	return k;
}

int
dmarcxml_text(struct buf *b, const char *p, size_t n)
{
	size_t k;
	int r;

	for (; n > 0; p += k, n -= k) {
		k = character((const unsigned char *)p, n);
		if (k == 0) {
			k = 1;
			r = buf_putc(b, '?');
		} else if (*p == '&') {
			r = buf_puts(b, "&amp;");
		} else if (*p == '<') {
			r = buf_puts(b, "&lt;");
		} else if (*p == '>') {
			r = buf_puts(b, "&gt;");
		} else {
			r = buf_put(b, p, k);
		}
		if (r == -1)
			return -1;
	}
	return 0;
}

/* <name>text</name> on a line of its own */
static int
element(struct buf *b, unsigned depth, const char *name, const char *text)
{
	return buf_printf(b, "%*s<%s>", 2 * depth, "", name) == -1 ||
		dmarcxml_text(b, text, strlen(text)) == -1 ||
		buf_printf(b, "</%s>\n", name) == -1
	    ? -1
	    : 0;
}

static int
open_element(struct buf *b, unsigned depth, const char *name)
{
	return buf_printf(b, "%*s<%s>\n", 2 * depth, "", name);
}

static int
close_element(struct buf *b, unsigned depth, const char *name)
{
	return buf_printf(b, "%*s</%s>\n", 2 * depth, "", name);
}

static const char *
pass(int is)
{
	return is ? "pass" : "fail";
}

int
dmarcxml_record_head(struct buf *b, const struct dmarcevent *e)
{
	return open_element(b, 1, "record") || open_element(b, 2, "row") ||
		element(b, 3, "source_ip", e->client) ||
		buf_puts(b, "      <count>")
	    ? -1
	    : 0;
}

static int
evaluated(struct buf *b, const struct dmarcevent *e)
{
	if (open_element(b, 3, "policy_evaluated") ||
	    element(b, 4, "disposition", e->disposition) ||
	    element(b, 4, "dkim", pass(e->dkim_aligned)) ||
	    element(b, 4, "spf", pass(e->spf_aligned)))
		return -1;
	if (e->reason != NULL &&
	    (open_element(b, 4, "reason") || element(b, 5, "type", e->reason) ||
		(e->comment[0] != '\0' &&
		    element(b, 5, "comment", e->comment)) ||
		close_element(b, 4, "reason")))
		return -1;
	return close_element(b, 3, "policy_evaluated");
}

static int
identifiers(struct buf *b, const struct dmarcevent *e)
{
	return open_element(b, 2, "identifiers") ||
		element(b, 3, "header_from", e->header_from) ||
		(e->has_from &&
		    element(b, 3, "envelope_from", e->envelope_from)) ||
		(e->envelope_to[0] != '\0' &&
		    element(b, 3, "envelope_to", e->envelope_to)) ||
		close_element(b, 2, "identifiers")
	    ? -1
	    : 0;
}

static int
results(struct buf *b, const struct dmarcevent *e)
{
	unsigned i;

	if (open_element(b, 2, "auth_results"))
		return -1;
	for (i = 0; i < e->n_dkim; i++)
		if (open_element(b, 3, "dkim") ||
		    element(b, 4, "domain", e->dkim[i].domain) ||
		    element(b, 4, "selector", e->dkim[i].selector) ||
		    element(b, 4, "result", e->dkim[i].result) ||
		    close_element(b, 3, "dkim"))
			return -1;
	if (e->spf != NULL &&
	    (open_element(b, 3, "spf") ||
		element(b, 4, "domain", e->spf_domain) ||
		element(b, 4, "scope", "mfrom") ||
		element(b, 4, "result", e->spf) || close_element(b, 3, "spf")))
		return -1;
	return close_element(b, 2, "auth_results");
}

int
dmarcxml_record_tail(struct buf *b, const struct dmarcevent *e)
{
	return buf_puts(b, "</count>\n") || evaluated(b, e) ||
		close_element(b, 2, "row") || identifiers(b, e) ||
		results(b, e) || close_element(b, 1, "record")
	    ? -1
	    : 0;
}

static int
metadata(struct buf *b, const struct dmarcxml_about *a)
{
	return open_element(b, 1, "report_metadata") ||
		element(b, 2, "org_name", a->organization) ||
		element(b, 2, "email", a->contact) ||
		(a->extra != NULL &&
		    element(b, 2, "extra_contact_info", a->extra)) ||
		element(b, 2, "report_id", a->id) ||
		open_element(b, 2, "date_range") ||
		buf_printf(b, "      <begin>%lld</begin>\n",
		    (long long)a->begin) ||
		buf_printf(b, "      <end>%lld</end>\n", (long long)a->end) ||
		close_element(b, 2, "date_range") ||
		element(b, 2, "generator", "rohrpost dmarc-report") ||
		close_element(b, 1, "report_metadata")
	    ? -1
	    : 0;
}

static int
published(struct buf *b, const struct dmarcxml_policy *p)
{
	return open_element(b, 1, "policy_published") ||
		element(b, 2, "domain", p->domain) ||
		element(b, 2, "discovery_method",
		    p->psl ? "psl" : "treewalk") ||
		element(b, 2, "p", dmarc_policy_word(p->p)) ||
		(p->has_sp && element(b, 2, "sp", dmarc_policy_word(p->sp))) ||
		(p->has_np && element(b, 2, "np", dmarc_policy_word(p->np))) ||
		element(b, 2, "adkim", p->strict_dkim ? "s" : "r") ||
		element(b, 2, "aspf", p->strict_spf ? "s" : "r") ||
		element(b, 2, "testing", p->testing ? "y" : "n") ||
		close_element(b, 1, "policy_published")
	    ? -1
	    : 0;
}

int
dmarcxml_head(struct buf *b, const struct dmarcxml_about *a,
    const struct dmarcxml_policy *p)
{
	return buf_puts(b,
		   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		   "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">\n") ||
		element(b, 1, "version", "1.0") || metadata(b, a) ||
		published(b, p)
	    ? -1
	    : 0;
}

int
dmarcxml_tail(struct buf *b)
{
	return buf_puts(b, "</feedback>\n");
}
