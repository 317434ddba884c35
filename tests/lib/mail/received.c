#include "mail/received.h"
#include "tap.h"

static void
put(const struct received *r, const char *want, const char *name)
{
	struct buf b = { 0 };

	ok(received_put(&b, r) == 0 && buf_putc(&b, '\0') == 0, name);
	is_str(buf_data(&b), want, name);
	buf_free(&b);
}

static const struct {
	const char *in;
	unsigned count, tls_required;
} cases[] = {
	{ "", 0, 0 },
	{ "Received: a\n", 1, 0 },
	{ "received:\nRECEIVED: b\nReceivedx: c\nX-Received: d\n", 2, 0 },
	{ "Received: a\n\tReceived: folded\nReceived: b\n", 2, 0 },
	{ "Subject: a\n\nReceived: body\n", 0, 0 },
	{ "\nReceived: body\n", 0, 0 },
	{ "Rec\nReceived: a\n", 1, 0 },
	{ "Received: a\n\nReceived: body\n", 1, 0 },
	{ "Received", 0, 0 },
	{ "Received:", 1, 0 },
	{ "a\nb\nReceived: c", 1, 0 },
	{ "TLS-Required: No\nReceived: a\n", 1, 1 },
	{ "tls-required", 0, 0 },
	{ "T\nRLS-Required:\nTeceived: a\nReceived: a\n", 1, 0 },
	{ "X: a\n TLS-Required: No\n\nTLS-Required: No\n", 0, 0 },
	{ "Received: a\nTLS-REQUIRED:", 1, 1 },
	{ "TLS-Required \t: No\nReceived  : a\n", 1, 1 },
	{ "TLS-Required \n: No\nReceived x: a\nReceived \n\nTLS-Required:", 0,
	    0 },
};

int
main(void)
{
	struct received r = { "helo", "192.0.2.1", NULL, "me.example", "ESMTP",
		1790000000, NULL, 0 };
	struct hops h;
	size_t i, k, n, step;
	char name[64];

	put(&r,
	    "Received: from helo ([192.0.2.1])\n"
	    "\tby me.example with ESMTP;\n"
	    "\tMon, 21 Sep 2026 14:13:20 +0000\n",
	    "plain");
	r.client = "2001:db8::1";
	r.client_name = "name.example";
	put(&r,
	    "Received: from helo (name.example [IPv6:2001:db8::1])\n"
	    "\tby me.example with ESMTP;\n"
	    "\tMon, 21 Sep 2026 14:13:20 +0000\n",
	    "IPv6");
	r.client = NULL;
	r.client_name = NULL;
	r.helo = "a) b\r\nX: \xff;\"(";
	put(&r,
	    "Received: from a??b??X:????? (unknown)\n"
	    "\tby me.example with ESMTP;\n"
	    "\tMon, 21 Sep 2026 14:13:20 +0000\n",
	    "foreign bytes");
	r.helo = NULL;
	put(&r,
	    "Received: from unknown (unknown)\n"
	    "\tby me.example with ESMTP;\n"
	    "\tMon, 21 Sep 2026 14:13:20 +0000\n",
	    "nothing known");
	r.helo = "helo";
	r.with = "ESMTPS";
	r.tls = "TLSv1.2,ECDHE-RSA-AES128-GCM-SHA256,resumed";
	put(&r,
	    "Received: from helo (unknown)\n"
	    "\tby me.example with ESMTPS (TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256);\n"
	    "\tMon, 21 Sep 2026 14:13:20 +0000\n",
	    "TLS");
	r.tls = "TLSv1.2";
	put(&r,
	    "Received: from helo (unknown)\n"
	    "\tby me.example with ESMTPS (TLSv1.2);\n"
	    "\tMon, 21 Sep 2026 14:13:20 +0000\n",
	    "TLS of one word");
	r.priority = -3;
	put(&r,
	    "Received: from helo (unknown)\n"
	    "\tby me.example with ESMTPS (TLSv1.2) priority -3;\n"
	    "\tMon, 21 Sep 2026 14:13:20 +0000\n",
	    "a priority");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		for (step = 1; step <= n + 1; step++) {
			memset(&h, 0, sizeof h);
			for (k = 0; k < n; k += step)
				hops_feed(&h, cases[i].in + k,
				    n - k < step ? n - k : step);
			if (h.count != cases[i].count ||
			    h.tls_required != cases[i].tls_required)
				break;
		}
		snprintf(name, sizeof name, "hops, case %zu", i);
		is_num(step, n + 2, name);
	}
	return done();
}
