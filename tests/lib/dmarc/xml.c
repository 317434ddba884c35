#include "dmarc/xml.h"
#include "tap.h"

static const struct {
	const char *text;
	const char *want;
} texts[] = {
	{ "plain", "plain" },
	{ "a<b>&\"'c", "a&lt;b&gt;&amp;\"'c" },
	{ "]]>", "]]&gt;" },
	{ "a\tb\nc", "a\tb\nc" },
	{ "a\rb\001\177", "a?b??" },
	{ "stra\303\237e", "stra\303\237e" },
	{ "\342\202\254", "\342\202\254" },
	{ "\360\237\230\200", "\360\237\230\200" },
	/* no UTF-8: cut short, too long, surrogate, beyond the last */
	{ "a\303", "a?" },
	{ "\303(", "?(" },
	{ "\300\200", "??" },
	{ "\340\200\200", "???" },
	{ "\355\240\200", "???" },
	{ "\364\220\200\200", "????" },
	{ "\200", "?" },
	{ "\377", "?" },
	{ "\342\202", "??" },
	/* what XML 1.0 leaves out */
	{ "\357\277\276", "???" },
	{ "\357\277\277", "???" },
};

/* the names of the elements in their order, without closing ones */
static void
order(const struct buf *b, char *out)
{
	const char *p = buf_data(b), *end = p + buf_len(b);

	for (*out = '\0'; p < end; p++)
		if (*p == '<' && p[1] != '/' && p[1] != '?') {
			strncat(out, p + 1, strcspn(p + 1, "> "));
			strcat(out, " ");
		}
}

int
main(void)
{
	struct dmarcxml_about about = { "A&B", "c@d.e", NULL, "id@d.e", 1, 2 };
	struct dmarcxml_policy policy = { .domain = "example.com" };
	static struct dmarcevent e = { .client = "192.0.2.1",
		.domain = "x",
		.header_from = "y",
		.disposition = "none" };
	struct buf b = { 0 };
	char names[1000];
	unsigned i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		buf_clear(&b);
		ok(dmarcxml_text(&b, texts[i].text, strlen(texts[i].text)) ==
			    0 &&
			buf_putc(&b, '\0') == 0,
		    "written");
		is_str(buf_data(&b), texts[i].want, texts[i].text);
	}
	buf_clear(&b);
	is_num(dmarcxml_head(&b, &about, &policy), 0, "a head");
	order(&b, names);
	is_str(names,
	    "feedback version report_metadata org_name email report_id "
	    "date_range begin end generator policy_published domain "
	    "discovery_method p adkim aspf testing ",
	    "as little as can be");
	about.extra = "more";
	policy.has_sp = policy.has_np = 1;
	buf_clear(&b);
	dmarcxml_head(&b, &about, &policy);
	order(&b, names);
	is_str(names,
	    "feedback version report_metadata org_name email "
	    "extra_contact_info report_id date_range begin end generator "
	    "policy_published domain discovery_method p sp np adkim aspf testing ",
	    "all of it");
	buf_clear(&b);
	e.comment = "";
	ok(dmarcxml_record_head(&b, &e) == 0 && buf_puts(&b, "7") == 0 &&
		dmarcxml_record_tail(&b, &e) == 0,
	    "a record");
	order(&b, names);
	is_str(names,
	    "record row source_ip count policy_evaluated disposition dkim "
	    "spf identifiers header_from auth_results ",
	    "as little as can be");
	e.reason = "other";
	e.comment = "c";
	e.has_from = 1;
	strcpy(e.envelope_to, "z");
	e.dkim[0] = e.dkim[1] = (struct dmarcevent_dkim){ "pass", "d", "s", 0 };
	e.n_dkim = 2;
	e.spf = "pass";
	buf_clear(&b);
	dmarcxml_record_head(&b, &e);
	dmarcxml_record_tail(&b, &e);
	order(&b, names);
	is_str(names,
	    "record row source_ip count policy_evaluated disposition dkim "
	    "spf reason type comment identifiers header_from envelope_from "
	    "envelope_to auth_results dkim domain selector result dkim domain "
	    "selector result spf domain scope result ",
	    "all of it");
	buf_clear(&b);
	ok(dmarcxml_tail(&b) == 0 && buf_len(&b) == 12, "a tail");
	buf_free(&b);
	return done();
}
