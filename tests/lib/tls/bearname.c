/* tls/bearname: BearSSL's errors in words */
#include "tls/bearname.h"
#include "tap.h"

static const struct name_case {
	int err;
	enum tls_failure failure;
	unsigned alert;
	const char *text;
} cases[] = {
	{ 0, TLS_FINE, 0, "closed" },
	{ 3, TLS_VERSION, 0, "no TLS 1.2 in common" },
	{ 6, TLS_LIMIT, 0, "record too large" },
	{ 7, TLS_PROTOCOL, 0, "bad record MAC" },
	{ 8, TLS_OURS, 0, "no randomness" },
	{ 26, TLS_NO_COMMON, 0, "curve or signature not supported" },
	{ 30, TLS_PROTOCOL, 0, "error 30" },
	{ 36, TLS_CERTIFICATE, 0, "malformed certificate (36)" },
	{ 62, TLS_CERTIFICATE, 0, "certificate not trusted" },
	/* what a server says who has TLS 1.3 only */
	{ 256 + 70, TLS_VERSION, 70, "alert 70: protocol version" },
	{ 256 + 40, TLS_ALERT, 40, "alert 40: handshake failure" },
	{ 256 + 48, TLS_ALERT, 48, "alert 48: unknown CA" },
	{ 256 + 99, TLS_ALERT, 99, "alert 99" },
	{ 512 + 70, TLS_VERSION, 70, "no TLS 1.2 in common" },
	{ 512 + 40, TLS_NO_COMMON, 40, "no cipher suite in common" },
	{ 512 + 86, TLS_PROTOCOL, 86, "alert 86 sent: inappropriate fallback" },
};

int
main(void)
{
	const struct name_case *c = cases;
	char t[TLS_TEXT_MAX];
	int err, printable = 1;
	const char *p;

	for (; c < cases + sizeof cases / sizeof *cases; c++) {
		is_str(bearname_text(c->err, t), c->text, c->text);
		is_num(bearname_failure(c->err), c->failure, "failure");
		is_num(bearname_alert(c->err), c->alert, "alert");
	}
	for (err = 0; err < 1024; err++)
		for (p = bearname_text(err, t); *p != '\0'; p++)
			printable &= *p >= ' ' && *p < 127;
	ok(printable, "whatever it is, a text");
	for (err = 1; err < 1024; err++)
		printable &= bearname_failure(err) != TLS_FINE;
	ok(printable, "and a failure");
	return done();
}
