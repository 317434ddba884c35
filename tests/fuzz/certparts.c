/* any bytes as a certificate: what is found lies in them, and BearSSL's decoder
 * sees no other key in it */
#include "tls/certparts.h"
#include "tls/certname.h"
#include <bearssl.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
inside(const uint8_t *in, size_t n, struct der d)
{
	must(d.n == 0 || (d.p >= in && d.p + d.n <= in + n));
}

static enum certparts_key
kind(const br_x509_pkey *k)
{
	if (k->key_type == BR_KEYTYPE_RSA)
		return CERTPARTS_RSA;
	return k->key.ec.curve == BR_EC_secp256r1 ? CERTPARTS_P256
	    : k->key.ec.curve == BR_EC_secp384r1  ? CERTPARTS_P384
						  : CERTPARTS_P521;
}

static void
as_bearssl(const uint8_t *in, size_t n, const struct certparts *c)
{
	br_x509_decoder_context d;
	const br_x509_pkey *k;

	/* it writes what is longer than its room over what is behind it */
	if (c->spki.n > BR_X509_BUFSIZE_KEY)
		return;
	br_x509_decoder_init(&d, NULL, NULL);
	br_x509_decoder_push(&d, in, n);
	if ((k = br_x509_decoder_get_pkey(&d)) == NULL)
		return;
	must(kind(k) == c->key);
	must(!c->is_ca || br_x509_decoder_isCA(&d));
	must(c->key != CERTPARTS_RSA || (c->bits + 7) / 8 == k->key.rsa.nlen);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct der left, name;
	struct certparts c;

	if (certparts_read(in, n, &c) == -1)
		return 0;
	inside(in, n, c.issuer);
	inside(in, n, c.subject);
	inside(in, n, c.spki);
	inside(in, n, c.names);
	inside(in, n, c.key_id);
	inside(in, n, c.issuer_id);
	for (left = c.names; certparts_name(&left, &name) != 0;) {
		inside(in, n, name);
		must(c.has_san);
		must(!certname_fits(name.p, name.n, "192.0.2.1"));
		certname_fits_ip(name.p, name.n, "2001:db8::1");
	}
	as_bearssl(in, n, &c);
	return 0;
}
