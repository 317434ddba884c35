/* signature fields, tag by tag (RFC 6376 section 3.5, RFC 8617 section 4.1) */
#include "dkim/sig.h"
#include "tap.h"

enum { NOW = 1000000 };
#define BH "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define BASE "a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=from; s=sel"
#define DKIM "v=1; " BASE

static enum dkim_result
parse(struct dkimsig *s, enum dkimsig_kind kind, const char *value,
    const char **why)
{
	static char raw[20000];
	struct header_field f;
	const char *p = raw;

	snprintf(raw, sizeof raw, "DKIM-Signature: %s\n", value);
	if (header_next(&p, raw + strlen(raw), &f) != HEADER_FIELD)
		return DKIM_TEMPERROR;
	return dkimsig_parse(s, kind, &f, NOW, why);
}

static const struct {
	const char *value;
	enum dkim_result result;
	const char *why;
} cases[] = {
	{ DKIM, DKIM_PASS, "" },
	{ DKIM ";", DKIM_PASS, "" },
	{ DKIM "; unknown=tag; w=", DKIM_PASS, "" },
	{ "v = 1 ;\n a =\trsa-sha256; b = A A\n\tA A ;" BH
	  " ; d\n = example.com\n ; h = from : \n to ; s= sel ",
	    DKIM_PASS, "" },
	{ "", DKIM_NEUTRAL, "no v=" },
	{ "v=1; v=1; " BASE, DKIM_NEUTRAL, "no list of tags" },
	{ DKIM "; x", DKIM_NEUTRAL, "no list of tags" },
	{ BASE, DKIM_NEUTRAL, "no v=" },
	{ "v=0.5; " BASE, DKIM_NEUTRAL, "v= is no known version" },
	{ "v=2; " BASE, DKIM_NEUTRAL, "v= is no known version" },
	{ "v=; " BASE, DKIM_NEUTRAL, "v= is no known version" },
	{ "v=1; b=AAAA; " BH "; d=example.com; h=from; s=sel", DKIM_NEUTRAL,
	    "no a=" },
	{ "v=1; a=rsa-sha256; " BH "; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "no b=" },
	{ "v=1; a=rsa-sha256; b=AAAA; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "no bh=" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; h=from; s=sel", DKIM_NEUTRAL,
	    "no d=" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; s=sel",
	    DKIM_NEUTRAL, "no h=" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=from",
	    DKIM_NEUTRAL, "no s=" },
	{ "v=1; a=rsa-md5; b=AAAA; " BH "; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "a= is no known algorithm" },
	{ "v=1; a=RSA-SHA1; b=AAAA; " BH "; d=example.com; h=from; s=sel",
	    DKIM_PASS, "" },
	{ "v=1; a=Ed25519-Sha256; b=AAAA; " BH "; d=example.com; h=from;"
	  " s=sel",
	    DKIM_PASS, "" },
	{ "v=1; a=rsa-sha256; b=!; " BH "; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "b= is no base64" },
	{ "v=1; a=rsa-sha256; b=; " BH "; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "b= is no base64" },
	{ "v=1; a=rsa-sha256; b=AAAA; bh=?; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "bh= is no base64" },
	{ "v=1; a=rsa-sha256; b=AAAA; bh=; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "bh= is no base64" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=com; h=from; s=sel",
	    DKIM_NEUTRAL, "d= is no domain" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example..com; h=from; s=sel",
	    DKIM_NEUTRAL, "d= is no domain" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=; h=from; s=sel", DKIM_NEUTRAL,
	    "d= is no domain" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example .com; h=from; s=sel",
	    DKIM_NEUTRAL, "d= is no domain" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=from; s=",
	    DKIM_NEUTRAL, "s= is no selector" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=from;"
	  " s=a.b_c",
	    DKIM_PASS, "" },
	/* c= */
	{ DKIM "; c=simple", DKIM_PASS, "" },
	{ DKIM "; c=Relaxed/SIMPLE", DKIM_PASS, "" },
	{ DKIM "; c=", DKIM_NEUTRAL, "c= is no known canonicalization" },
	{ DKIM "; c=nofws", DKIM_NEUTRAL, "c= is no known canonicalization" },
	{ DKIM "; c=relaxed/", DKIM_NEUTRAL,
	    "c= is no known canonicalization" },
	{ DKIM "; c=relaxed/relaxed/relaxed", DKIM_NEUTRAL,
	    "c= is no known canonicalization" },
	/* h= */
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=to; s=sel",
	    DKIM_PERMERROR, "From is not signed" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=; s=sel",
	    DKIM_NEUTRAL, "h= is no list of names" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=to::FROM;"
	  " s=sel",
	    DKIM_NEUTRAL, "h= is no list of names" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=to:a b:from;"
	  " s=sel",
	    DKIM_NEUTRAL, "h= is no list of names" },
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=to : FROM;"
	  " s=sel",
	    DKIM_PASS, "" },
	/* i= */
	{ DKIM "; i=@example.com", DKIM_PASS, "" },
	{ DKIM "; i=a@b.EXAMPLE.com", DKIM_PASS, "" },
	{ DKIM "; i=a=40example.com", DKIM_PASS, "" },
	{ DKIM "; i=\"a@b\"@example.com", DKIM_PASS, "" },
	{ DKIM "; i=example.com", DKIM_NEUTRAL, "i= has no domain" },
	{ DKIM "; i=", DKIM_NEUTRAL, "i= has no domain" },
	{ DKIM "; i=a@", DKIM_NEUTRAL, "i= is not within d=" },
	{ DKIM "; i=a@example.org", DKIM_NEUTRAL, "i= is not within d=" },
	{ DKIM "; i=a@notexample.com", DKIM_NEUTRAL, "i= is not within d=" },
	{ DKIM "; i=a@com", DKIM_NEUTRAL, "i= is not within d=" },
	/* l=, q= */
	{ DKIM "; l=0", DKIM_PASS, "" },
	{ DKIM "; l=99999999999999999999999999999999", DKIM_PASS, "" },
	{ DKIM "; l=", DKIM_NEUTRAL, "l= is no number" },
	{ DKIM "; l=-1", DKIM_NEUTRAL, "l= is no number" },
	{ DKIM "; l=1 2", DKIM_NEUTRAL, "l= is no number" },
	{ DKIM "; q=dns/txt", DKIM_PASS, "" },
	{ DKIM "; q=x/y : DNS/TXT", DKIM_PASS, "" },
	{ DKIM "; q=x/y", DKIM_NEUTRAL, "q= has no known query method" },
	{ DKIM "; q=dns", DKIM_NEUTRAL, "q= has no known query method" },
	/* t=, x=: now is 1000000 */
	{ DKIM "; t=1000300", DKIM_PASS, "" },
	{ DKIM "; t=1000301", DKIM_FAIL, "t= is in the future" },
	{ DKIM "; t=99999999999999999999999", DKIM_FAIL,
	    "t= is in the future" },
	{ DKIM "; t=", DKIM_NEUTRAL, "t= is no time" },
	{ DKIM "; t=x", DKIM_NEUTRAL, "t= is no time" },
	{ DKIM "; x=1000000", DKIM_PASS, "" },
	{ DKIM "; x=999999", DKIM_FAIL, "expired" },
	{ DKIM "; x=-1", DKIM_NEUTRAL, "x= is no time" },
	{ DKIM "; t=5; x=5", DKIM_NEUTRAL, "x= is not after t=" },
	{ DKIM "; t=5; x=4", DKIM_NEUTRAL, "x= is not after t=" },
	{ DKIM "; t=5; x=6", DKIM_FAIL, "expired" },
	{ DKIM "; t=5; x=99999999999999999999999", DKIM_PASS, "" },
	/* what is wrong with the field comes before what is wrong with time */
	{ "v=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=to; s=sel; x=1",
	    DKIM_PERMERROR, "From is not signed" },
};

static const struct {
	enum dkimsig_kind kind;
	const char *value;
	enum dkim_result result;
	const char *why;
} chain[] = {
	{ DKIMSIG_AMS, "i=1; " BASE, DKIM_PASS, "" },
	{ DKIMSIG_AMS, "i=1; v=7; " BASE, DKIM_PASS, "" },
	{ DKIMSIG_AMS, BASE, DKIM_NEUTRAL, "no i=" },
	{ DKIMSIG_AMS, "i=0; " BASE, DKIM_NEUTRAL, "i= is no instance number" },
	{ DKIMSIG_AMS, "i=100; " BASE, DKIM_NEUTRAL,
	    "i= is no instance number" },
	{ DKIMSIG_AMS, "i=a; " BASE, DKIM_NEUTRAL, "i= is no instance number" },
	{ DKIMSIG_AMS,
	    "i=1; a=rsa-sha1; b=AAAA; " BH "; d=example.com; h=from; s=sel",
	    DKIM_NEUTRAL, "rsa-sha1 cannot be used for ARC" },
	{ DKIMSIG_AMS,
	    "i=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=to:; s=sel",
	    DKIM_PASS, "" },
	{ DKIMSIG_AMS,
	    "i=1; a=rsa-sha256; b=AAAA; " BH "; d=example.com; h=; s=sel",
	    DKIM_PASS, "" },
	{ DKIMSIG_AMS,
	    "i=1; a=rsa-sha256; b=AAAA; " BH
	    "; d=example.com; h=from:ARC-Seal; s=sel",
	    DKIM_NEUTRAL, "h= has ARC-Seal" },
	{ DKIMSIG_AMS, "i=1; x=5; " BASE, DKIM_FAIL, "expired" },
	{ DKIMSIG_AS,
	    "i=1; cv=none; a=rsa-sha256; b=AAAA; d=example.com;"
	    " s=sel",
	    DKIM_PASS, "" },
	{ DKIMSIG_AS,
	    "i=2; cv=PASS; a=ed25519-sha256; b=AAAA; d=example.com;"
	    " s=sel; bh=?; c=simple; l=x; q=x; x=1; w=2",
	    DKIM_PASS, "" },
	{ DKIMSIG_AS, "i=1; a=rsa-sha256; b=AAAA; d=example.com; s=sel",
	    DKIM_NEUTRAL, "no cv=" },
	{ DKIMSIG_AS, "i=1; cv=; a=rsa-sha256; b=AAAA; d=example.com; s=sel",
	    DKIM_NEUTRAL, "cv= is no known result" },
	{ DKIMSIG_AS,
	    "i=1; cv=none; a=rsa-sha256; b=AAAA; d=example.com;"
	    " s=sel; h=from",
	    DKIM_NEUTRAL, "h= in a seal" },
	{ DKIMSIG_AS,
	    "i=1; cv=none; a=rsa-sha256; b=AAAA; d=example.com;"
	    " s=sel; t=never",
	    DKIM_NEUTRAL, "t= is no time" },
};

static void
is_result(enum dkim_result got, enum dkim_result want, const char *why,
    const char *want_why, const char *value)
{
	char name[120];

	snprintf(name, sizeof name, "%.110s", value);
	if (got == DKIM_PASS)
		why = "";
	if (!ok(got == want && strcmp(why, want_why) == 0, name))
		printf("# got %d %s, want %d %s\n", got, why, want, want_why);
}

/* what is taken out where b= is, canonical */
static void
test_self(const char *field, const char *simple, const char *relaxed)
{
	struct header_field f;
	struct buf b = { 0 };
	const char *p = field, *why;
	struct dkimsig s;
	int form;

	header_next(&p, field + strlen(field), &f);
	dkimsig_parse(&s, DKIMSIG_DKIM, &f, NOW, &why);
	for (form = CANON_SIMPLE; form <= CANON_RELAXED; form++) {
		s.header = form;
		buf_clear(&b);
		dkimsig_self(&b, &s);
		buf_putc(&b, '\0');
		is_str(buf_data(&b), form == CANON_SIMPLE ? simple : relaxed,
		    field);
	}
	buf_free(&b);
}

static void
test_limits(void)
{
	static char value[20000];
	struct dkimsig s;
	const char *why;
	unsigned i, k;
	size_t n;

	for (k = 0; k < 2; k++) {
		n = snprintf(value, sizeof value,
		    "v=1; a=rsa-sha256; b=AAAA; " BH
		    "; d=example.com; s=sel; h=from");
		for (i = 1; i < DKIMSIG_NAMES_MAX + k; i++)
			n += snprintf(value + n, sizeof value - n, ":x%u", i);
		is_num(parse(&s, DKIMSIG_DKIM, value, &why),
		    k == 0 ? DKIM_PASS : DKIM_POLICY,
		    k == 0 ? "500 names" : "501 names");
		n = snprintf(value, sizeof value, DKIM "; i=");
		memset(value + n, 'a', DKIMSIG_IDENTITY_MAX - 12 + k);
		n += DKIMSIG_IDENTITY_MAX - 12 + k;
		snprintf(value + n, sizeof value - n, "@example.com");
		is_num(parse(&s, DKIMSIG_DKIM, value, &why),
		    k == 0 ? DKIM_PASS : DKIM_NEUTRAL,
		    k == 0 ? "i= of 1000 bytes" : "of 1001 bytes");
	}
}

static void
test_question(const char *d, const char *sel, const char *want)
{
	struct dkimsig s = { .domain = d,
		.domain_len = strlen(d),
		.selector = sel,
		.selector_len = strlen(sel) };
	struct dnsq q;

	is_str(dkimsig_question(&s, &q) == 0 ? q.name : "none", want, d);
}

static void
test_slices(void)
{
	struct dkimsig s;
	const char *why;
	unsigned char out[8];

	parse(&s, DKIMSIG_DKIM, DKIM "; l=12; c=relaxed; i=a@b.example.com",
	    &why);
	ok(s.domain_len == 11 && memcmp(s.domain, "example.com", 11) == 0,
	    "domain");
	ok(s.selector_len == 3 && memcmp(s.selector, "sel", 3) == 0,
	    "selector");
	ok(s.identity_len == 15, "identity");
	ok(s.header == CANON_RELAXED && s.body == CANON_SIMPLE, "c=relaxed");
	ok(s.limit == 12 && s.below && s.bh_len == 32, "l=, i=, bh=");
	is_num(dkimsig_bytes(&s, out, sizeof out), 3, "b=");
	is_num(dkimsig_bytes(&s, out, 2), -1, "in too little room");
	parse(&s, DKIMSIG_DKIM, DKIM, &why);
	ok(s.limit == UINT64_MAX && !s.below && s.identity_len == 0 &&
		*s.identity == '\0' && s.header == CANON_SIMPLE &&
		s.body == CANON_SIMPLE,
	    "what is not there");
	parse(&s, DKIMSIG_DKIM,
	    "v=1; a=rsa-sha256; b=AAAA; bh=AAAA; "
	    "d=example.com; h=from; s=sel",
	    &why);
	is_num(s.bh_len, 0, "a hash of another length");
	is_num(parse(&s, DKIMSIG_DKIM, "v=1; d=example.com; s=sel; ?", &why),
	    DKIM_NEUTRAL, "no list of tags");
	ok(s.domain_len == 11 && s.selector_len == 3, "its domain is known");
}

int
main(void)
{
	enum dkim_result r;
	const char *why;
	struct dkimsig s;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		r = parse(&s, DKIMSIG_DKIM, cases[i].value, &why);
		is_result(r, cases[i].result, why, cases[i].why,
		    cases[i].value);
	}
	for (i = 0; i < sizeof chain / sizeof chain[0]; i++) {
		r = parse(&s, chain[i].kind, chain[i].value, &why);
		is_result(r, chain[i].result, why, chain[i].why,
		    chain[i].value);
	}
	test_limits();
	test_slices();
	test_question("example.com", "a.b", "a.b._domainkey.example.com");
	test_question("b\303\274cher.example", "\303\274",
	    "xn--tda._domainkey.xn--bcher-kva.example");
	test_question("\377.example", "s", "none");
	test_self("A: d=x;b=AAAA\n", "A: d=x;b=", "a:d=x;b=");
	test_self("A: d=x;b=AAAA", "A: d=x;b=", "a:d=x;b=");
	test_self("A: b=AAAA;d=x\n", "A: b=;d=x", "a:b=;d=x");
	test_self("A: d=x; b = AA\n\tAA ; c=y\n", "A: d=x; b =; c=y",
	    "a:d=x; b =; c=y");
	test_self("A: bh=b=; b=AAAA; x=b=\n",
	    "A: bh=b=; b=; x=b=", "a:bh=b=; b=; x=b=");
	test_self("A: d=x; b=AA  \n\t \n", "A: d=x; b=", "a:d=x; b=");
	test_self("A: d=x\n", "A: d=x", "a:d=x");
	return done();
}
