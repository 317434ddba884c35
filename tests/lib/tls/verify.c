/* tls/verify: what is said of chains, good ones and bad ones, and what
 * openssl(1) says of the same */
#include "tls/verify.h"
#include "crypt/digest.h"
#include "pkidir.h"
#include "tap.h"
#include "tls/anchors.h"
#include "tls/certparts.h"
#include <fcntl.h>
#include <time.h>

static const char made[] =
    "root ca=1 key=rsa2048\n"
    "mid ca=1 issuer=root pathlen=0 from=-30d\n"
    "good issuer=mid names=mail.example.org,*.example.net\n"
    "root2 ca=1\n"
    "cross ca=1 issuer=root2 key==mid cn=mid\n"
    "none ca=1\n"
    "stray ca=1 issuer=none key==mid cn=mid\n"
    "direct issuer=root names=mail.example.org\n"
    "rsa key=rsa2048 issuer=mid names=mail.example.org\n"
    "big key=rsa4096 issuer=root names=mail.example.org\n"
    "small key=rsa1024 issuer=mid names=mail.example.org\n"
    "smallmid key=rsa1024 ca=1 issuer=root\n"
    "undersmall issuer=smallmid names=mail.example.org\n"
    "old issuer=mid names=mail.example.org from=-9d until=-2d\n"
    "early issuer=mid names=mail.example.org from=2d\n"
    "young ca=1 issuer=root\n"
    "elder issuer=young names=mail.example.org from=-9d\n"
    "oldmid ca=1 issuer=root from=-9d until=-2d\n"
    "underold issuer=oldmid names=mail.example.org\n"
    "oldroot ca=1 from=-9d until=-2d\n"
    "underoldroot issuer=oldroot names=mail.example.org\n"
    "apart issuer=oldmid names=mail.example.org from=-1d\n"
    "self names=mail.example.org\n"
    "selfca ca=1 names=mail.example.org usage=1000011\n"
    "selfold names=mail.example.org from=-9d until=-2d\n"
    "cn issuer=mid cn=mail.example.org\n"
    "other issuer=mid names=www.example.org\n"
    "address issuer=mid ips=192.0.2.1,2001:db8::1\n"
    "nul issuer=mid names=mail.example.org\\x00.evil.example\n"
    "nocn issuer=mid names=mail.example.org cn=\n"
    "sha1 issuer=mid names=mail.example.org hash=sha1\n"
    "sha512 issuer=mid names=mail.example.org hash=sha512\n"
    "sha1mid ca=1 issuer=root hash=sha1\n"
    "undersha1 issuer=sha1mid names=mail.example.org\n"
    "sha1root ca=1 key=rsa2048 hash=sha1\n"
    "undersha1root issuer=sha1root names=mail.example.org\n"
    "wrong issuer=mid names=mail.example.org damage=1\n"
    "wrongmid ca=1 issuer=root damage=1\n"
    "underwrong issuer=wrongmid names=mail.example.org\n"
    "limited ca=1 issuer=root permit=example.org\n"
    "underlimited issuer=limited names=mail.example.org\n"
    "sub ca=1 issuer=mid\n"
    "deep issuer=sub names=mail.example.org\n"
    "noca issuer=root names=mail.example.org\n"
    "undernoca issuer=noca names=mail.example.org\n"
    "nobasic issuer=root ca=none\n"
    "undernobasic issuer=nobasic names=mail.example.org\n"
    "nosign ca=1 issuer=root usage=1\n"
    "undernosign issuer=nosign names=mail.example.org\n"
    "strange issuer=mid names=mail.example.org strange=1\n"
    "client issuer=mid names=mail.example.org purposes=client\n"
    "clientmid ca=1 issuer=root purposes=client\n"
    "underclient issuer=clientmid names=mail.example.org\n"
    "nouse issuer=mid names=mail.example.org purposes=none usage=none\n"
    "p384 key=ec384 hash=sha384 ca=1 issuer=root\n"
    "under384 issuer=p384 hash=sha384 names=mail.example.org\n"
    "p521 key=ec521 hash=sha512 ca=1 issuer=root\n"
    "under521 issuer=p521 hash=sha512 names=mail.example.org\n"
    "ed key=ed25519 issuer=mid names=mail.example.org\n"
    "edca key=ed25519 ca=1 issuer=root\n"
    "undered issuer=edca names=mail.example.org\n"
    "large issuer=root names=mail.example.org size=65000 serial=7\n"
    "a1 ca=1 issuer=root\n"
    "a2 ca=1 issuer=a1\n"
    "a3 ca=1 issuer=a2\n"
    "long issuer=a3 names=mail.example.org\n";

static struct cert {
	char *p;
	size_t n;
	char name[32];
} certs[100];
static size_t n_certs;
static int64_t now_s;

static const struct cert *
cert(const char *name, size_t n)
{
	char file[64];
	struct cert *c;

	for (c = certs; c < certs + n_certs; c++)
		if (strlen(c->name) == n && memcmp(c->name, name, n) == 0)
			return c;
	snprintf(file, sizeof file, "%.*s.der", (int)n, name);
	snprintf(c->name, sizeof c->name, "%.*s", (int)n, name);
	c->p = pkidir_text(file, &c->n);
	n_certs++;
	return c;
}

/* words of a list: each into the chain, "+": more came */
static void
bag(struct tls_chain *chain, const char *words)
{
	const struct cert *c;
	size_t n;

	memset(chain, 0, sizeof *chain);
	for (; *words != '\0'; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (*words == '+') {
			chain->over = 1;
			continue;
		}
		c = cert(words, n);
		chain->cert[chain->n] = (const unsigned char *)c->p;
		chain->len[chain->n++] = c->n;
	}
}

/* a file with these as PEM */
static void
bundle(const char *to, const char *words)
{
	FILE *f = fopen(pkidir_path(to), "w");
	char file[64], *text;
	size_t n, len;

	for (; *words != '\0'; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (*words == '+')
			continue;
		snprintf(file, sizeof file, "%.*s.crt", (int)n, words);
		text = pkidir_text(file, &len);
		fwrite(text, 1, len, f);
		free(text);
	}
	fclose(f);
}

static struct anchors *
anchors(const char *words)
{
	struct anchors_told told;
	struct anchors *a;
	char *text;
	size_t n;

	bundle("anchors", words);
	text = pkidir_text("anchors", &n);
	a = anchors_parse(text, n, &told);
	free(text);
	return a;
}

static void
judge(const char *chain, const struct tls_demand *d, const char *known,
    struct tls_judged *to)
{
	struct anchors *a = anchors(known);
	struct tls_chain c;

	bag(&c, chain);
	verify_chain(&c, d, a, now_s, to);
	anchors_drop(a);
}

/* openssl(1) beside it: 1 good, 0 not */
static int
openssl_says(const char *chain, const char *known, const char *name)
{
	char leaf[64], above[64], roots[64], first[64];
	int status;
	pid_t pid;

	snprintf(first, sizeof first, "%.*s", (int)strcspn(chain, " "), chain);
	bundle("leaf", first);
	bundle("above", chain);
	bundle("anchors", known);
	snprintf(leaf, sizeof leaf, "%s", pkidir_path("leaf"));
	snprintf(above, sizeof above, "%s", pkidir_path("above"));
	snprintf(roots, sizeof roots, "%s", pkidir_path("anchors"));
	fflush(stdout);
	if ((pid = fork()) == 0) {
		dup2(open("/dev/null", O_WRONLY), 1);
		dup2(1, 2);
		execlp("openssl", "openssl", "verify", "-no-CApath",
		    "-no-CAstore", "-partial_chain", "-x509_strict",
		    "-auth_level", "2", "-purpose", "sslserver",
		    "-verify_hostname", name, "-CAfile", roots, "-untrusted",
		    above, leaf, (char *)NULL);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

enum { BOTH, OURS }; /* openssl sees it otherwise, or tries one way only */

static const struct {
	const char *chain, *known, *word, *text;
	int alone;
} cases[] = {
	{ "good mid", "root", "pkix", "", BOTH },
	{ "good mid root", "root", "pkix", "", BOTH },
	{ "good mid", "root2 root", "pkix", "", BOTH },
	{ "good root mid", "root", "pkix", "", BOTH },
	{ "good none root2 root rsa mid mid", "root", "pkix", "", BOTH },
	{ "good cross mid", "root", "pkix", "", OURS },
	{ "good mid cross", "root2", "pkix", "", OURS },
	{ "good stray cross mid", "root", "pkix", "", OURS },
	{ "good stray none cross", "root2", "pkix", "", OURS },
	{ "good stray none", "root", "unknown-ca",
	    "no path to a known authority", BOTH },
	{ "good", "mid", "pkix", "", BOTH },
	{ "good mid", "", "incomplete",
	    "the certificate of an issuer is missing", BOTH },
	{ "good", "root", "incomplete",
	    "the certificate of an issuer is missing", BOTH },
	{ "good +", "root", "too-large", "more certificates than are looked at",
	    BOTH },
	{ "good mid root", "root2", "unknown-ca",
	    "no path to a known authority", BOTH },
	{ "direct", "root", "pkix", "", BOTH },
	{ "rsa mid", "root", "pkix", "", BOTH },
	{ "big", "root", "pkix", "", BOTH },
	{ "small mid", "root", "weak-key", "an RSA key has less than 2048 bits",
	    BOTH },
	{ "undersmall smallmid", "root", "weak-key",
	    "an RSA key has less than 2048 bits", BOTH },
	{ "early mid", "root", "not-yet", NULL, BOTH },
	{ "old mid", "root", "expired", NULL, BOTH },
	{ "underold oldmid", "root", "expired", NULL, BOTH },
	{ "apart oldmid", "root", "expired", NULL, BOTH },
	{ "old", "root", "incomplete",
	    "the certificate of an issuer is missing", BOTH },
	/* an authority is known by its key */
	{ "underoldroot", "oldroot", "pkix", "", OURS },
	{ "self", "root", "self-signed", "signed by itself", BOTH },
	{ "selfold", "root", "self-signed", "signed by itself", BOTH },
	{ "self", "self", "pkix", "", BOTH },
	{ "selfca", "selfca", "pkix", "", BOTH },
	{ "cn mid", "root", "no-san", "certificate has no name", OURS },
	{ "other mid", "root", "name", "certificate is for www.example.org",
	    BOTH },
	{ "address mid", "root", "name",
	    "certificate is for an address and other names", BOTH },
	{ "nul mid", "root", "name",
	    "certificate is for mail.example.org?.evil.example", BOTH },
	{ "nocn mid", "root", "pkix", "", BOTH },
	{ "sha1 mid", "root", "bad-signature",
	    "a signature is wrong, or by SHA-1 or MD5", BOTH },
	{ "sha512 mid", "root", "pkix", "", BOTH },
	{ "undersha1 sha1mid", "root", "bad-signature",
	    "a signature is wrong, or by SHA-1 or MD5", BOTH },
	{ "undersha1root sha1root", "sha1root", "pkix", "", BOTH },
	{ "wrong mid", "root", "bad-signature",
	    "a signature is wrong, or by SHA-1 or MD5", BOTH },
	{ "underwrong wrongmid", "root", "bad-signature",
	    "a signature is wrong, or by SHA-1 or MD5", BOTH },
	{ "underlimited limited", "root", "constraints",
	    "a certificate is not for this use", OURS },
	{ "deep sub mid", "root", "constraints",
	    "a certificate is not for this use", BOTH },
	{ "undernoca noca", "root", "constraints",
	    "a certificate is not for this use", BOTH },
	{ "undernobasic nobasic", "root", "constraints",
	    "a certificate is not for this use", BOTH },
	{ "undernosign nosign", "root", "constraints",
	    "a certificate is not for this use", BOTH },
	{ "strange mid", "root", "constraints",
	    "a certificate is not for this use", BOTH },
	{ "client mid", "root", "constraints",
	    "a certificate is not for this use", BOTH },
	{ "underclient clientmid", "root", "constraints",
	    "a certificate is not for this use", BOTH },
	{ "nouse mid", "root", "pkix", "", BOTH },
	{ "under384 p384", "root", "pkix", "", BOTH },
	{ "under521 p521", "root", "pkix", "", BOTH },
	{ "ed mid", "root", "unsupported",
	    "a kind of key or signature that is not known here", OURS },
	{ "undered edca", "root", "unsupported",
	    "a kind of key or signature that is not known here", OURS },
	{ "large", "root", "pkix", "", BOTH },
	{ "long a1 a3 a2", "root", "pkix", "", BOTH },
	{ "long a3 a1", "root", "incomplete",
	    "the certificate of an issuer is missing", BOTH },
	/* the better of two ways */
	{ "good mid cross", "root2 root", "pkix", "", BOTH },
};

static void
tables(void)
{
	static const char *const names[] = { "mail.example.org" };
	struct tls_demand d = {
		.mode = TLS_PKIX, .names = names, .n_names = 1
	};
	struct tls_judged j;
	char label[128];
	size_t i;
	int good;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(label, sizeof label, "%s / %s", cases[i].chain,
		    cases[i].known);
		judge(cases[i].chain, &d, cases[i].known, &j);
		is_str(verify_word(j.verdict), cases[i].word, label);
		if (cases[i].text != NULL)
			is_str(j.text, cases[i].text, label);
		good = j.verdict == TLS_V_PKIX;
		is_num(verify_allows(&d, j.verdict), good, label);
		is_str(j.matched == NULL ? "" : j.matched, good ? names[0] : "",
		    label);
		if (cases[i].alone == BOTH)
			is_num(openssl_says(cases[i].chain, cases[i].known,
				   names[0]),
			    good, "as openssl sees it");
	}
}

static void
dates(void)
{
	static const char *const names[] = { "mail.example.org" };
	struct tls_demand d = {
		.mode = TLS_PKIX, .names = names, .n_names = 1
	};
	struct certparts p;
	struct tls_judged j;
	struct tm tm;
	time_t at;
	char want[100];

	judge("old mid", &d, "root", &j);
	certparts_read((unsigned char *)cert("old", 3)->p, cert("old", 3)->n,
	    &p);
	at = (time_t)p.until_s;
	gmtime_r(&at, &tm);
	strftime(want, sizeof want, "expired on %Y-%m-%d", &tm);
	is_str(j.text, want, "the day");
	is_num(j.until_s, p.until_s, "the last second");
	now_s = p.until_s;
	judge("old mid", &d, "root", &j);
	is_num(j.verdict, TLS_V_PKIX, "good in its last second");
	now_s = p.until_s + 1;
	judge("old mid", &d, "root", &j);
	is_num(j.verdict, TLS_V_EXPIRED, "and not in the next");
	now_s -= 86400 * 5;
	judge("elder young", &d, "root", &j);
	is_num(j.verdict, TLS_V_NOT_YET, "its issuer is younger");
	ok(strncmp(j.text, "the certificate of an issuer valid from ", 40) == 0,
	    "which is said");
	now_s = time(NULL);
}

/* one more certificate: old with another second in its last minute */
static void
leap(int64_t until_s)
{
	const struct cert *old = cert("old", 3);
	struct cert *c = certs + n_certs++;
	time_t at = (time_t)until_s;
	char utc[16];
	struct tm tm;
	size_t i;

	gmtime_r(&at, &tm);
	strftime(utc, sizeof utc, "%y%m%d%H%M%SZ", &tm);
	snprintf(c->name, sizeof c->name, "leap");
	c->n = old->n;
	c->p = memcpy(malloc(c->n), old->p, c->n);
	for (i = 0; i + 13 <= c->n && memcmp(c->p + i, utc, 13) != 0; i++)
		;
	is_num(i + 13 <= c->n, 1, "it has the time");
	memcpy(c->p + i + 6, "235960", 6);
}

/* a minute of 61 seconds: no clock here has one */
static void
leap_second(void)
{
	static const char *const names[] = { "mail.example.org" };
	struct tls_demand d = {
		.mode = TLS_PKIX, .names = names, .n_names = 1
	};
	struct tls_judged j;

	judge("old mid", &d, "root", &j);
	leap(j.until_s);
	now_s = j.until_s - j.until_s % 86400 + 86400;
	judge("leap mid", &d, "root", &j);
	is_num(j.verdict, TLS_V_MALFORMED, "until the 60th second, and past");
	now_s--;
	judge("leap mid", &d, "root", &j);
	is_num(j.verdict, TLS_V_MALFORMED, "nor just before");
	now_s = time(NULL);
}

/* names */

static enum tls_verdict
named(const char *chain, const char *name)
{
	struct tls_demand d = {
		.mode = TLS_PKIX, .names = &name, .n_names = 1
	};
	struct tls_judged j;

	judge(chain, &d, "root", &j);
	return j.verdict;
}

static void
name_tables(void)
{
	static const char *many[] = { "1.x", "2.x", "3.x", "4.x", "5.x", "6.x",
		"7.x", "mail.example.org", "mail.example.org" };
	struct tls_demand d = {
		.mode = TLS_PKIX, .names = many, .n_names = TLS_NAMES_MAX
	};
	struct tls_judged j;

	is_num(named("good mid", "MAIL.example.ORG"), TLS_V_PKIX, "case");
	is_num(named("good mid", "mx.example.net"), TLS_V_PKIX, "wildcard");
	is_num(named("good mid", "example.net"), TLS_V_NAME, "below only");
	is_num(named("good mid", ".example.org"), TLS_V_PKIX, "a domain");
	is_num(named("good mid", ".example.net"), TLS_V_PKIX, "of a wildcard");
	is_num(named("good mid", ".example.com"), TLS_V_NAME, "another");
	is_num(named("address mid", "192.0.2.1"), TLS_V_PKIX, "an address");
	is_num(named("address mid", "[IPv6:2001:db8::1]"), TLS_V_PKIX,
	    "in brackets");
	is_num(named("address mid", "192.0.2.2"), TLS_V_NAME, "another");
	judge("good mid", &d, "root", &j);
	is_num(j.verdict, TLS_V_PKIX, "the last of eight names");
	ok(j.matched == many[7], "which is told");
	many[7] = "8.x";
	d.n_names++;
	judge("good mid", &d, "root", &j);
	is_num(j.verdict, TLS_V_NAME, "the ninth is not looked at");
	d.n_names = 0;
	judge("good mid", &d, "root", &j);
	is_num(j.verdict, TLS_V_NAME, "no name is none of the names");
}

/* DANE: usage, selector, matching, of a certificate */

static unsigned char sums[4][70000];

static struct tlsa
record(unsigned usage, unsigned selector, unsigned matching, const char *of)
{
	static unsigned at;
	const struct cert *c = cert(of, strlen(of));
	unsigned char *to = sums[at++ % 4];
	struct certparts p;
	struct digest h;
	struct der d;

	certparts_read((unsigned char *)c->p, c->n, &p);
	d = selector == 0 ? p.whole : p.spki;
	if (matching == 0) {
		memcpy(to, d.p, d.n);
	} else if (matching == 1) {
		digest_init(&h);
		digest_add(&h, d.p, d.n);
		digest_end(&h, to);
		d.n = DIGEST_LEN;
	} else {
		digest_sha512(d.p, d.n, to);
		d.n = DIGEST_SHA512_LEN;
	}
	return (struct tlsa){ (unsigned char)usage, (unsigned char)selector,
		(unsigned char)matching, to, d.n };
}

static void
dane(const char *chain, const struct tlsa *t, size_t n, const char *want,
    const char *label)
{
	static const char *const names[] = { "next.example",
		"mail.example.org" };
	static const char *const wrong[] = { "mail.example.org" };
	struct tls_demand d = { .mode = TLS_DANE,
		.names = wrong,
		.n_names = 1,
		.ta_names = names,
		.n_ta_names = 2,
		.tlsa = t,
		.n_tlsa = n };
	struct tls_judged j;

	judge(chain, &d, "root", &j);
	is_str(verify_word(j.verdict), want, label);
	is_num(verify_allows(&d, j.verdict),
	    j.verdict == TLS_V_DANE_EE || j.verdict == TLS_V_DANE_TA, label);
	if (j.verdict == TLS_V_DANE_TA)
		ok(j.matched == names[1], "by this name");
}

static void
dane_ee(void)
{
	struct tlsa t[TLS_TLSA_MAX + 1];
	unsigned s, m, i;

	for (s = 0; s < 2; s++)
		for (m = 0; m < 3; m++) {
			t[0] = record(3, s, m, "good");
			dane("good", t, 1, "dane-ee", "usage 3");
			dane("rsa good", t, 1, "tlsa", "of another");
			t[0].n--;
			dane("good", t, 1, "tlsa", "a byte is missing");
		}
	t[0] = record(3, 1, 1, "old");
	dane("old", t, 1, "dane-ee", "no time, no name");
	t[0] = record(3, 1, 1, "self");
	dane("self", t, 1, "dane-ee", "no authority");
	t[0] = record(3, 1, 1, "ed");
	dane("ed", t, 1, "unsupported", "but a key that is known");
	t[0] = record(3, 2, 1, "good");
	dane("good", t, 1, "tlsa", "an unknown selector");
	t[0] = record(3, 0, 1, "good");
	t[0].matching = 3;
	dane("good", t, 1, "tlsa", "an unknown matching type");
	t[0].matching = 1;
	t[0].usage = 1;
	dane("good mid", t, 1, "tlsa", "usage 1 is not for mail");
	t[0].usage = 7;
	dane("good mid", t, 1, "tlsa", "usage 7");
	dane("good", NULL, 0, "tlsa", "none");
	for (i = 0; i < TLS_TLSA_MAX; i++)
		t[i] = i == 0 ? record(3, 1, 1, "rsa") : t[0];
	t[TLS_TLSA_MAX - 1] = record(3, 1, 1, "good");
	dane("good", t, TLS_TLSA_MAX, "dane-ee", "the last of 100");
	t[TLS_TLSA_MAX] = t[TLS_TLSA_MAX - 1];
	t[TLS_TLSA_MAX - 1] = t[0];
	dane("good", t, TLS_TLSA_MAX + 1, "tlsa", "one more is not looked at");
}

static void
dane_ta(void)
{
	struct tlsa t[2];
	unsigned s, m;

	for (s = 0; s < 2; s++)
		for (m = 0; m < 3; m++) {
			t[0] = record(2, s, m, "mid");
			dane("good mid", t, 1, "dane-ta", "usage 2");
			dane("good", t, 1, "tlsa", "it is not sent");
		}
	t[0] = record(2, 1, 1, "root");
	dane("good root mid", t, 1, "dane-ta", "further up, out of order");
	dane("good mid", t, 1, "tlsa", "known is not sent");
	t[0] = record(2, 1, 1, "good");
	dane("good mid", t, 1, "tlsa", "not the certificate itself");
	t[0] = record(2, 0, 1, "cross");
	dane("good mid cross", t, 1, "dane-ta", "of two with this key");
	t[0] = record(2, 1, 1, "mid");
	dane("old mid", t, 1, "expired", "expired");
	dane("other mid", t, 1, "name", "for another name");
	dane("wrong mid", t, 1, "bad-signature", "signed wrong");
	dane("direct mid", t, 1, "tlsa", "not by this one");
	t[0] = record(2, 1, 1, "oldmid");
	dane("apart oldmid", t, 1, "expired", "the authority has expired");
	t[0] = record(2, 1, 1, "noca");
	dane("undernoca noca", t, 1, "constraints", "it is none");
	t[0] = record(2, 1, 1, "smallmid");
	dane("undersmall smallmid", t, 1, "weak-key", "a weak one");
	t[0] = record(2, 1, 1, "edca");
	dane("undered edca", t, 1, "unsupported", "of an unknown kind");
	t[0] = record(2, 1, 1, "mid");
	dane("deep sub mid", t, 1, "constraints", "a path too long");
	t[1] = record(3, 1, 1, "other");
	dane("other mid", t, 2, "dane-ee", "either will do");
}

static void
fingerprints(void)
{
	unsigned char prints[2][32];
	struct tls_demand d = { .mode = TLS_FINGERPRINT,
		.prints = (const unsigned char(*)[32])prints,
		.n_prints = 2 };
	struct tls_judged j;
	unsigned s;

	memset(prints, 0, sizeof prints);
	judge("self", &d, "root", &j);
	is_num(j.verdict, TLS_V_SELF, "none fits");
	ok(!verify_allows(&d, j.verdict), "not allowed");
	ok(strncmp(j.text, "its key has another fingerprint: ", 33) == 0 &&
		strlen(j.text) == 33 + 64,
	    "the text has it");
	for (s = 0; s < 2; s++) {
		memcpy(prints[1], record(3, s, 1, "self").data, 32);
		judge("self", &d, "root", &j);
		is_num(j.verdict, TLS_V_FINGERPRINT, "it fits");
		ok(verify_allows(&d, j.verdict), "allowed");
	}
}

/* who takes any is told, and goes on */
static void
any(void)
{
	static const struct {
		const char *chain, *word;
		int goes_on;
	} t[] = {
		{ "good mid", "pkix", 1 },
		{ "self", "self-signed", 1 },
		{ "old mid", "expired", 1 },
		{ "small mid", "weak-key", 1 },
		{ "undered edca", "unknown-ca", 1 },
		{ "good +", "unknown-ca", 1 },
		{ "ed mid", "unsupported", 0 },
		{ "+", "too-large", 0 },
		{ "", "malformed", 0 },
	};
	static const char *const names[] = { "mail.example.org" };
	struct tls_demand d = { .names = names, .n_names = 1 };
	struct tls_judged j;
	struct tls_chain c;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		judge(t[i].chain, &d, "root", &j);
		is_str(verify_word(j.verdict), t[i].word, t[i].chain);
		is_num(verify_allows(&d, j.verdict), t[i].goes_on, "goes on");
	}
	bag(&c, "good mid");
	verify_chain(&c, &d, NULL, now_s, &j);
	is_str(verify_word(j.verdict), "", "nothing is known, nothing is said");
	ok(verify_allows(&d, j.verdict), "and nothing follows");
	c.cert[0] = (const unsigned char *)"junk";
	c.len[0] = 4;
	verify_chain(&c, &d, NULL, now_s, &j);
	is_str(verify_word(j.verdict), "malformed", "no certificate");
	c.cert[1] = c.cert[0];
	c.len[1] = c.len[0];
	bag(&c, "good mid");
	c.cert[2] = (const unsigned char *)"junk";
	c.len[2] = 4;
	c.n = 3;
	d.mode = TLS_PKIX;
	{
		struct anchors *a = anchors("root");

		verify_chain(&c, &d, a, now_s, &j);
		is_str(verify_word(j.verdict), "pkix", "junk behind it");
		anchors_drop(a);
	}
}

/* 16 that all have the same name and sign each other: it ends */
static void
knot(const char *kind, const char *known, double most_ms)
{
	char lines[4096], words[256], name[16], key[16];
	static const char *const names[] = { "mail.example.org" };
	struct tls_demand d = {
		.mode = TLS_PKIX, .names = names, .n_names = 1
	};
	struct timespec a, b;
	struct tls_judged j;
	struct tls_chain c;
	struct anchors *roots = anchors(known);
	size_t n = 0, w = 0;
	double ms;
	int i;

	snprintf(key, sizeof key, "%s", kind);
	for (i = 0; i < 16; i++) {
		n += (size_t)snprintf(lines + n, sizeof lines - n,
		    "%s%02d ca=1 cn=root key=%s names=mail.example.org "
		    "usage=1000011\n",
		    kind, i, key);
		snprintf(key, sizeof key, "=%s00", kind);
		snprintf(name, sizeof name, "%s%02d ", kind, i);
		w += (size_t)snprintf(words + w, sizeof words - w, "%s", name);
	}
	words[w - 1] = '\0';
	pkidir_add(lines);
	bag(&c, words);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	verify_chain(&c, &d, roots, now_s, &j);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	ms = (double)(b.tv_sec - a.tv_sec) * 1e3 +
	    (double)(b.tv_nsec - a.tv_nsec) / 1e6;
	printf("# %s: %.1f ms, %s\n", kind, ms, verify_word(j.verdict));
	ok(j.verdict != TLS_V_PKIX, "a knot is not good");
	ok(ms < most_ms, "and costs what is bounded");
	anchors_drop(roots);
}

static void
words(void)
{
	static const char *const all[] = { "", "pkix", "dane-ee", "dane-ta",
		"fingerprint", "self-signed", "unknown-ca", "incomplete",
		"expired", "not-yet", "name", "no-san", "weak-key",
		"bad-signature", "constraints", "tlsa", "too-large",
		"malformed", "unsupported" };
	unsigned i;

	for (i = TLS_V_NONE; i <= TLS_V_UNSUPPORTED; i++)
		is_str(verify_word((enum tls_verdict)i), all[i], all[i]);
}

int
main(void)
{
	now_s = time(NULL);
	pkidir_make(made);
	words();
	tables();
	dates();
	leap_second();
	name_tables();
	dane_ee();
	dane_ta();
	fingerprints();
	any();
	knot("ec256", "root", 250);
	knot("ec521", "root", 250);
	pkidir_remove();
	return done();
}
