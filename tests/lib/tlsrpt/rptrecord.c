#include "tlsrpt/rptrecord.h"
#include "tap.h"
#include <stdlib.h>

static struct rptrecord r;

/* TXT records of one string of up to 255 bytes each */
static void
ask(const char *const *txt, unsigned n, enum dnsa_status status)
{
	static unsigned char *flat[4];
	const unsigned char *data[4];
	int len[4];
	struct dnsq q;
	struct dnsa a = { status, n, data, len, NULL };
	unsigned i;
	size_t k, left;
	const char *p;

	for (i = 0; i < n; i++) {
		free(flat[i]);
		left = strlen(txt[i]);
		flat[i] = malloc(left + left / 255 + 2);
		len[i] = 0;
		p = txt[i];
		do {
			k = left < 255 ? left : 255;
			flat[i][len[i]] = (unsigned char)k;
			memcpy(flat[i] + len[i] + 1, p, k);
			len[i] += 1 + (int)k;
			p += k;
			left -= k;
		} while (left > 0);
		data[i] = flat[i];
	}
	rptrecord_init(&r, "example.com");
	if (!rptrecord_want(&r, &q))
		exit(111);
	rptrecord_answer(&r, &a);
}

/* what came of it, as text */
static const char *
said(void)
{
	static char text[8000];
	size_t n = 0, i;

	switch (r.state) {
	case RPTRECORD_LOST: return "lost";
	case RPTRECORD_NONE: return "none";
	case RPTRECORD_MALFORMED:
		snprintf(text, sizeof text, "malformed: %s", r.why);
		return text;
	case RPTRECORD_FOUND: break;
	}
	text[0] = '\0';
	for (i = 0; i < r.n_rua; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s",
		    i > 0 ? " " : "", r.rua[i].https ? "post " : "mail ",
		    r.rua[i].text);
	return text;
}

static const struct {
	const char *txt[3];
	const char *want;
} cases[] = {
	/* the two of RFC 8460 section 3.1 */
	{ { "v=TLSRPTv1;rua=mailto:reports@example.com" },
	    "mail reports@example.com" },
	{ { "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt" },
	    "post https://reporting.example.com/v1/tlsrpt" },
	{ { "v=TLSRPTv1; rua=mailto:a@b.example , https://c.example/" },
	    "mail a@b.example post https://c.example/" },
	{ { "v=TLSRPTv1 ;\trua=mailto:a@b.example ; " }, "mail a@b.example" },
	{ { "v=TLSRPTv1;x-y.z=1;rua=mailto:a@b.example;new=word" },
	    "mail a@b.example" },
	{ { "v=TLSRPTv1;rua=mailto:%61@b.example?subject=x" },
	    "mail a@b.example" },
	{ { "v=TLSRPTv1;rua=HTTPS://A.example/%2C?a=b" },
	    "post HTTPS://A.example/%2C?a=b" },
	/* of these kinds no others, and none that is none */
	{ { "v=TLSRPTv1;rua=http://a.example/,mailto:nobody,ftp:x" }, "" },
	{ { "v=TLSRPTv1;rua=mailto:a@[192.0.2.1],https://" }, "" },
	{ { "v=TLSRPTv1;rua=mailto:a@b.example%0aX,mailto:a@c.example" },
	    "mail a@c.example" },
	{ { "v=TLSRPTv1;rua=https://a.example/\x7f,https://a.example/ b" },
	    "" },
	/* others beside it do not count; two are none */
	{ { "v=spf1 -all", "v=TLSRPTv1;rua=mailto:a@b.example", "x" },
	    "mail a@b.example" },
	{ { "v=TLSRPTv1;rua=mailto:a@b.example", "v=TLSRPTv1;rua=mailto:c@d" },
	    "none" },
	{ { "v=TLSRPTv2;rua=mailto:a@b.example" }, "none" },
	{ { "v=tlsrptv1;rua=mailto:a@b.example" }, "none" },
	{ { "v=TLSRPTv11;rua=mailto:a@b.example" }, "none" },
	{ { " v=TLSRPTv1;rua=mailto:a@b.example" }, "none" },
	{ { "" }, "none" },
	{ { "v=TLSRPTv1" }, "malformed: no rua=" },
	{ { "v=TLSRPTv1;" }, "malformed: no rua=" },
	{ { "v=TLSRPTv1;ru=mailto:a@b.example" }, "malformed: no rua=" },
	{ { "v=TLSRPTv1;RUA=mailto:a@b.example" }, "malformed: no rua=" },
	{ { "v=TLSRPTv1;rua" }, "malformed: a field without =" },
	{ { "v=TLSRPTv1;;rua=mailto:a@b.example" },
	    "malformed: a field without =" },
	{ { "v=TLSRPTv1;=x;rua=mailto:a@b.example" },
	    "malformed: a field with no name" },
	{ { "v=TLSRPTv1;r ua=x" }, "malformed: a field with no name" },
	{ { "v=TLSRPTv1;rua=mailto:a@b.example,," },
	    "malformed: an empty address" },
	{ { "v=TLSRPTv1;rua=" }, "malformed: an empty address" },
	{ { "v=TLSRPTv1;rua=mailto:a@b.example;rua=mailto:c@d.example" },
	    "malformed: two rua=" },
};

static void
check_question(void)
{
	static char name[254];
	struct dnsq q;

	rptrecord_init(&r, "example.com");
	ok(rptrecord_want(&r, &q) == 1 && q.type == DNSQ_TXT, "a question");
	is_str(q.name, "_smtp._tls.example.com", "its name");
	ok(rptrecord_want(&r, &q) == 0, "is the only one");
	ok(r.state == RPTRECORD_LOST, "without an answer it is lost");
	memset(name, 'x', 253);
	name[63] = name[127] = name[191] = '.';
	rptrecord_init(&r, name);
	ok(rptrecord_want(&r, &q) == 0 && r.state == RPTRECORD_NONE,
	    "there is no room for one");
}

static void
check_limits(void)
{
	static char text[RPT_RECORD_MAX + 3];
	const char *const txt[] = { text };
	size_t n, i;

	n = (size_t)snprintf(text, sizeof text, "v=TLSRPTv1;rua=");
	for (i = 0; i <= RPT_RUA_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		    "%smailto:a%zu@b.example", i > 0 ? "," : "", i);
	ask(txt, 1, DNSA_OK);
	ok(r.n_rua == RPT_RUA_MAX && strcmp(r.rua[9].text, "a9@b.example") == 0,
	    "ten addresses, the eleventh is left out");
	n += (size_t)snprintf(text + n, sizeof text - n, ";x=");
	memset(text + n, 'x', RPT_RECORD_MAX - n);
	text[RPT_RECORD_MAX] = '\0';
	ask(txt, 1, DNSA_OK);
	ok(r.state == RPTRECORD_FOUND && r.n_rua == 10, "4096 bytes");
	text[RPT_RECORD_MAX] = 'x';
	ask(txt, 1, DNSA_OK);
	is_str(said(), "malformed: longer than 4096 bytes", "one more");
}

int
main(void)
{
	unsigned i, n;

	check_question();
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (n = 0; n < 3 && cases[i].txt[n] != NULL; n++)
			;
		ask(cases[i].txt, n, DNSA_OK);
		is_str(said(), cases[i].want, cases[i].txt[n - 1]);
	}
	check_limits();
	ask(NULL, 0, DNSA_FAILED);
	is_str(said(), "lost", "no answer");
	ask(NULL, 0, DNSA_NXDOMAIN);
	is_str(said(), "none", "no such name");
	ask(NULL, 0, DNSA_NONE);
	is_str(said(), "none", "no TXT");
	return done();
}
