/* what is encrypted is not read, and nobody is asked */
#include "crypt/pem.h"
#include "tap.h"
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LOCKED(what) \
	"-----BEGIN " what "-----\n" \
	"Proc-Type: 4,ENCRYPTED\n" \
	"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n" \
	"\n" \
	"AAAAAAAAAAAAAAAAAAAAAA==\n" \
	"-----END " what "-----\n"

/* a key, and as it stands with a passphrase; freed by the caller */
static BIO *
key_text(const EVP_CIPHER *c)
{
	EVP_PKEY *k = EVP_EC_gen("P-256");
	BIO *b = BIO_new(BIO_s_mem());

	if (k == NULL || b == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(b, k, c, c == NULL ? NULL : "secret",
		c == NULL ? 0 : 6, NULL, NULL) != 1)
		exit(111);
	EVP_PKEY_free(k);
	return b;
}

static BIO *
text(const char *t)
{
	return BIO_new_mem_buf(t, -1);
}

static void
no_key(BIO *b, const char *name)
{
	EVP_PKEY *k = pem_key(b);

	ok(k == NULL, name);
	EVP_PKEY_free(k);
	BIO_free(b);
}

static void
no_certificate(BIO *b, const char *name)
{
	X509 *x = pem_certificate(b);

	ok(x == NULL, name);
	X509_free(x);
	BIO_free(b);
}

int
main(void)
{
	BIO *b = key_text(NULL);
	EVP_PKEY *k;
	int p[2], n = 0, tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	/* whoever asks finds an answer */
	if (tty != -1)
		ioctl(tty, TIOCNOTTY);
	if (pipe(p) == -1 || write(p[1], "secret\n", 7) != 7 ||
	    dup2(p[0], 0) == -1)
		return 111;

	k = pem_key(b);
	ok(k != NULL, "a key");
	EVP_PKEY_free(k);
	no_key(b, "and none more");
	no_key(text(""), "nothing");
	no_key(key_text(EVP_aes_128_cbc()), "an encrypted key");
	no_key(text(LOCKED("RSA PRIVATE KEY")), "of the old kind");
	no_certificate(text(""), "no certificate");
	no_certificate(text(LOCKED("CERTIFICATE")), "an encrypted one");
	is_num(ioctl(0, FIONREAD, &n) == 0 ? n : -1, 7, "nobody was asked");
	ERR_clear_error();
	return done();
}
