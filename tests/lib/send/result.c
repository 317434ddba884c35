#include "send/result.h"
#include "tap.h"
#include <string.h>

static void
test_reply(void)
{
	static const struct {
		const char *reply, *esc;
		unsigned code;
	} c[] = { { "250 2.1.5 ok\r\n", "2.1.5", 250 },
		{ "250 ok\r\n", "2.0.0", 250 }, { "354 go\r\n", "3.0.0", 354 },
		{ "450 no\r\n", "4.0.0", 450 },
		{ "550 no\r\n", "5.0.0", 550 } };
	struct sendresult r = { 0 };
	char text[REPLY_TEXT_MAX];
	struct reply re;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		ok(reply_parse(c[i].reply, strlen(c[i].reply), &re) > 0,
		    c[i].reply);
		sendresult_reply(&r, &re, text);
		is_num(r.code, c[i].code, "code");
		ok(r.esc_len == 5 && memcmp(r.esc, c[i].esc, 5) == 0, c[i].esc);
		ok(r.text == text && r.text_len == strlen(c[i].reply) - 2 &&
			memcmp(text, c[i].reply, r.text_len) == 0,
		    "text");
	}
}

static void
test_tls(void)
{
	struct sendresult r = { .status = "sent",
		.tls = "TLSv1.2,X",
		.tls_policy = "may",
		.tls_from = "default",
		.tls_cert = "self-signed",
		.tls_fail = "validation-failure",
		.tls_text = "a b",
		.ms = -1 };
	struct buf b = { 0 };

	sendresult_put(&b, "i", 2, NULL, &r);
	r.tls = "none";
	r.tls_from = r.tls_fail = NULL;
	r.tls_cert = r.tls_text = "";
	sendresult_put(&b, "i", 3, NULL, &r);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "id:i\tn:2\tstatus:sent\ttls:TLSv1.2,X\ttls-policy:may\t"
	    "tls-from:default\ttls-cert:self-signed\t"
	    "tls-fail:validation-failure\ttls-text:a b\n"
	    "id:i\tn:3\tstatus:sent\ttls:none\ttls-policy:may\n",
	    "how it was protected");
	buf_free(&b);
}

static void
test_result(void)
{
	struct sendresult r = { .status = "deferred",
		.code = 450,
		.esc = "4.2.1",
		.esc_len = 5,
		.class = "rcpt",
		.host = "h",
		.ip = "::1",
		.text = "a\tb",
		.text_len = 3,
		.doubt = 1,
		.next_ms = 1790000000007,
		.ms = 0,
		.room = 4,
		.stages = { 1, 20, 300, 4000 } };
	struct sendresult none = { .status = "later", .ms = -1 };
	char name[] = "s", provider[] = "p", via[] = "v";
	struct sendsite site = {
		.name = name, .provider = provider, .via = via
	};
	struct buf b = { 0 };

	sendresult_put(&b, "i", 2, NULL, &r);
	sendresult_put(&b, "i", 3, &site, &none);
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "id:i\tn:2\tstatus:deferred\tcode:450\tesc:4.2.1\t"
	    "class:rcpt\thost:h\tip:::1\ttext:a\\tb\tdoubt:1\t"
	    "next:1790000000.007\troom:4\tms:0\t"
	    "ms-dns:1\tms-connect:20\tms-tls:300\tms-data:4000\n"
	    "id:i\tn:3\tstatus:later\tsite:s\tprovider:p\tvia:v\n",
	    "result");
	buf_free(&b);
}

int
main(void)
{
	test_reply();
	test_result();
	test_tls();
	return done();
}
