#include "compose/composefile.h"
#include "tap.h"
#include <stdlib.h>

#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X255 X50 X50 X50 X50 X50 "xxxxx"
#define CONTENT "\"content\":\"YQ==\""

static const struct {
	const char *in;
	int within;
	const char *want; /* of the first: type|name|cid|form|content */
	const char *fault;
} cases[] = {
	{ "[]", 0, "", NULL },
	{ "[{" CONTENT "}]", 0, "application/octet-stream|||0|YQ==", NULL },
	{ "[{\"name\":\"a\xc3\xbc\",\"type\":\"image/png\"," CONTENT "}]", 0,
	    "image/png|a\xc3\xbc||0|YQ==", NULL },
	{ "[{\"type\":\"image/png\",\"cid\":\"l@x\"," CONTENT "}]", 1,
	    "image/png||l@x|0|YQ==", NULL },
	{ "[{\"content\":\"a\\r\\nb\",\"encoding\":\"text\","
	  "\"type\":\"text/csv; charset=utf-8\"}]",
	    0, "text/csv; charset=utf-8|||2|a\nb\n", NULL },
	{ "[{\"content\":\"a\",\"encoding\":\"text\"}]", 0,
	    "application/octet-stream|||1|a", NULL },
	{ "[{\"content\":\"QTogYg0KDQpoaQ\",\"type\":\"message/rfc822\"}]", 0,
	    "message/rfc822|||2|A: b\n\nhi\n", NULL },
	{ "[{\"content\":\"A: b\",\"encoding\":\"text\","
	  "\"type\":\"message/rfc822\"}]",
	    0, "message/rfc822|||2|A: b\n", NULL },
	{ "[{\"content\":\"\",\"type\":\"message/rfc822\"}]", 0,
	    "message/rfc822|||2|", NULL },
	{ "[{\"name\":\"" X255 "\"," CONTENT "}]", 0,
	    "application/octet-stream|" X255 "||0|YQ==", NULL },
	{ "[{\"name\":\"" X255 "y\"," CONTENT "}]", 0, NULL,
	    "[0].name: more than 255 bytes" },
	{ "[{\"type\":\"x/" X50 X50 X50 X50 X50 "xxx\"," CONTENT "}]", 0,
	    "x/" X50 X50 X50 X50 X50 "xxx|||0|YQ==", NULL },
	{ "[{\"type\":\"x/" X255 "\"," CONTENT "}]", 0, NULL,
	    "[0].type: more than 255 bytes" },
	{ "[{\"cid\":\"" X255 "\"," CONTENT "}]", 1,
	    "application/octet-stream||" X255 "|0|YQ==", NULL },
	{ "[{\"cid\":\"" X255 "y\"," CONTENT "}]", 1, NULL,
	    "[0].cid: 1 to 255 printable bytes without blanks, < and >" },
	{ "[{\"cid\":\"a b\"," CONTENT "}]", 1, NULL,
	    "[0].cid: 1 to 255 printable bytes without blanks, < and >" },
	{ "[{" CONTENT "}]", 1, NULL,
	    "[0].cid: 1 to 255 printable bytes without blanks, < and >" },
	{ "[{\"cid\":\"a\"," CONTENT "}]", 0, NULL,
	    "[0].cid: only of an inline file" },
	{ "[{\"name\":\"a\\r\\nX: y\"," CONTENT "}]", 0, NULL,
	    "[0].name: control characters" },
	{ "[{\"name\":1," CONTENT "}]", 0, NULL, "[0].name: no string" },
	{ "[{\"type\":\"png\"," CONTENT "}]", 0, NULL, "[0].type: no type" },
	{ "[{\"type\":1," CONTENT "}]", 0, NULL, "[0].type: no type" },
	{ "[{\"type\":\"a/b\\r\\nX: y\"," CONTENT "}]", 0, NULL,
	    "[0].type: no type" },
	{ "[{\"type\":\"multipart/mixed\"," CONTENT "}]", 0, NULL,
	    "[0].type: a file has no parts" },
	{ "[{" CONTENT "},{\"content\":\"Y\"}]", 0, NULL,
	    "[1].content: no base64" },
	{ "[{\"name\":\"x\"}]", 0, NULL, "[0].content: no string" },
	{ "[{\"content\":\"x\",\"encoding\":\"8bit\"}]", 0, NULL,
	    "[0].encoding: neither base64 nor text" },
	{ "[{\"content\":\"\xc3\xbc\",\"encoding\":\"text\","
	  "\"type\":\"message/rfc822\"}]",
	    0, NULL, "[0].content: a message that is not 7 bit" },
	{ "[{\"file\":\"x\"}]", 0, NULL, "[0].file: unknown" },
	{ "[1]", 0, NULL, "[0]: no object" },
	{ "{}", 0, NULL, ": no list" },
};

static void
check(size_t i)
{
	json_t *j = json_loads(cases[i].in, JSON_DECODE_ANY, NULL);
	struct composefiles c = { 0 };
	struct compose_fault f = { 0 };
	char text[2000] = "";
	int r = composefile_read(&c, j, cases[i].within, &f);
	const struct mimeout_file *m = c.file;

	is_num(r, cases[i].fault == NULL ? 0 : -1, cases[i].in);
	if (cases[i].fault != NULL)
		snprintf(text, sizeof text, "%s: %s", f.path, f.why);
	else if (c.n > 0)
		snprintf(text, sizeof text, "%.*s|%.*s|%.*s|%d|%.*s",
		    (int)m->type.n, m->type.p, (int)m->name.n, m->name.p,
		    (int)m->cid.n, m->cid.p, m->form, (int)m->content.n,
		    m->content.p);
	is_str(text, cases[i].fault == NULL ? cases[i].want : cases[i].fault,
	    "file or fault");
	composefile_free(&c);
	json_decref(j);
}

static void
check_many(size_t n, int want)
{
	json_t *j = json_array();
	struct composefiles c = { 0 };
	struct compose_fault f = { 0 };

	while (n-- > 0)
		json_array_append_new(j, json_pack("{s:s}", "content", ""));
	is_num(composefile_read(&c, j, 0, &f), want, "many");
	composefile_free(&c);
	json_decref(j);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
	check_many(COMPOSEFILE_MAX, 0);
	check_many(COMPOSEFILE_MAX + 1, -1);
	return done();
}
