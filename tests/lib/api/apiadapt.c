/* requests of other systems as ones of ours */
#include "api/apiadapt.h"
#include "tap.h"
#include <stdlib.h>

/* want: the JSON of mail-json, or "FROM TO,TO each? TEXT", or the fault behind "!" */
static const struct {
	const char *name;
	enum apiroute route;
	const char *request, *want;
} cases[] = {
	{ "ours", APIROUTE_MESSAGES, "{\"a\":1}", "{\"a\":1}" },
	{ "Zetamail", APIROUTE_ONE, "{\"from\":\"a\"}", "{\"from\":\"a\"}" },
	{ "no object", APIROUTE_ONE, "[]", "!an object is wanted" },
	{ "a list", APIROUTE_SEVERAL, "[1,2]", "{\"messages\":[1,2]}" },
	{ "emails", APIROUTE_SEVERAL, "{\"emails\":[1]}",
	    "{\"messages\":[1]}" },
	{ "mails", APIROUTE_SEVERAL, "{\"mails\":[1]}", "{\"messages\":[1]}" },
	{ "no list", APIROUTE_SEVERAL, "{\"mail\":[1]}",
	    "!a list of messages is wanted" },
	{ "a list that is none", APIROUTE_SEVERAL, "{\"messages\":1}",
	    "!a list of messages is wanted" },
	{ "KumoMTA, a text", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"content\":\"x\",\"recipients\":[{"
	    "\"email\":\"b\"},{\"email\":\"c\",\"name\":\"C\"}]}",
	    "a b,c each x" },
	{ "KumoMTA, no sender", APIROUTE_KUMO,
	    "{\"content\":\"x\",\"recipients\":[{\"email\":\"b\"}]}",
	    "!no sender" },
	{ "KumoMTA, nobody", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"content\":\"x\",\"recipients\":[]}",
	    "!no recipients" },
	{ "KumoMTA, one without an address", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"content\":\"x\",\"recipients\":[{}]}",
	    "!a recipient has no email" },
	{ "KumoMTA, a NUL in the sender", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\\u0000b\",\"content\":\"x\","
	    "\"recipients\":[{\"email\":\"b\"}]}",
	    "!no sender" },
	{ "KumoMTA, what is not known", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"content\":\"x\",\"recipients\":[],"
	    "\"template_dialect\":\"Jinja\"}",
	    "!template_dialect: not known here" },
	{ "KumoMTA, a text with substitutions", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"content\":\"x\",\"recipients\":[{"
	    "\"email\":\"b\",\"substitutions\":{}}]}",
	    "!substitutions want content as an object" },
	{ "KumoMTA, parts", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"content\":{\"subject\":\"s\","
	    "\"text_body\":\"t\",\"html_body\":\"h\",\"from\":{\"email\":"
	    "\"f\"},\"attachments\":[{\"data\":\"eA==\",\"content_type\":"
	    "\"text/plain\",\"file_name\":\"n\",\"base64\":true}]},"
	    "\"recipients\":[{\"email\":\"b\",\"substitutions\":{\"k\":"
	    "\"v\"}}]}",
	    "{\"attachments\":[{\"content\":\"eA==\",\"name\":\"n\",\"type\":"
	    "\"text/plain\"}],\"from\":{\"email\":\"f\"},\"html\":\"h\","
	    "\"recipients\":[{\"to\":{\"address\":\"b\"},\"values\":{\"k\":"
	    "\"v\"}}],\"return-path\":\"a\",\"subject\":\"s\",\"text\":"
	    "\"t\"}" },
	{ "KumoMTA, a part that is not known", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"content\":{\"sms_body\":\"t\"},"
	    "\"recipients\":[]}",
	    "!sms_body: not known here" },
	{ "KumoMTA, no content", APIROUTE_KUMO,
	    "{\"envelope_sender\":\"a\",\"recipients\":[]}",
	    "!an object is wanted" },
	{ "Postal, a message", APIROUTE_POSTAL_RAW,
	    "{\"mail_from\":\"a\",\"rcpt_to\":[\"b\",\"c\"],\"data\":"
	    "\"aGVsbG8=\"}",
	    "a b,c hello" },
	{ "Postal, no base64", APIROUTE_POSTAL_RAW,
	    "{\"mail_from\":\"a\",\"rcpt_to\":[\"b\"],\"data\":\"!\"}",
	    "!the message is no base64" },
	{ "Postal, no message", APIROUTE_POSTAL_RAW,
	    "{\"mail_from\":\"a\",\"rcpt_to\":[\"b\"]}",
	    "!the message is no string of base64" },
	{ "Postal, recipients that are none", APIROUTE_POSTAL_RAW,
	    "{\"mail_from\":\"a\",\"rcpt_to\":[7],\"data\":\"\"}",
	    "!recipients are a list of strings" },
	{ "Postal, JSON", APIROUTE_POSTAL,
	    "{\"to\":[\"b\"],\"from\":\"a\",\"plain_body\":\"t\",\"reply_to\":"
	    "\"r\",\"tag\":\"x\"}",
	    "{\"from\":\"a\",\"reply-to\":\"r\",\"tags\":{\"tag\":\"x\"},"
	    "\"text\":\"t\",\"to\":[\"b\"]}" },
	{ "Postal, what is not known", APIROUTE_POSTAL, "{\"bounce\":true}",
	    "!bounce: not known here" },
	{ "SES, a message", APIROUTE_SES,
	    "{\"FromEmailAddress\":\"a\",\"Destination\":{\"ToAddresses\":["
	    "\"b\"],\"BccAddresses\":[\"c\"]},\"Content\":{\"Raw\":{\"Data\":"
	    "\"aGVsbG8=\"}}}",
	    "a b,c hello" },
	{ "SES, JSON", APIROUTE_SES,
	    "{\"FromEmailAddress\":\"a\",\"Destination\":{\"ToAddresses\":["
	    "\"b\"]},\"Content\":{\"Simple\":{\"Subject\":{\"Data\":\"s\"},"
	    "\"Body\":{\"Html\":{\"Data\":\"h\"}}}},\"EmailTags\":[{\"Name\":"
	    "\"k\",\"Value\":\"v\"}]}",
	    "{\"from\":\"a\",\"html\":\"h\",\"subject\":\"s\",\"tags\":{\"k\":"
	    "\"v\"},\"to\":[\"b\"]}" },
	{ "SES, a template", APIROUTE_SES, "{\"Content\":{\"Template\":{}}}",
	    "!Content: Raw or Simple is wanted" },
	{ "SES, tags that are none", APIROUTE_SES,
	    "{\"Destination\":{},\"Content\":{\"Simple\":{}},\"EmailTags\":[{}]}",
	    "!EmailTags: Name and Value are wanted" },
};

static void
text(const struct apiadapt *a, char *out, size_t room)
{
	struct buf b = { 0 };
	size_t i, n = json_array_size(a->to);

	buf_puts(&b, buf_len(&a->from) == 0 ? "" : buf_data(&a->from));
	for (i = 0; i < n; i++)
		buf_printf(&b, "%c%s", i == 0 ? ' ' : ',',
		    json_string_value(json_array_get(a->to, i)));
	buf_puts(&b, a->each ? " each " : " ");
	buf_put(&b, buf_data(&a->text), buf_len(&a->text));
	snprintf(out, room, "%.*s", (int)buf_len(&b), buf_data(&b));
	buf_free(&b);
}

int
main(void)
{
	char got[2000], *s;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct apiadapt a = { 0 };
		json_t *r = json_loads(cases[i].request, JSON_ALLOW_NUL, NULL);
		int bad = apiadapt(&a, cases[i].route, r);

		json_decref(r);
		if (bad == -1) {
			snprintf(got, sizeof got, "!%s", a.why);
		} else if (a.mail != NULL) {
			s = json_dumps(a.mail, JSON_COMPACT | JSON_SORT_KEYS);
			snprintf(got, sizeof got, "%s", s);
			free(s);
		} else {
			text(&a, got, sizeof got);
		}
		is_str(got, cases[i].want, cases[i].name);
		apiadapt_free(&a);
	}
	return done();
}
