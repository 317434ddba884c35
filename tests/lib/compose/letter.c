/* letter: a table of messages and of faults, by compose.h; members of a
 * recipient of its own */
#include "compose/letter.h"
#include "compose/compose.h"
#include "tap.h"
#include <stdlib.h>

#define UE "\303\274"
#define FT "\"from\":\"a@b.c\",\"to\":\"d@e.f\""
#define ENV "from a@b.c\nto d@e.f\nbody 7bit\n"
#define HEAD "From: a@b.c\nTo: d@e.f\n"
#define MIME \
	"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n" \
	"Content-Transfer-Encoding: 7bit\n\n"

static const struct {
	const char *in, *env, *text;
} good[] = {
	{ "{" FT "}", ENV, HEAD MIME },
	{ "{" FT ",\"subject\":\"x\",\"text\":\"hi\"}", ENV,
	    HEAD "Subject: x\n" MIME "hi\n" },
	{ "{" FT ",\"text\":\"a\\r\\nb\"}", ENV, HEAD MIME "a\nb\n" },
	{ "{\"from\":{\"email\":\"a@b.c\",\"name\":\"A\"},"
	  "\"to\":[\"d@e.f\",\"D <g@h.i>\"],\"cc\":\"d@e.f, j@k.l\","
	  "\"bcc\":[\"m@n.o\",\"g@h.i\"],\"reply_to\":\"r@s.t\","
	  "\"subject\":\"f" UE "r\",\"headers\":{\"X-A\":\"" UE "\","
	  "\"X-B\":[\"1\",\"2\"],\"References\":\"<x@y>\","
	  "\"sender\":\"S <s@b.c>\"},\"tags\":{\"c\":\"1\"},"
	  "\"metadata\":{\"o\":\"2\"},\"tenant\":\"t\","
	  "\"send_at\":1790000000,\"expire\":1790000001,\"priority\":3,"
	  "\"key\":\"k\"}",
	    "from a@b.c\ntag c=1\ntag meta.o=2\ntenant t\n"
	    "hold-until 1790000000\nexpire 1790000001\nprio 3\nkey k\n"
	    "to d@e.f\nto g@h.i\nto j@k.l\nto m@n.o\nbody 7bit\n",
	    "From: A <a@b.c>\nTo: d@e.f, D <g@h.i>\nCc: d@e.f, j@k.l\n"
	    "Reply-To: r@s.t\nSubject: =?utf-8?q?f=C3=BCr?=\n"
	    "X-A: =?utf-8?b?w7w=?=\nX-B: 1\nX-B: 2\nReferences: <x@y>\n"
	    "sender: S <s@b.c>\n" MIME },
	{ "{" FT ",\"return_path\":\"b@c.d\"}",
	    "from b@c.d\nto d@e.f\nbody 7bit\n", HEAD MIME },
	{ "{" FT ",\"return-path\":\"\"}", "from\nto d@e.f\nbody 7bit\n",
	    HEAD MIME },
	{ "{\"from\":\"a@b.c\",\"bcc\":\"d@e.f\"}", ENV,
	    "From: a@b.c\nTo: undisclosed-recipients:;\n" MIME },
	{ "{" FT ",\"cc\":[],\"bcc\":null}", ENV, HEAD MIME },
	{ "{\"from\":\"a@b.c\",\"to\":\"" UE "@e.f\"}",
	    "from a@b.c\nto " UE "@e.f\nbody 8bit\nsmtputf8 1\n",
	    "From: a@b.c\nTo: " UE "@e.f\n" MIME },
	{ "{" FT ",\"headers\":{\"Message-ID\":\"<i@b.c>\"}}", ENV,
	    HEAD "Message-ID: <i@b.c>\n" MIME },
	{ "{\"messages\":[{" FT "}]}", ENV, HEAD MIME },
};

static const struct {
	const char *in, *fault;
} bad[] = {
	{ "[]", ": no object" },
	{ "\"x\"", ": no object" },
	{ "{}", "from: missing" },
	{ "{\"from\":\"a@b.c\"}", "to: missing" },
	{ "{\"from\":\"a@b.c\",\"to\":[]}", "to: missing" },
	{ "{\"to\":\"a@b.c\"}", "from: missing" },
	{ "{" FT ",\"txt\":\"\"}", "txt: unknown" },
	{ "{\"from\":\"a@b.c, d@e.f\",\"to\":\"d@e.f\"}",
	    "from: more than one address" },
	{ "{\"from\":\"\",\"to\":\"d@e.f\"}", "from: no address" },
	{ "{\"from\":\"a@b.c\",\"to\":[\"d@e.f\",\"x\"]}",
	    "to[1]: no address" },
	{ "{" FT ",\"cc\":\"x\"}", "cc: no address" },
	{ "{" FT ",\"bcc\":{\"email\":1}}", "bcc.address: no address" },
	{ "{" FT ",\"reply-to\":\"x\"}", "reply-to: no address" },
	{ "{" FT ",\"return-path\":\"x\"}", "return-path: no address" },
	{ "{" FT ",\"return-path\":\"a@b, c@d\"}",
	    "return-path: more than one address" },
	{ "{" FT ",\"return-path\":1}", "return-path: no address" },
	{ "{" FT ",\"subject\":\"a\\nBcc: x@y\"}",
	    "subject: control characters" },
	{ "{" FT ",\"subject\":1}", "subject: no string" },
	{ "{" FT ",\"text\":1}", "text: no string" },
	{ "{" FT ",\"html\":\"a\\u0000\"}", "html: a NUL" },
	{ "{" FT ",\"headers\":[]}", "headers: no object" },
	{ "{" FT ",\"headers\":{\"Bcc\":\"x@y\"}}",
	    "headers.Bcc: no field of one's own" },
	{ "{" FT ",\"headers\":{\"X\\r\\nBcc\":\"x@y\"}}",
	    "headers.X??Bcc: no name of a field" },
	{ "{" FT ",\"headers\":{\"X\":\"a\\r\\nBcc: x@y\"}}",
	    "headers.X: control characters" },
	{ "{" FT ",\"headers\":{\"X-A\":[\"a\",\"\\n\"]}}",
	    "headers.X-A[1]: control characters" },
	{ "{" FT ",\"headers\":{\"X-A\":\"a\",\"x-a\":\"b\"}}",
	    "headers.X-A: stands twice" },
	{ "{" FT ",\"headers\":{\"Date\":[\"a\",\"b\"]}}",
	    "headers.Date: more than one value" },
	{ "{" FT ",\"headers\":{\"Sender\":\"x\"}}",
	    "headers.Sender: no address" },
	{ "{" FT ",\"headers\":{\"X-A\":{}}}", "headers.X-A: no string" },
	{ "{" FT ",\"attachments\":{}}", "attachments: no list" },
	{ "{" FT ",\"attachments\":[{\"content\":\"?\"}]}",
	    "attachments[0].content: no base64" },
	{ "{" FT ",\"inline\":[{\"cid\":\"a\",\"content\":\"\"}]}",
	    "inline: there is no html" },
	{ "{" FT ",\"tags\":{\"a b\":\"\"}}", "tags.a?b: no NAME=VALUE" },
	{ "{" FT ",\"metadata\":1}", "metadata: no object" },
	{ "{" FT ",\"tenant\":\"\"}", "tenant: no text" },
	{ "{" FT ",\"send-at\":\"x\"}",
	    "send-at: no time: say 2026-12-24T18:00:00Z, or seconds" },
	{ "{" FT ",\"expire\":[]}",
	    "expire: no time: say 2026-12-24T18:00:00Z, or seconds" },
	{ "{" FT ",\"priority\":11}", "priority: no number from 0 to 9" },
	{ "{" FT ",\"key\":\"\"}", "key: no text" },
	{ "{\"messages\":[]}", "messages: no list, or an empty one" },
	{ "{\"messages\":{}}", "messages: no list, or an empty one" },
	{ "{\"messages\":[{" FT "}],\"from\":\"a@b.c\"}", "from: unknown" },
	{ "{\"messages\":[{" FT "},{}]}", "messages[1].from: missing" },
	{ "{\"messages\":[{" FT "},1]}", "messages[1]: no object" },
	{ "{\"messages\":[{" FT "},{" FT ",\"cc\":[\"\"]}]}",
	    "messages[1].cc[0]: no address" },
};

static void
check_good(size_t i)
{
	json_t *j = json_loads(good[i].in, JSON_DECODE_ANY, NULL);
	struct compose c = { .seed = 1 };
	struct compose_fault f = { 0 };
	struct buf env = { 0 }, text = { 0 };

	is_num(compose_open(&c, j, &f), 0, good[i].in);
	json_decref(j);
	is_str(f.why, "", f.path);
	is_num(compose_count(&c), 1, "one");
	is_num(compose_one(&c, 0, &env, &text, &f), 0, "made");
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
	json_t *j =
	    json_loads(bad[i].in, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	struct compose c = { .seed = 1 };
	struct compose_fault f = { 0 };
	char fault[512];

	is_num(compose_open(&c, j, &f), -1, bad[i].in);
	snprintf(fault, sizeof fault, "%s: %s", f.path, f.why);
	is_str(fault, bad[i].fault, "fault");
	compose_close(&c);
	json_decref(j);
}

static json_t *
string(const char *s)
{
	return json_loads(s, JSON_DECODE_ANY, NULL);
}

/* what a recipient says of his message, beside what all have */
static void
check_rcpt(void)
{
	struct buf env = { 0 }, text = { 0 };
	struct compose_fault f = { 0 };
	struct letter l = { .env = &env, .text = &text, .fault = &f };
	int k;

	l.m[LETTER_FROM] = string("\"a@b.c\"");
	l.m[LETTER_TAGS] = string("{\"a\":\"1\",\"b\":\"2\"}");
	l.m[LETTER_KEY] = string("\"k\"");
	l.rcpt[LETTER_TO] = string("\"d@e.f\"");
	l.rcpt[LETTER_TAGS] = string("{\"b\":\"3\"}");
	l.rcpt[LETTER_KEY] = string("\"mine\"");
	is_num(letter_put(&l), 0, "of a recipient");
	buf_putc(&env, '\0');
	is_str(buf_data(&env),
	    "from a@b.c\ntag a=1\ntag b=3\nkey mine\nto d@e.f\nbody 7bit\n",
	    "env");
	for (k = 0; k < LETTER_MEMBERS; k++) {
		json_decref(l.m[k]);
		json_decref(l.rcpt[k]);
	}
	buf_free(&env);
	buf_free(&text);
}

static void
check_fields(int n, int want)
{
	json_t *j = json_pack("{s:s,s:s,s:o}", "from", "a@b.c", "to", "d@e.f",
		   "headers", json_object()),
	       *h = json_object_get(j, "headers");
	struct compose c = { .seed = 1 };
	struct compose_fault f = { 0 };
	char name[32];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "X-%d", i);
		json_object_set_new(h, name, json_string("x"));
	}
	is_num(compose_open(&c, j, &f), want, "many fields");
	compose_close(&c);
	json_decref(j);
}

static void
check_messages(int n, int want)
{
	json_t *j = json_pack("{s:[]}", "messages"),
	       *list = json_object_get(j, "messages"),
	       *one = json_loads("{" FT "}", 0, NULL);
	struct compose c = { .seed = 1 };
	struct compose_fault f = { 0 };
	int i;

	for (i = 0; i < n; i++)
		json_array_append(list, one);
	is_num(compose_open(&c, j, &f), want, "many messages");
	compose_close(&c);
	json_decref(one);
	json_decref(j);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		check_good(i);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		check_bad(i);
	check_rcpt();
	check_fields(100, 0);
	check_fields(101, -1);
	check_messages(COMPOSE_MESSAGES_MAX, 0);
	check_messages(COMPOSE_MESSAGES_MAX + 1, -1);
	return done();
}
