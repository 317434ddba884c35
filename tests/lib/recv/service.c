/* what kind of service it is, and what follows from that */
#include "recv/service.h"
#include "smtp/extension.h"
#include "tap.h"

static void
words(void)
{
	static const struct {
		const char *text;
		int is;
		unsigned set;
	} t[] = {
		{ "submission", 0, SERVICE_SUBMISSION },
		{ "plain-auth,submission", 0,
		    SERVICE_SUBMISSION | SERVICE_PLAIN_AUTH },
		{ "", -1, 0 },
		{ "submissions", -1, 0 },
		{ "sub", -1, 0 },
		{ "submission,", -1, 0 },
		{ ",submission", -1, 0 },
		{ "submission,submission", -1, 0 },
		{ "submission plain-auth", -1, 0 },
		{ "lmtp,no-bdat", 0, SERVICE_LMTP | SERVICE_NO_BDAT },
		{ "lmtp,submission", -1, 0 },
		{ "submission,lmtp", -1, 0 },
		{ "lmtp,header-rcpts", -1, 0 },
		{ "header-rcpts,submission", 0,
		    SERVICE_HEADER_RCPTS | SERVICE_SUBMISSION },
	};
	unsigned set;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		set = 0;
		is_num(service_words(t[i].text, &set), t[i].is, t[i].text);
		if (t[i].is == 0)
			is_num(set, t[i].set, t[i].text);
	}
	set = SERVICE_SUBMISSION;
	is_num(service_words("plain-auth", &set), 0, "a second option");
	is_num(set, SERVICE_SUBMISSION | SERVICE_PLAIN_AUTH, "adds to it");
	is_num(service_words("submission", &set), -1, "but not twice");
}

static void
offers(void)
{
	static const struct {
		struct service_facts f;
		int auth;
		const char *name;
	} t[] = {
		{ { .tls = 1 }, 0, "nobody to ask" },
		{ { .asks = 1 }, 0, "in clear" },
		{ { .asks = 1, .words = SERVICE_PLAIN_AUTH }, 1,
		    "in clear, where it may be" },
		{ { .asks = 1, .tls = 1 }, 1, "under TLS" },
		{ { .asks = 1, .tls = 1, .login = 1 }, 0, "with a login" },
		{ { .asks = 1, .tls = 1, .login = 1, .certificate = 1 }, 1,
		    "of a certificate" },
		{ { .asks = 1,
		      .tls = 1,
		      .login = 1,
		      .certificate = 1,
		      .by_auth = 1 },
		    0, "which he has asked for" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_num((service_offer(&t[i].f) & EXTENSION_AUTH) != 0,
		    t[i].auth, t[i].name);
		is_num((service_offer(&t[i].f) & EXTENSION_SERVED) ==
			EXTENSION_SERVED,
		    1, "and all the rest");
		is_num((service_offer(&t[i].f) & EXTENSION_CHUNKING) != 0, 1,
		    "and chunks");
		is_num((service_offer(&t[i].f) & EXTENSION_DELIVERBY) != 0, 1,
		    "and a time");
		is_num((service_offer(&t[i].f) & EXTENSION_REQUIRETLS) != 0,
		    t[i].f.tls, "and REQUIRETLS under TLS");
		is_num((service_taken(&t[i].f) & EXTENSION_AUTH) != 0,
		    t[i].f.asks, "AUTH= of MAIL");
	}
}

static void
future(void)
{
	struct service_facts f = { .ours = 1 },
			     g = { .words = SERVICE_SUBMISSION }, h = { 0 };

	ok(service_offer(&f) & EXTENSION_FUTURERELEASE, "ours may hold");
	ok(service_offer(&g) & EXTENSION_FUTURERELEASE, "who submits, too");
	ok(!(service_offer(&h) & EXTENSION_FUTURERELEASE), "no stranger");
}

static void
no_bdat(void)
{
	struct service_facts f = { .words = SERVICE_NO_BDAT };

	is_num(service_offer(&f),
	    EXTENSION_SERVED | EXTENSION_SMTPUTF8 | EXTENSION_MTPRIORITY |
		EXTENSION_DELIVERBY | EXTENSION_LIMITS,
	    "no chunks");
}

static void
protos(void)
{
	static const struct {
		struct service_facts f;
		const char *want;
	} t[] = {
		{ { 0 }, "SMTP" },
		{ { .tls = 1 }, "SMTP" },
		{ { .esmtp = 1 }, "ESMTP" },
		{ { .esmtp = 1, .tls = 1 }, "ESMTPS" },
		{ { .esmtp = 1, .by_auth = 1 }, "ESMTPA" },
		{ { .esmtp = 1, .tls = 1, .by_auth = 1 }, "ESMTPSA" },
		{ { .esmtp = 1, .tls = 1, .login = 1 }, "ESMTPS" },
		{ { .esmtp = 1, .words = SERVICE_LMTP }, "LMTP" },
		{ { .esmtp = 1, .words = SERVICE_LMTP, .tls = 1 }, "LMTPS" },
		{ { .esmtp = 1,
		      .words = SERVICE_LMTP,
		      .tls = 1,
		      .utf8 = 1,
		      .by_auth = 1 },
		    "UTF8LMTPSA" },
		{ { .esmtp = 1, .utf8 = 1 }, "UTF8SMTP" },
		{ { .esmtp = 1, .utf8 = 1, .tls = 1 }, "UTF8SMTPS" },
		{ { .esmtp = 1, .utf8 = 1, .tls = 1, .by_auth = 1 },
		    "UTF8SMTPSA" },
	};
	char got[SERVICE_PROTO_ROOM];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		service_proto(got, &t[i].f);
		is_str(got, t[i].want, t[i].want);
	}
}

int
main(void)
{
	words();
	offers();
	future();
	no_bdat();
	protos();
	return done();
}
