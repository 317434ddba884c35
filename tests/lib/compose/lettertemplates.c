/* templates with their recipients, by compose.h: what each gets, what is wrong
 * with whom */
#include "compose/compose.h"
#include "tap.h"

#define F "\"from\":\"a@b.c\""
#define R(members) ",\"recipients\":[{\"to\":\"d@e.f\"" members "}]}"
#define MIME(sub) \
	"MIME-Version: 1.0\nContent-Type: text/" sub "; charset=utf-8\n" \
	"Content-Transfer-Encoding: 7bit\n\n"
#define HEAD "From: a@b.c\nTo: d@e.f\n"
#define ENV "from a@b.c\nto d@e.f\nbody 7bit\n"

static const struct {
	const char *in, *env, *text; /* of the last one */
} good[] = {
	{ "{" F ",\"subject\":\"Hi {{n}}\",\"text\":\"{{n}}&\\n\"" R(
	      ",\"values\":{\"n\":\"A&B\"}"),
	    ENV, HEAD "Subject: Hi A&B\n" MIME("plain") "A&B&\n" },
	{ "{" F ",\"html\":\"{{n}}\",\"strict\":false" R(
	      ",\"values\":{\"n\":\"A&B\"}"),
	    ENV, HEAD MIME("html") "A&amp;B\n" },
	{ "{" F ",\"subject\":\"{{n}}\",\"headers\":{\"X-N\":\"<{{n}}>\","
	  "\"X-L\":[\"{{n}}\",\"b\"],\"Sender\":\"{{n}} <s@b.c>\"}" R(
	      ",\"values\":{\"n\":\"a\\r\\nBcc: x@y\"}"),
	    ENV,
	    HEAD "Subject: a Bcc: x@y\nX-N: <a Bcc: x@y>\nX-L: a Bcc: x@y\n"
		 "X-L: b\nSender: {{n}} <s@b.c>\n" MIME("plain") },
	{ "{" F ",\"subject\":\"{{f\xc3\xbc}}\"" R(
	      ",\"values\":{\"f\xc3\xbc\":\"xyz\xc3\xbc\"}"),
	    ENV, HEAD "Subject: =?utf-8?q?xyz=C3=BC?=\n" MIME("plain") },
	{ "{" F
	  ",\"text\":\"{{>p}}\",\"partials\":{\"p\":\"hi {{n}}\\n\"}" R(""),
	    ENV, HEAD MIME("plain") "hi \n" },
	{ "{" F ",\"text\":\"{{n}}\",\"tags\":{\"c\":1,\"x\":2},"
	  "\"send-at\":5,\"recipients\":[{\"to\":\"x@y.z\"},"
	  "{\"to\":\"D <d@e.f>\",\"cc\":\"g@h.i\",\"bcc\":\"j@k.l\","
	  "\"tags\":{\"x\":3},\"metadata\":{\"o\":1},\"key\":\"k2\","
	  "\"send_at\":6,\"expire\":7,\"priority\":1,"
	  "\"values\":{\"n\":\"two\"}}]}",
	    "from a@b.c\ntag c=1\ntag x=3\ntag meta.o=1\nhold-until 6\n"
	    "expire 7\nprio 1\nkey k2\nto d@e.f\nto g@h.i\nto j@k.l\n"
	    "body 7bit\n",
	    "From: a@b.c\nTo: D <d@e.f>\nCc: g@h.i\n" MIME("plain") "two\n" },
};

static const struct {
	const char *in, *fault;
} bad[] = {
	{ "{" F ",\"recipients\":[]}", "recipients: no list, or an empty one" },
	{ "{" F ",\"recipients\":{}}", "recipients: no list, or an empty one" },
	{ "{" F ",\"to\":\"d@e.f\"" R(""), "to: stands with each recipient" },
	{ "{" F ",\"key\":\"x\"" R(""), "key: stands with each recipient" },
	{ "{" F ",\"bcc\":\"x@y\"" R(""), "bcc: stands with each recipient" },
	{ "{" F ",\"strict\":1" R(""), "strict: neither true nor false" },
	{ "{" F ",\"partials\":[]" R(""), "partials: no object" },
	{ "{" F ",\"values\":{}" R(""), "values: unknown" },
	{ "{" F ",\"subject\":\"{{\"" R(""),
	    "subject: line 1: a tag has no end" },
	{ "{" F ",\"html\":\"\\n{{#a}}\"" R(""),
	    "html: line 2: a section has no end" },
	{ "{" F ",\"headers\":{\"X-A\":[\"\",\"{{/a}}\"]}" R(""),
	    "headers.X-A[1]: line 1: an end without a section" },
	{ "{" F ",\"text\":\"{{x}}\",\"strict\":true" R(""),
	    "recipients[0].text: {{x}}: is not there" },
	{ "{" F R("},{\"to\":\"x\""), "recipients[1].to: no address" },
	{ "{" F R("},{\"tags\":{}"), "recipients[1].to: missing" },
	{ "{" F R(",\"values\":[]"), "recipients[0].values: no object" },
	{ "{" F R(",\"from\":\"x@y\""), "recipients[0].from: unknown" },
	{ "{" F R("},1,{\"to\":\"x@y\""), "recipients[1]: no object" },
	{ "{" F R(",\"tags\":{\"a b\":1}"),
	    "recipients[0].tags.a?b: no NAME=VALUE" },
	{ "{" F R(",\"key\":1"), "recipients[0].key: no string" },
	{ "{\"from\":\"x\"" R(""), "from: no address" },
	{ "{" F ",\"tags\":1" R(""), "tags: neither object nor list" },
	{ "{" F ",\"reply-to\":\"\"" R(""), "reply-to: no address" },
	{ "{" F ",\"subject\":1" R(""), "recipients[0].subject: no string" },
};

static void
check_good(size_t i)
{
	json_t *j = json_loads(good[i].in, 0, NULL);
	struct compose c = { .seed = 1 };
	struct compose_fault f = { 0 };
	struct buf env = { 0 }, text = { 0 };

	is_num(compose_open(&c, j, &f), 0, good[i].in);
	json_decref(j);
	is_str(f.why, "", f.path);
	is_num(compose_one(&c, compose_count(&c) - 1, &env, &text, &f), 0,
	    "made");
	buf_putc(&env, '\0');
	buf_putc(&text, '\0');
	is_str(buf_data(&env), good[i].env, "env");
	is_str(buf_data(&text), good[i].text, "text");
	compose_close(&c);
	buf_free(&env);
	buf_free(&text);
}

static void
check_bad(size_t i)
{
	json_t *j = json_loads(bad[i].in, 0, NULL);
	struct compose c = { .seed = 1 };
	struct compose_fault f = { 0 };
	char fault[512];

	is_num(compose_open(&c, j, &f), -1, bad[i].in);
	snprintf(fault, sizeof fault, "%s: %s", f.path, f.why);
	is_str(fault, bad[i].fault, "fault");
	compose_close(&c);
	json_decref(j);
}

/* recipients that come one by one */
static void
check_alone(void)
{
	json_t *t = json_loads("{" F ",\"text\":\"{{n}}\"}", 0, NULL),
	       *r = json_loads("{\"to\":\"d@e.f\",\"values\":{\"n\":1}}", 0,
		   NULL);
	struct compose c = { .seed = 1 };
	struct compose_fault f = { 0 };
	struct buf env = { 0 }, text = { 0 };

	is_num(compose_template(&c, t, &f), 0, "a template");
	is_num(compose_count(&c), 0, "nobody");
	is_num(compose_rcpt(&c, r, 0, 1, &env, &text, &f), 0, "somebody");
	buf_putc(&env, '\0');
	buf_putc(&text, '\0');
	is_str(buf_data(&env), ENV, "env");
	is_str(buf_data(&text), HEAD MIME("plain") "1\n", "text");
	json_object_set_new(r, "to", json_string("x"));
	is_num(compose_rcpt(&c, r, 1, 1, &env, &text, &f), -1, "not him");
	is_str(f.path, "to", "path");
	compose_close(&c);
	json_object_set_new(t, "recipients", json_array());
	is_num(compose_template(&c, t, &f), -1, "with recipients");
	is_str(f.path, "recipients", "path");
	compose_close(&c);
	json_decref(t);
	json_decref(r);
	buf_free(&env);
	buf_free(&text);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		check_good(i);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		check_bad(i);
	check_alone();
	return done();
}
