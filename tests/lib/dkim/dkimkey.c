/* key records (RFC 6376 section 3.6.1) */
#include "dkim/dkimkey.h"
#include "tap.h"

/* RFC 8463 appendix A.2 */
#define ED "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define RSA_DATA \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3" \
	"idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACD" \
	"fzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLz" \
	"BfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
#define RSA "p=" RSA_DATA

/* why NULL: good */
static const struct {
	const char *in, *why, *name;
} cases[] = {
	{ "v=DKIM1; k=rsa; " RSA, NULL, "RSA" },
	{ RSA, NULL, "only p=" },
	{ " v = DKIM1 ; " RSA " ; ", NULL, "blanks" },
	{ "k=ed25519; " ED, NULL, "ed25519" },
	{ "k=RSA; " RSA, NULL, "k= in capitals" },
	{ "v=DKIM1; k=rsa; n=some words, = and more; g=*; x1=y; " RSA, NULL,
	    "other tags" },
	{ "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6"
	  "NpP3 idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACD"
	  "\tfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLz\r\n "
	  "BfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
	    NULL, "blanks in p=" },
	{ "s=email; " RSA, NULL, "s=email" },
	{ "s=*; " RSA, NULL, "s=*" },
	{ "s=other : EMAIL; " RSA, NULL, "s= with email" },
	{ "s=tlsrpt; " RSA, "the key is not for mail", "s= without" },
	{ "s=; " RSA, "the key is not for mail", "s= empty" },
	{ "v=DKIM2; " RSA, "the key record is not of version DKIM1",
	    "v=DKIM2" },
	{ "v=dkim1; " RSA, "the key record is not of version DKIM1",
	    "v= in small letters" },
	{ "k=rsa; v=DKIM1; " RSA, "the key record is not of version DKIM1",
	    "v= not first" },
	{ "v=DKIM1; k=foobar; " RSA, "the key is of an unknown kind",
	    "another kind" },
	{ "v=DKIM1; k=; " RSA, "the key is of an unknown kind", "k= empty" },
	{ "v=DKIM1; p=", "the key is revoked", "p= empty" },
	{ "v=DKIM1; p= ;", "the key is revoked", "p= with a blank" },
	{ "v=DKIM1", "the key record has no p=", "no p=" },
	{ "", "the key record has no p=", "nothing" },
	{ "v=DKIM1; p=!", "the key is no base64, or too long", "no base64" },
	{ "v=DKIM1; p=MIGf", "the key is no RSA key", "cut short" },
	{ "v=DKIM1; k=rsa; " ED, "the key is no RSA key",
	    "an ed25519 key as RSA" },
	{ "v=DKIM1; k=ed25519; " RSA, "the key is no ed25519 key",
	    "an RSA key as ed25519" },
	{ "k=ed25519; p=MCowBQYDK2VwAyEA3SUqa9UbfciWkk7tlcJ9P1VD5pXAasg0JUn/"
	  "OgjVbKE=",
	    "the key is no ed25519 key", "ed25519 as SubjectPublicKeyInfo" },
	{ "v=spf1 -all", "the key record is not of version DKIM1", "SPF" },
	{ "v=DKIM1; t; " RSA, "the key record is no list of tags",
	    "a tag without =" },
	{ RSA "; " RSA, "the key record is no list of tags", "p= twice" },
};

static void
test_uses(const char *in, const char *want)
{
	struct dkimkey k;
	char out[32];

	if (dkimkey_parse(&k, in, strlen(in)) != NULL) {
		ok(0, in);
		return;
	}
	snprintf(out, sizeof out, "%s%s%s%s", k.sha1 ? "1" : "",
	    k.sha256 ? "2" : "", k.testing ? "y" : "", k.strict ? "s" : "");
	is_str(out, want, in);
}

static void
test_unfit(const char *in, enum dkimsig_key key, enum pubkey_hash hash,
    unsigned below, const char *want, const char *name)
{
	struct dkimsig s = { .key = key, .hash = hash, .below = below };
	const char *why;
	struct dkimkey k;

	ok(dkimkey_parse(&k, in, strlen(in)) == NULL, in);
	why = dkimkey_unfit(&k, &s);
	is_str(why == NULL ? "fits" : why, want, name);
}

int
main(void)
{
	const char *why;
	struct dkimkey k;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		why = dkimkey_parse(&k, cases[i].in, strlen(cases[i].in));
		is_str(why == NULL ? "good" : why,
		    cases[i].why == NULL ? "good" : cases[i].why,
		    cases[i].name);
	}
	dkimkey_parse(&k, RSA, strlen(RSA));
	is_num(k.rsa.bits, 1024, "its size");
	test_uses("k=ed25519; " ED, "12");
	test_uses("k=ed25519; h=sha256; " ED, "2");
	test_uses("k=ed25519; h=sha1; " ED, "1");
	test_uses("k=ed25519; h=md5 : SHA256; " ED, "2");
	test_uses("k=ed25519; h=; " ED, "");
	test_uses("k=ed25519; t=y; " ED, "12y");
	test_uses("k=ed25519; t=s; " ED, "12s");
	test_uses("k=ed25519; t=z : y : s; " ED, "12ys");
	test_uses("k=ed25519; t=; " ED, "12");
	test_unfit(RSA, DKIMSIG_RSA, PUBKEY_SHA256, 0, "fits", "fits");
	test_unfit(RSA, DKIMSIG_RSA, PUBKEY_SHA1, 1, "fits",
	    "i= below d= is good");
	test_unfit(RSA, DKIMSIG_ED25519, PUBKEY_SHA256, 0,
	    "the key is of another kind than the signature", "another kind");
	test_unfit("h=sha256; " RSA, DKIMSIG_RSA, PUBKEY_SHA1, 0,
	    "the key is not for this hash", "another hash");
	test_unfit("h=sha1; " RSA, DKIMSIG_RSA, PUBKEY_SHA256, 0,
	    "the key is not for this hash", "another hash");
	test_unfit("t=s; " RSA, DKIMSIG_RSA, PUBKEY_SHA256, 1,
	    "the key wants i= to be of d= itself", "t=s and i= below d=");
	test_unfit("t=s; " RSA, DKIMSIG_RSA, PUBKEY_SHA256, 0, "fits",
	    "t=s and i= of d=");
	return done();
}
