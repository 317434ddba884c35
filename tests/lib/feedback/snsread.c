/* notices in JSON */
#include "feedback/snsread.h"
#include "base/buf.h"
#include "tap.h"

static const struct {
	const char *name, *text;
	enum snsread_kind kind;
	const char *want; /* address,action,esc,text; */
} cases[] = {
	{ "nothing", "", SNSREAD_NONE, "" },
	{ "text", "notificationType Bounce", SNSREAD_NONE, "" },
	{ "another object", "{\"a\":\"notificationType\"}", SNSREAD_NONE, "" },
	{ "a kind that is not ours", "{\"notificationType\":\"Open\"}",
	    SNSREAD_NONE, "" },
	{ "a bounce",
	    "\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":"
	    "\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":"
	    "\"a@b.example\",\"action\":\"failed\",\"status\":\"5.1.1\","
	    "\"diagnosticCode\":\"smtp; 550 5.1.1 user \\\"a\\\" unknown\"},"
	    "{\"emailAddress\":\"c@d.example\"}],\"x\":[\"y\"]}}\n\n--\n",
	    SNSREAD_BOUNCE,
	    "a@b.example,failed,5.1.1,550 5.1.1 user \"a\" unknown;"
	    "c@d.example,failed,,;" },
	{ "with blanks",
	    "{ \"eventType\" : \"Bounce\", \"bouncedRecipients\" : [\n"
	    " { \"emailAddress\" : \"a@b.example\" , \"action\" : \"Delayed\" }"
	    " ] }",
	    SNSREAD_BOUNCE, "a@b.example,delayed,,;" },
	{ "a complaint",
	    "{\"notificationType\":\"Complaint\",\"complaint\":{"
	    "\"complainedRecipients\":[{\"emailAddress\":\"a@b.example\"}]}}",
	    SNSREAD_COMPLAINT, "a@b.example,failed,,;" },
	{ "a delivery",
	    "{\"notificationType\":\"Delivery\",\"delivery\":{\"recipients\":"
	    "[\"a@b.example\",\"c@d.example\"],\"smtpResponse\":\"250 ok\"}}",
	    SNSREAD_DELIVERY,
	    "a@b.example,delivered,,250 ok;c@d.example,delivered,,250 ok;" },
	{ "what a string says is no key",
	    "{\"subject\":\"x\\\",\\\"emailAddress\\\":\\\"no\\\"\","
	    "\"notificationType\":\"Bounce\",\"bouncedRecipients\":[{\"a\":"
	    "\"{\\\"emailAddress\\\":1}\",\"emailAddress\":\"a@b.example\"}]}",
	    SNSREAD_BOUNCE, "a@b.example,failed,,;" },
	{ "escapes",
	    "{\"notificationType\":\"Bounce\",\"bouncedRecipients\":[{"
	    "\"emailAddress\":\"a@b.example\",\"diagnosticCode\":"
	    "\"a\\tb\\u00e4\\/c\\\\\"}]}",
	    SNSREAD_BOUNCE, "a@b.example,failed,,a b?/c\\;" },
	{ "cut in a string",
	    "{\"notificationType\":\"Bounce\",\"bouncedRecipients\":[{"
	    "\"emailAddress\":\"a@b.ex",
	    SNSREAD_BOUNCE, "" },
	{ "cut in an object",
	    "{\"notificationType\":\"Bounce\",\"bouncedRecipients\":[{"
	    "\"emailAddress\":\"a@b.example\"",
	    SNSREAD_BOUNCE, "" },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i, k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice s = { cases[i].text, strlen(cases[i].text) };
		struct feedreport r = { .n = 0 };

		is_num(snsread_kind(s), cases[i].kind, cases[i].name);
		ok(snsread(&r, s) == 0, "is read");
		buf_clear(&b);
		for (k = 0; k < r.n; k++)
			buf_printf(&b, "%s,%s,%s,%s;", r.rcpt[k].address,
			    r.rcpt[k].action, r.rcpt[k].esc, r.rcpt[k].text);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].want, "its recipients");
		feedreport_free(&r);
	}
	buf_free(&b);
	return done();
}
