/* tls/certpath: what a way costs, and which keys are taken at all; the ways
 * themselves are in verify.c */
#include "tls/anchors.h"
#include "tls/certpath.h"
#include "pkidir.h"
#include "tap.h"
#include <time.h>

static const char made[] = "root ca=1 key=rsa2048\n"
			   "p521 ca=1 issuer=root key=ec521\n"
			   "a ca=1 issuer=p521 key==p521\n"
			   "b ca=1 issuer=a key==p521\n"
			   "c ca=1 issuer=b key==p521\n"
			   "leaf issuer=c names=a.example\n";

static void
keys(void)
{
	struct certparts c = { .key = CERTPARTS_RSA,
		.bits = CERTPATH_RSA_MAX,
		.exponent_bits = CERTPATH_EXPONENT_MAX };

	ok(certpath_key_known(&c), "RSA with 4096 bits");
	c.bits++;
	ok(!certpath_key_known(&c), "one more");
	c.bits = 1024;
	ok(certpath_key_known(&c), "fewer are known");
	c.exponent_bits++;
	ok(!certpath_key_known(&c), "an exponent of 33 bits");
	c.exponent_bits = 17;
	c.bits = 0;
	ok(!certpath_key_known(&c), "no modulus");
	c.key = CERTPARTS_P521;
	ok(certpath_key_known(&c), "P-521");
	c.key = CERTPARTS_OTHER;
	ok(!certpath_key_known(&c), "any other");
}

/* leaf, c, b, a, p521: four signatures by P-521, one by the root */
static void
costs(void)
{
	static const char *const names[] = { "leaf", "c", "b", "a", "p521",
		"root" };
	const struct certparts *way[6];
	static struct certparts parts[6];
	br_x509_trust_anchor root;
	char file[32], *text;
	unsigned i, left;
	size_t n;
	int64_t now_s = time(NULL);

	for (i = 0; i < 6; i++) {
		snprintf(file, sizeof file, "%s.der", names[i]);
		text = pkidir_text(file, &n);
		certparts_read((unsigned char *)text, n, &parts[i]);
		way[i] = &parts[i];
	}
	anchors_of(&parts[5], &root);
	left = 65;
	is_num(certpath_try(way, 5, &root, 1, now_s, &left), TLS_V_PKIX,
	    "it holds");
	is_num(left, 0, "and costs what it costs");
	left = 64;
	is_num(certpath_try(way, 5, &root, 1, now_s, &left), TLS_V_TOO_LARGE,
	    "there is less than that left");
	is_num(left, 64, "which stays");
	is_num(certpath_try(way, 4, &root, 1, now_s, &left),
	    TLS_V_BAD_SIGNATURE, "one is missing");
	parts[2].exponent_bits = 2000;
	parts[2].key = CERTPARTS_RSA;
	is_num(certpath_try(way, 5, &root, 1, now_s, &left), TLS_V_UNSUPPORTED,
	    "a key that costs too much");
	ok(certpath_untimely(way, 5, now_s) == NULL, "all are of today");
	parts[2].until_s = now_s;
	ok(certpath_untimely(way, 5, now_s) == NULL, "the last second");
	parts[2].until_s = now_s - 1;
	ok(certpath_untimely(way, 5, now_s) == way[2], "this one not");
}

int
main(void)
{
	pkidir_make(made);
	keys();
	costs();
	pkidir_remove();
	return done();
}
