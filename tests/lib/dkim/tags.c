/*
 * The tags of a signature as they are looked at, each with what it makes of
 * the structure; whole fields have their test in sig.c.  RFC 6376 section
 * 3.5, RFC 8617 sections 4.1.2 and 4.1.3.
 */
#include "dkim/tags.h"
#include "tap.h"
#include <stdlib.h>

static struct dkimsig sig;
static struct taglist list;
static const char *why;

static void
slice(const char *name, const char **p, size_t *n)
{
	const struct tag *t = taglist_find(&list, name);

	*p = t == NULL ? "" : t->value;
	*n = t == NULL ? 0 : t->value_len;
}

/* "": nothing against it */
static const char *
look(enum dkimsig_kind kind, const char *text, size_t n)
{
	struct dkimtags r = { &sig, &list, NULL };

	memset(&sig, 0, sizeof sig);
	sig.kind = kind;
	sig.limit = UINT64_MAX;
	if (taglist_parse(&list, text, n) == -1)
		return "no list";
	slice("d", &sig.domain, &sig.domain_len);
	slice("b", &sig.b, &sig.b_len);
	why = dkimtags_read(&r) == 0 ? "" : r.why;
	return why;
}

#define SHA256 "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define SHA1 "bh=uoq1oCgLlTqpdDX/iUbLy7J1Wic="

/* in the order in which they are looked at: as far as they are there, the
 * next is what is missing */
static const struct {
	enum dkimsig_kind kind;
	const char *tag[9], *missing[9];
} orders[] = {
	{ DKIMSIG_DKIM,
	    { "v=1", "d=x.example", "s=s", "a=rsa-sha256", "b=AAAA", SHA256,
		"h=from" },
	    { "no v=", "no d=", "no s=", "no a=", "no b=", "no bh=",
		"no h=" } },
	{ DKIMSIG_AMS,
	    { "d=x.example", "s=s", "a=rsa-sha256", "b=AAAA", SHA256, "h=from",
		"i=1" },
	    { "no d=", "no s=", "no a=", "no b=", "no bh=", "no h=",
		"no i=" } },
	{ DKIMSIG_AS,
	    { "d=x.example", "s=s", "a=rsa-sha256", "b=AAAA", "i=1",
		"cv=none" },
	    { "no d=", "no s=", "no a=", "no b=", "no i=", "no cv=" } },
};

static void
order(void)
{
	char text[400];
	size_t i, k, n;

	for (i = 0; i < sizeof orders / sizeof *orders; i++) {
		text[0] = '\0';
		for (k = 0; orders[i].tag[k] != NULL; k++) {
			n = strlen(text);
			is_str(look(orders[i].kind, text, n),
			    orders[i].missing[k], text);
			snprintf(text + n, sizeof text - n, "%s; ",
			    orders[i].tag[k]);
		}
		is_str(look(orders[i].kind, text, strlen(text)), "", text);
	}
}

/* one tag more than the least, and what it comes to */
static const struct {
	enum dkimsig_kind kind;
	const char *tag, *why;
} more[] = {
	{ DKIMSIG_DKIM, "c=simple", "" },
	{ DKIMSIG_DKIM, "c=Relaxed/SIMPLE", "" },
	{ DKIMSIG_DKIM, "c=relaxed/", "c= is no known canonicalization" },
	{ DKIMSIG_DKIM, "c=/relaxed", "c= is no known canonicalization" },
	{ DKIMSIG_DKIM, "c=", "c= is no known canonicalization" },
	{ DKIMSIG_DKIM, "c=simple/relaxed/simple",
	    "c= is no known canonicalization" },
	{ DKIMSIG_AS, "c=none", "c= is no known canonicalization" },
	{ DKIMSIG_DKIM, "l=0", "" },
	{ DKIMSIG_DKIM, "l=", "l= is no number" },
	{ DKIMSIG_DKIM, "l=-1", "l= is no number" },
	{ DKIMSIG_DKIM, "l=1x", "l= is no number" },
	{ DKIMSIG_AS, "l=x", "" },
	{ DKIMSIG_DKIM, "q=dns/txt", "" },
	{ DKIMSIG_DKIM, "q=x/y : DNS/TXT", "" },
	{ DKIMSIG_DKIM, "q=dns", "q= has no known query method" },
	{ DKIMSIG_DKIM, "q=", "q= has no known query method" },
	{ DKIMSIG_AS, "q=x", "" },
	{ DKIMSIG_DKIM, "i=@x.example", "" },
	{ DKIMSIG_DKIM, "i=a@B.X.Example", "" },
	{ DKIMSIG_DKIM, "i=a", "i= has no domain" },
	{ DKIMSIG_DKIM, "i=a@", "i= is not within d=" },
	{ DKIMSIG_DKIM, "i=a@yx.example", "i= is not within d=" },
	{ DKIMSIG_DKIM, "i=a@example", "i= is not within d=" },
	{ DKIMSIG_DKIM, "i=a@y.example@x.example", "" },
	{ DKIMSIG_DKIM, "cv=x", "" },
	{ DKIMSIG_AMS, "cv=x", "" },
	{ DKIMSIG_AMS, "v=x", "" },
	{ DKIMSIG_AS, "v=x", "" },
	{ DKIMSIG_AS, "h=from", "h= in a seal" },
	{ DKIMSIG_AS, "bh=!", "" },
};

static void
one_more(void)
{
	char text[600];
	size_t i, k, n;

	for (i = 0; i < sizeof more / sizeof *more; i++) {
		for (k = 0; orders[k].kind != more[i].kind; k++)
			;
		n = snprintf(text, sizeof text, "%s", more[i].tag);
		for (size_t j = 0; orders[k].tag[j] != NULL; j++)
			n += snprintf(text + n, sizeof text - n, "; %s",
			    orders[k].tag[j]);
		is_str(look(more[i].kind, text, n), more[i].why, more[i].tag);
	}
}

/* a whole one with these in place of those */
static const char *
with(enum dkimsig_kind kind, const char *a, const char *bh, const char *h,
    const char *rest)
{
	static char text[4000];
	int n = snprintf(text, sizeof text,
	    "%sd=x.example; s=s; b=AAAA; a=%s; %s; h=%s; %s",
	    kind == DKIMSIG_DKIM ? "v=1; " : "", a, bh, h, rest);

	return look(kind, text, n);
}

static void
made(void)
{
	is_str(with(DKIMSIG_DKIM, "rsa-sha256", SHA256, "from",
		   "c=relaxed/simple; l=12; i=a@y.x.example"),
	    "", "a signature");
	ok(sig.key == DKIMSIG_RSA && sig.hash == PUBKEY_SHA256, "its kind");
	ok(sig.header == CANON_RELAXED && sig.body == CANON_SIMPLE, "c=");
	is_num(sig.bh_len, 32, "bh=");
	ok(sig.bh[0] == 0xe3 && sig.bh[31] == 0x55, "its bytes");
	is_num(sig.limit, 12, "l=");
	is_num(sig.below, 1, "i= is below d=");

	is_str(with(DKIMSIG_DKIM, "RSA-SHA1", SHA1, "from", "i=@x.example"), "",
	    "an old one");
	is_num(sig.hash, PUBKEY_SHA1, "its hash");
	is_num(sig.bh_len, 20, "and its length");
	ok(sig.header == CANON_SIMPLE && sig.body == CANON_SIMPLE, "no c=");
	ok(sig.limit == UINT64_MAX, "no l=");
	is_num(sig.below, 0, "i= is d=");

	is_str(with(DKIMSIG_DKIM, "rsa-sha256", SHA1, "from", "c=relaxed"), "",
	    "a hash of another length");
	is_num(sig.bh_len, 0, "is none");
	ok(sig.header == CANON_RELAXED && sig.body == CANON_SIMPLE,
	    "c= of one word");
	is_str(with(DKIMSIG_DKIM, "ed25519-sha256", SHA256, "from", ""), "",
	    "ed25519");
	is_num(sig.key, DKIMSIG_ED25519, "its kind");
	is_str(with(DKIMSIG_DKIM, "rsa-sha512", SHA256, "from", ""),
	    "a= is no known algorithm", "unknown");

	is_str(with(DKIMSIG_AMS, "rsa-sha256", SHA256, "from", "i=99"), "",
	    "an ARC-Message-Signature");
	is_num(sig.instance, 99, "its number");
	is_str(with(DKIMSIG_AMS, "rsa-sha1", SHA1, "from", "i=1"),
	    "rsa-sha1 cannot be used for ARC", "with an old hash");
}

static void
names(void)
{
	static const char no_list[] = "h= is no list of names";
	const enum dkimsig_kind dkim = DKIMSIG_DKIM, ams = DKIMSIG_AMS;
	const char *a = "rsa-sha256";

	is_str(with(dkim, a, SHA256, " from : to ", ""), "", "names");
	is_str(with(dkim, a, SHA256, "from::to", ""), no_list, "a gap");
	is_str(with(dkim, a, SHA256, "", ""), no_list, "none");
	is_str(with(dkim, a, SHA256, "from:a b", ""), no_list, "a blank");
	is_str(with(dkim, a, SHA256, "from:\303\244", ""), no_list, "8 bits");
	is_str(with(ams, a, SHA256, "from::to:", "i=1"), "", "gaps in ARC");
	is_str(with(ams, a, SHA256, "from:ARC-Seal", "i=1"), "h= has ARC-Seal",
	    "ARC-Seal");
	is_str(with(dkim, a, SHA256, "from:ARC-Seal", ""), "",
	    "which DKIM may sign");
}

static void
instances(void)
{
	static const struct {
		const char *i;
		int good;
	} t[] = { { "1", 1 }, { "09", 1 }, { "50", 1 }, { "99", 1 }, { "0", 0 },
		{ "00", 0 }, { "001", 0 }, { "100", 0 }, { "", 0 }, { "-1", 0 },
		{ "1.", 0 } };
	char rest[20];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(rest, sizeof rest, "i=%s", t[i].i);
		is_str(with(DKIMSIG_AMS, "rsa-sha256", SHA256, "from", rest),
		    t[i].good ? "" : "i= is no instance number", rest);
	}
}

static void
results(void)
{
	static const struct {
		const char *cv, *why;
		enum dkimsig_cv is;
	} t[] = { { "none", "", DKIMSIG_CV_NONE },
		{ "Pass", "", DKIMSIG_CV_PASS },
		{ "FAIL", "", DKIMSIG_CV_FAIL },
		{ "", "cv= is no known result", DKIMSIG_CV_NONE },
		{ "passed", "cv= is no known result", DKIMSIG_CV_NONE } };
	char text[200];
	size_t i;
	int n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		n = snprintf(text, sizeof text,
		    "d=x.example; s=s; a=rsa-sha256; b=AAAA; i=2; cv=%s",
		    t[i].cv);
		is_str(look(DKIMSIG_AS, text, n), t[i].why, text);
		is_num(sig.cv, t[i].is, "cv=");
	}
}

/* of bytes of a hash or a signature, of an identity: at and one above */
static void
limits(void)
{
	enum { BYTES = 2048 }; /* 2048 bytes make 2731 digits and a '=' */
	char text[4200], id[DKIMSIG_IDENTITY_MAX + 20];
	int n;

	for (int over = 0; over < 2; over++) {
		n = snprintf(text, sizeof text,
		    "v=1; d=x.example; s=s; a=rsa-sha256; h=from; " SHA256
		    "; b=");
		memset(text + n, 'A', 2732);
		text[n + 2731] = over ? 'A' : '=';
		is_str(look(DKIMSIG_DKIM, text, n + 2732),
		    over ? "b= is no base64" : "",
		    over ? "one byte more" : "as many bytes as b= may have");
	}
	for (int over = 0; over < 2; over++) {
		memset(id, 'i', sizeof id);
		memcpy(id, "i=", 2);
		n = DKIMSIG_IDENTITY_MAX + over + 2;
		memcpy(id + n - 10, "@x.example", 11);
		is_str(with(DKIMSIG_DKIM, "rsa-sha256", SHA256, "from", id),
		    over ? "i= is too long" : "",
		    over ? "an identity too long" : "a long identity");
	}
}

static void
numbers(void)
{
	static const struct {
		const char *text;
		uint64_t max;
		int good;
		uint64_t is;
	} t[] = { { "0", 10, 1, 0 }, { "10", 10, 1, 10 }, { "11", 10, 1, 10 },
		{ "99999999999999999999999999", 10, 1, 10 },
		{ "000000000000000000000000010", 10, 1, 10 },
		{ "18446744073709551615", UINT64_MAX, 1, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, 1, UINT64_MAX },
		{ "18446744073709551614", UINT64_MAX - 1, 1, UINT64_MAX - 1 },
		{ "5", 5, 1, 5 }, { "6", 5, 1, 5 }, { "", 10, 0, 7 },
		{ "-1", 10, 0, 7 }, { "+1", 10, 0, 7 }, { "1 ", 10, 0, 7 },
		{ "0x1", 10, 0, 7 } };
	struct tag tag = { "x", NULL, 1, 0 };
	uint64_t out;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		tag.value = t[i].text;
		tag.value_len = strlen(t[i].text);
		out = 7;
		is_num(dkimtags_number(&tag, t[i].max, &out),
		    t[i].good ? 0 : -1, t[i].text);
		ok(!t[i].good || out == t[i].is, "and its value");
	}
}

/* a list of every length, which ends where its memory does */
static void
every_length(void)
{
	static const char text[] = "a=rsa-sha256;h=from:to;s=s;d=x.example;"
				   "i=a@x.example;c=relaxed/simple;l=10;"
				   "q=dns/txt;" SHA256 ";b=AAAA;v=1";
	size_t n, good = 0;
	char *p;

	for (n = 0; n < sizeof text; n++) {
		p = malloc(n == 0 ? 1 : n);
		memcpy(p, text, n);
		good += *look(DKIMSIG_DKIM, p, n) == '\0';
		free(p);
	}
	is_num(good, 1, "only the whole list is good");
}

int
main(void)
{
	order();
	one_more();
	made();
	names();
	instances();
	results();
	limits();
	numbers();
	every_length();
	return done();
}
