/* private keys of TLS: which are taken, and that their signatures hold */
#include "crypt/certkey.h"
#include "pkidir.h"
#include "tap.h"
#include <openssl/evp.h>
#include <openssl/rsa.h>

static const char spec[] = "p256\n"
			   "p384 key=ec384\n"
			   "p521 key=ec521\n"
			   "ed key=ed25519\n"
			   "rsa key=rsa2048\n"
			   "least key=rsa2047\n";

static const struct {
	const char *file, *fault;
	enum certkey_kind kind;
} files[] = {
	{ "p256.key", NULL, CERTKEY_EC256 },
	{ "p256.pem", NULL, CERTKEY_EC256 },
	{ "p384.pem", NULL, CERTKEY_EC384 },
	{ "rsa.pem", NULL, CERTKEY_RSA },
	{ "rsa4096.key", NULL, CERTKEY_RSA },
	{ "sec1", NULL, CERTKEY_EC256 },
	{ "pkcs1", NULL, CERTKEY_RSA },
	{ "p521.key", "key is neither RSA nor ECDSA with P-256 or P-384", 0 },
	{ "ed.key", "key is neither RSA nor ECDSA with P-256 or P-384", 0 },
	{ "least.key", "RSA key of less than 2048 bits", 0 },
	{ "rsa4098.key", "RSA key of more than 4096 bits", 0 },
	{ "p256.crt", "no private key in PEM", 0 },
	{ "locked", "key is encrypted", 0 },
};

/* other forms of the same keys, by openssl(1); and two that take long to make */
static void
more(void)
{
	char line[2 * PATH_MAX], data[PATH_MAX];

	pkidir_tree(data, "/tests/data/tls/");
	snprintf(line, sizeof line, "cp %s/*.key %s", data, pkidir);
	is_num(system(line), 0, "the large ones");

	snprintf(line, sizeof line,
	    "cd %s && { openssl ecparam -name prime256v1 &&"
	    " openssl ec -in p256.key; } >sec1 2>/dev/null &&"
	    " openssl rsa -traditional -in rsa.key >pkcs1 2>/dev/null &&"
	    " openssl ec -aes128 -passout pass:x -in p256.key >locked"
	    " 2>/dev/null",
	    pkidir);
	is_num(system(line), 0, "openssl makes other forms");
}

static struct certkey *
read_key(const char *file, const char **fault)
{
	struct certkey *k;
	size_t n;
	char *text = pkidir_text(file, &n);

	*fault = "no fault";
	k = certkey_parse(text, n, fault);
	free(text);
	return k;
}

static int
verifies(struct certkey *k, const EVP_MD *md, const unsigned char *digest,
    size_t len, const unsigned char *sig, long n)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(certkey_evp(k), NULL);
	int r;

	EVP_PKEY_verify_init(c);
	if (certkey_kind(k) == CERTKEY_RSA)
		EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING);
	EVP_PKEY_CTX_set_signature_md(c, md);
	r = EVP_PKEY_verify(c, sig, (size_t)n, digest, len);
	EVP_PKEY_CTX_free(c);
	return r == 1;
}

static void
sign(struct certkey *k, const char *name)
{
	unsigned char digest[64] = { 1, 2, 3 }, sig[CERTKEY_SIG_BYTES];
	unsigned bits;
	long n;

	for (bits = 256; bits <= 512; bits += 128) {
		n = certkey_sign(k, bits, digest, bits / 8, sig);
		ok(n > 0 &&
			verifies(k,
			    bits == 256       ? EVP_sha256()
				: bits == 384 ? EVP_sha384()
					      : EVP_sha512(),
			    digest, bits / 8, sig, n),
		    name);
		is_num(certkey_sign(k, bits, digest, bits / 8 - 1, sig), -1,
		    "a digest of another length");
	}
	is_num(certkey_sign(k, 160, digest, 20, sig), -1, "SHA-1");
	is_num(certkey_sign(k, 128, digest, 16, sig), -1, "128 bits");
	is_num(certkey_sign(k, 640, digest, 64, sig), -1, "640 bits");
	is_num(certkey_sign(k, 0, digest, 0, sig), -1, "none");
}

static void
back(struct certkey *k)
{
	struct buf b = { 0 };
	const char *fault;
	struct certkey *again;

	is_num(certkey_pem(&b, k), 0, "written as PEM");
	again = certkey_parse(buf_data(&b), buf_len(&b), &fault);
	ok(again != NULL &&
		EVP_PKEY_eq(certkey_evp(again), certkey_evp(k)) == 1,
	    "and read again");
	certkey_free(again);
	buf_wipe(&b);
	ok(b.p == NULL, "wiped");
}

/* a file that somebody is writing: no part of it is a key */
static void
halves(void)
{
	size_t n, i, bad = 0;
	char *text = pkidir_text("p256.pem", &n);
	const char *fault;
	struct certkey *k;

	for (i = 0; i < n - 1; i++) {
		k = certkey_parse(text, i, &fault);
		bad += k != NULL;
		certkey_free(k);
	}
	is_num((long long)bad, 0, "no beginning of a file has a key");
	k = certkey_parse(text, n - 1, &fault);
	ok(k != NULL, "the last line's end does not matter");
	certkey_free(k);
	certkey_parse(text, n - 10, &fault);
	is_str(fault, "cut short", "what is missing is said");
	text[n - 60] = '*';
	ok(certkey_parse(text, n, &fault) == NULL, "a damaged one");
	is_str(fault, "damaged key", "is said so");
	free(text);
}

static void
large(void)
{
	char *text = malloc(CERTKEY_TEXT_MAX + 1);
	size_t n;
	char *key = pkidir_text("p256.key", &n);
	const char *fault;
	struct certkey *k;

	memset(text, '\n', CERTKEY_TEXT_MAX + 1);
	memcpy(text, key, n);
	k = certkey_parse(text, CERTKEY_TEXT_MAX, &fault);
	ok(k != NULL, "a file at the limit");
	certkey_free(k);
	ok(certkey_parse(text, CERTKEY_TEXT_MAX + 1, &fault) == NULL,
	    "one byte above");
	is_str(fault, "file too large", "is said so");
	free(key);
	free(text);
}

int
main(void)
{
	struct certkey *k;
	const char *fault;
	size_t i;

	pkidir_make(spec);
	more();
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		k = read_key(files[i].file, &fault);
		is_str(k == NULL ? fault : "none",
		    files[i].fault == NULL ? "none" : files[i].fault,
		    files[i].file);
		if (k == NULL)
			continue;
		is_num(certkey_kind(k), files[i].kind, "its kind");
		sign(k, files[i].file);
		back(k);
		certkey_free(k);
	}
	halves();
	large();
	ok(certkey_parse("", 0, &fault) == NULL, "nothing");
	is_str(fault, "no private key in PEM", "is none");
	pkidir_remove();
	return done();
}
