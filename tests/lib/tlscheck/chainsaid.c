/* tlscheck/chainsaid: lines of a certificate, and of what the DNS says */
#include "tlscheck/chainsaid.h"
#include "../tlskeys.h"
#include "base/base64.h"
#include "pkidir.h"
#include "tap.h"
#include "tls/anchors.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static char said[16384];
static unsigned char der[2][8192];
static struct tls_chain chain;

static void
hear(void *arg, enum dnscheck_grade g, const char *subject, const char *text)
{
	size_t n = strlen(said);

	(void)arg;
	snprintf(said + n, sizeof said - n, "%s %s: %s\n", dnscheck_word(g),
	    subject, text);
}

static const struct dnscheck_report report = { hear, NULL };

static const char *
say(const struct chainsaid *c)
{
	said[0] = '\0';
	chainsaid(c, "EC", &chain);
	return said;
}

static int
has(const char *line)
{
	int yes = strstr(said, line) != NULL;

	if (!yes)
		printf("# %s\n", said);
	return yes;
}

static void
load(unsigned i, const char *base64)
{
	chain.cert[i] = der[i];
	chain.len[i] =
	    (size_t)base64_get(base64, strlen(base64), der[i], sizeof der[i]);
	chain.n = i + 1;
}

static void
lines(struct chainsaid *c)
{
	load(0, ec_crt);
	say(c);
	ok(has(" w EC certificate: P-256, for ec.example"), "names");
	ok(has(" w EC pins: cert:") && has(" key:"), "pins");
	ok(has("warning w EC verdict: self-signed: "), "a verdict");
	ok(has("good w EC chain: 1 certificate, in order"), "alone");
	ok(strstr(said, "EC TLSA") == NULL, "no name, no TLSA");
	c->host = "other.example";
	load(1, rsa_crt);
	say(c);
	ok(has("warning w EC chain: certificate 2 is not the issuer"),
	    "another behind it");
	chain.len[0]--;
	say(c);
	ok(has("bad w EC verdict: malformed: "), "cut");
	chain.n = 0;
	chain.over = 1;
	say(c);
	ok(has("bad w EC verdict: too-large: "), "longer than is kept");
	chain.over = 0;
	load(0, ec_crt);
}

static void
dates(struct chainsaid *c)
{
	struct tls_demand any = { .mode = TLS_ANY };
	struct tls_judged j;

	verify_chain(&chain, &any, NULL, 0, &j);
	c->now_s = j.until_s - CHAINSAID_ENDS_S;
	say(c);
	ok(has("good w EC certificate: ") && strstr(said, "renew it\n") == NULL,
	    "14 days are left");
	c->now_s++;
	say(c);
	ok(has("warning w EC certificate: ") && has(": renew it\n"),
	    "a second less");
	c->now_s = j.until_s + 1;
	say(c);
	ok(has(": it has ended, renew it\n"), "none");
}

static void
tlsa(struct chainsaid *c)
{
	struct tlsaset set = { .n = 1,
		.r = {
		    { .usage = 3, .selector = 1, .matching = 1, .len = 32 } } };
	const char *hex;
	unsigned i, v;

	c->dns = CHAINSAID_NO_RECORD;
	say(c);
	ok(has("good w EC TLSA: it would fit: _25._tcp.other.example. TLSA 3 1 "
	       "1 "),
	    "what would fit");
	hex = strstr(said, "TLSA 3 1 1 ") + 11;
	for (i = 0; i < 32 && sscanf(hex + 2 * i, "%2x", &v) == 1; i++)
		set.r[0].digest[i] = (unsigned char)v;
	c->dns = CHAINSAID_SIGNED;
	c->tlsa = &set;
	say(c);
	ok(has("good w EC TLSA: dane-ee: a record fits"), "fits");
	set.r[0].digest[0] ^= 1;
	say(c);
	ok(has("bad w EC TLSA: tlsa: no TLSA record fits: "), "not another");
	ok(has("publish _25._tcp.other.example. TLSA 3 1 1 "), "and which");
	set.n = 0;
	said[0] = '\0';
	chainsaid_dns(c);
	ok(has("warning w TLSA: no record of usage 2 or 3"), "none for SMTP");
}

static void
dns(struct chainsaid *c)
{
	static const struct {
		enum chainsaid_dns how;
		const char *line;
	} cases[] = {
		{ CHAINSAID_NO_RECORD, "good w TLSA: no record\n" },
		{ CHAINSAID_UNSIGNED, "warning w TLSA: there are records" },
		{ CHAINSAID_BOGUS, "bad w TLSA: the answer is forged" },
		{ CHAINSAID_NO_ANSWER, "warning w TLSA: the DNS did not" },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		said[0] = '\0';
		c->dns = cases[i].how;
		chainsaid_dns(c);
		ok(has(cases[i].line), cases[i].line);
	}
	said[0] = '\0';
	c->dns = CHAINSAID_NOT_ASKED;
	chainsaid_dns(c);
	is_str(said, "", "not asked, nothing said");
}

/* names that a certificate may have, and a terminal does not want */
static const char *
long_names(void)
{
	static char lines[8192];
	char label[64] = "", *p = lines;
	unsigned i;

	memset(label, 'x', 60);
	p += sprintf(p,
	    "root ca=1\nedca key=ed25519 ca=1 issuer=root\n"
	    "undered issuer=edca names=ec.example\n"
	    "ed key=ed25519 issuer=root names=ec.example\n"
	    "many issuer=root until=5d names=");
	for (i = 0; i < 12; i++)
		p += sprintf(p, "%s%02u.%s.%s.example", i == 0 ? "" : ",", i,
		    label, label);
	p += sprintf(p, "\nlong issuer=root until=5d names=");
	for (i = 0; i < 60; i++)
		p += sprintf(p, "%s.", label);
	sprintf(p, "example\n");
	return lines;
}

static void
load_made(unsigned i, const char *file)
{
	char *p = pkidir_text(file, &chain.len[i]);

	memcpy(der[i], p, chain.len[i]);
	free(p);
	chain.cert[i] = der[i];
	chain.n = i + 1;
}

static void
made(struct chainsaid *c)
{
	struct anchors_told told;
	struct anchors *a;
	char *text;
	size_t n;

	pkidir_make(long_names());
	text = pkidir_text("root.crt", &n);
	c->anchors = a = anchors_parse(text, n, &told);
	free(text);
	c->now_s = time(NULL);
	load_made(0, "undered.der");
	load_made(1, "edca.der");
	say(c);
	ok(has("warning w EC verdict: unsupported: "), "an issuer's key");
	chain.n = 1;
	load_made(0, "ed.der");
	say(c);
	ok(has("bad w EC verdict: unsupported: "), "its own");
	load_made(0, "many.der");
	say(c);
	ok(has(": renew it\n"), "long names, and what is to be done");
	ok(has(" for 00.xxx") && has(" and 6 more, from 2"), "some of them");
	load_made(0, "long.der");
	say(c);
	ok(has(": renew it\n"), "one that is no name");
	ok(has("xxx..., from 2"), "and cut");
	anchors_drop(a);
	c->anchors = NULL;
	pkidir_remove();
}

int
main(void)
{
	struct chainsaid c = { .where = "w",
		.host = "ec.example",
		.port = 25,
		.now_s = 1790000000,
		.report = &report };

	lines(&c);
	dates(&c);
	tlsa(&c);
	dns(&c);
	made(&c);
	return done();
}
