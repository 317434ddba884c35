/*
 * A file in PEM, as somebody put it into place: what is taken for a key signs,
 * what is taken for a chain is the same when written and read again.  Behind a
 * byte 1 stands a certificate in DER, since nobody guesses base64.
 */
#include "base/base64.h"
#include "crypt/certificate.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
names(const struct certificate *c)
{
	struct buf b = { 0 };
	const char *p, *end, *comma;
	long n = certificate_names(c, &b);

	must(n >= 0);
	/* without any the buffer has no memory */
	p = buf_data(&b);
	end = n == 0 ? p : p + buf_len(&b);
	for (; n > 0 && p < end; p = comma + 1) {
		comma = memchr(p, ',', end - p);
		if (comma == NULL)
			comma = end;
		must(certificate_name_ok(p, comma - p));
	}
	buf_free(&b);
}

static void
again(const struct certificate *c)
{
	unsigned char a[2][CERTKEY_HASH_BYTES], b[2][CERTKEY_HASH_BYTES];
	struct certificate *d;
	struct buf pem = { 0 };
	const char *fault;
	size_t i, n;

	must(certificate_pem(&pem, c) == 0);
	d = certificate_parse(buf_data(&pem), buf_len(&pem), NULL, &fault);
	must(d != NULL && certificate_count(d) == certificate_count(c));
	must(certificate_hash(c, a[0], a[1]) == 0 &&
	    certificate_hash(d, b[0], b[1]) == 0);
	must(memcmp(a, b, sizeof a) == 0);
	must(certificate_count(c) <= CERTIFICATE_CHAIN_MAX);
	for (i = 0; i < certificate_count(c); i++) {
		certificate_der(c, i, &n);
		must(n > 0 && n <= CERTIFICATE_DER_MAX);
	}
	certificate_free(d);
	buf_free(&pem);
}

static void
file(const char *text, size_t n)
{
	unsigned char digest[32] = { 1 }, sig[CERTKEY_SIG_BYTES];
	const char *fault = NULL;
	struct certkey *k = certkey_parse(text, n, &fault);
	struct certificate *c;

	must(k != NULL || fault != NULL);
	must(k == NULL || certkey_sign(k, 256, digest, 32, sig) > 0);
	fault = NULL;
	c = certificate_parse(text, n, k, &fault);
	must(c != NULL || fault != NULL);
	if (c != NULL) {
		names(c);
		again(c);
	}
	certificate_free(c);
	certkey_free(k);
}

static void
certificate(const uint8_t *p, size_t n)
{
	struct buf b = { 0 };
	size_t line;

	buf_puts(&b, "-----BEGIN CERTIFICATE-----\n");
	for (; n > 0; p += line, n -= line) {
		line = n < 48 ? n : 48;
		base64_put(&b, p, line);
		buf_putc(&b, '\n');
	}
	buf_puts(&b, "-----END CERTIFICATE-----\n");
	file(buf_data(&b), buf_len(&b));
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	if (n > 0 && in[0] == 1)
		certificate(in + 1, n - 1);
	else
		file((const char *)in, n);
	return 0;
}
