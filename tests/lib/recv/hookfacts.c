/* what policy servers are told of a session */
#include "recv/hookfacts.h"
#include "policy/policytext.h"
#include "recv/sessiontls.h"
#include "tap.h"
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct inbound in;
static struct session s;
static struct session_more more;
static struct hookfacts facts = { { "a@b.example", 11 }, { "c@d.example", 11 },
	77, 2, 0x1f, "PLAIN" };

static const char *
value(enum hookrule_stage stage, const char *name)
{
	static char got[200];
	struct buf b = { 0 };
	struct slice v;

	hookfacts_put(&b, &s, stage, &facts);
	v = policytext_get(buf_data(&b), buf_len(&b), name);
	snprintf(got, sizeof got, "%.*s", (int)v.n, v.p == NULL ? "" : v.p);
	if (v.p == NULL)
		snprintf(got, sizeof got, "none");
	buf_free(&b);
	return got;
}

static const struct {
	enum hookrule_stage stage;
	const char *name, *want;
} cases[] = {
	{ HOOKRULE_CONNECT, "request", "smtpd_access_policy" },
	{ HOOKRULE_CONNECT, "protocol_state", "CONNECT" },
	{ HOOKRULE_HELO, "protocol_state", "EHLO" },
	{ HOOKRULE_AUTH, "protocol_state", "AUTH" },
	{ HOOKRULE_MAIL, "protocol_state", "MAIL" },
	{ HOOKRULE_RCPT, "protocol_state", "RCPT" },
	{ HOOKRULE_DATA, "protocol_state", "DATA" },
	{ HOOKRULE_END, "protocol_state", "END-OF-MESSAGE" },
	{ HOOKRULE_END, "protocol_name", "ESMTP" },
	{ HOOKRULE_END, "helo_name", "c.example" },
	{ HOOKRULE_END, "sender", "a@b.example" },
	{ HOOKRULE_END, "recipient", "c@d.example" },
	{ HOOKRULE_END, "recipient_count", "2" },
	{ HOOKRULE_END, "size", "77" },
	{ HOOKRULE_END, "client_name", "host.example" },
	{ HOOKRULE_END, "reverse_client_name", "host.example" },
	{ HOOKRULE_END, "client_address", "127.0.0.1" },
	{ HOOKRULE_END, "server_address", "127.0.0.1" },
	{ HOOKRULE_END, "sasl_username", "ann" },
	{ HOOKRULE_END, "sasl_method", "PLAIN" },
	{ HOOKRULE_END, "sasl_sender", "" },
	{ HOOKRULE_END, "queue_id", "" },
	{ HOOKRULE_END, "stress", "" },
	{ HOOKRULE_END, "etrn_domain", "" },
	{ HOOKRULE_END, "ccert_subject", "" },
	{ HOOKRULE_END, "ccert_issuer", "" },
	{ HOOKRULE_END, "ccert_pubkey_fingerprint", "" },
	{ HOOKRULE_END, "encryption_protocol", "" },
	{ HOOKRULE_END, "encryption_keysize", "" },
	{ HOOKRULE_END, "policy_context", "none" },
};

/* TLS, as a layer would tell of it */
static const char *suite;
static unsigned char cert_bytes[32] = { 0x01, 0xab };

static const char *
text(const struct session *of, char t[TLS_TEXT_MAX])
{
	(void)of;
	snprintf(t, TLS_TEXT_MAX, "TLSv1.2,%s", suite);
	return t;
}

static const unsigned char *
cert(const struct session *of)
{
	(void)of;
	return cert_bytes;
}

static const struct {
	const char *suite, *cipher, *bits;
} suites[] = {
	{ "ECDHE_RSA_WITH_AES_256_GCM_SHA384,resumed",
	    "ECDHE_RSA_WITH_AES_256_GCM_SHA384", "256" },
	{ "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	    "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "256" },
	{ "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
	    "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "128" },
};

static void
test_tls(void)
{
	static const struct sessiontls_calls calls = { .text = text,
		.cert = cert };
	static struct sessiontls tls = { .calls = &calls };
	size_t i;

	in.tls = &tls;
	s.secure = SESSION_SECURE;
	for (i = 0; i < sizeof suites / sizeof *suites; i++) {
		suite = suites[i].suite;
		is_str(value(HOOKRULE_END, "encryption_cipher"),
		    suites[i].cipher, "the suite");
		is_str(value(HOOKRULE_END, "encryption_keysize"),
		    suites[i].bits, "the bits of its key");
	}
	is_str(value(HOOKRULE_END, "encryption_protocol"), "TLSv1.2", "TLS");
	is_num((long long)strlen(value(HOOKRULE_END, "ccert_fingerprint")), 95,
	    "a fingerprint");
	ok(strncmp(value(HOOKRULE_END, "ccert_fingerprint"), "01:AB:00:", 9) ==
		0,
	    "in pairs");
	s.by_cert = 1;
	is_str(value(HOOKRULE_END, "sasl_method"), "EXTERNAL",
	    "known by the certificate");
}

/* a TCP connection to ourselves, at whose end the session is */
static int
connect_it(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int door = socket(AF_INET, SOCK_STREAM, 0),
	    client = socket(AF_INET, SOCK_STREAM, 0), fd;

	if (bind(door, (struct sockaddr *)&a, n) == -1 ||
	    listen(door, 1) == -1 ||
	    getsockname(door, (struct sockaddr *)&a, &n) == -1 ||
	    connect(client, (struct sockaddr *)&a, n) == -1)
		abort();
	fd = accept(door, NULL, NULL);
	close(door);
	return fd;
}

int
main(void)
{
	size_t i;

	s.in = &in;
	s.more = &more;
	s.known = 1;
	s.helo = (char *)"c.example";
	s.smtp.esmtp = 1;
	s.stream.rfd = s.stream.wfd = connect_it();
	ip_map(s.ip, (const unsigned char *)"\x7f\0\0\1", 4);
	more.name = (char *)"host.example";
	more.login = (char *)"ann";
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(value(cases[i].stage, cases[i].name), cases[i].want,
		    cases[i].name);
	ok(atoi(value(HOOKRULE_END, "client_port")) > 0, "a port");
	ok(atoi(value(HOOKRULE_END, "server_port")) > 0, "and ours");
	ok(strstr(value(HOOKRULE_END, "instance"), ".1f") != NULL, "instance");
	s.smtp.esmtp = 0;
	is_str(value(HOOKRULE_HELO, "protocol_state"), "HELO", "HELO");
	is_str(value(HOOKRULE_HELO, "protocol_name"), "SMTP", "is SMTP");
	s.ip[15] = 2;
	is_str(value(HOOKRULE_END, "client_port"), "",
	    "a proxy's port is not his");
	is_str(value(HOOKRULE_END, "server_address"), "", "nor his our end");
	s.known = 0;
	is_str(value(HOOKRULE_END, "client_address"), "", "nobody known");
	more.login = more.name = NULL;
	is_str(value(HOOKRULE_END, "client_name"), "unknown", "no name");
	is_str(value(HOOKRULE_END, "sasl_method"), "", "no login");
	more.login = (char *)"ann";
	test_tls();
	return done();
}
