/* key records, as text and as the bytes of p=: what is a key has sizes that
 * are allowed, and can be tried on a signature */
#include "base/base64.h"
#include "dkim/dkimkey.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
look(const struct pubkey_rsa *k, const unsigned char *p, size_t n, int sound)
{
	static const unsigned char hash[32] = { 1, 2, 3 };
	static unsigned char sig[PUBKEY_RSA_BITS_MAX / 8];

	if (k->n_len == 0 || k->e_len == 0 || k->n < p || k->e < p ||
	    k->n + k->n_len > p + n || k->e + k->e_len > p + n || *k->n == 0 ||
	    *k->e == 0)
		abort();
	if ((k->bits >= PUBKEY_RSA_BITS_MIN &&
		k->bits <= PUBKEY_RSA_BITS_MAX) != sound)
		abort();
	if (!sound || k->n_len != (k->bits + 7) / 8)
		return;
	memset(sig, 0x5a, sizeof sig);
	sig[0] = 0;
	pubkey_rsa_verify(k, PUBKEY_SHA256, hash, sig, k->n_len);
	pubkey_rsa_verify(k, PUBKEY_SHA1, hash, sig, k->n_len);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct dkimsig s = { .key = DKIMSIG_RSA,
		.hash = PUBKEY_SHA256,
		.b = "AAAA",
		.b_len = 4 };
	static const unsigned char hash[32];
	struct pubkey_rsa rsa;
	struct dkimkey k;
	struct buf b = { 0 };
	int sound;

	/* the bytes of a key */
	sound = pubkey_rsa_parse(data, n, &rsa) == 0;
	if (sound || rsa.bits > 0)
		look(&rsa, data, n, sound);
	/* the same within a record */
	if (buf_puts(&b, "k=rsa; p=") == -1 || base64_put(&b, data, n) == -1)
		abort();
	if (n > 0 && n <= DKIMKEY_BYTES_MAX &&
	    (dkimkey_parse(&k, buf_data(&b), buf_len(&b)) == NULL) !=
		(sound || rsa.bits > 0))
		abort();
	/* a record */
	if (dkimkey_parse(&k, (const char *)data, n) == NULL) {
		if (k.len == 0 || k.len > sizeof k.key ||
		    (k.type == DKIMSIG_ED25519 && k.len != 32))
			abort();
		s.key = k.type;
		if (dkimkey_unfit(&k, &s) == NULL &&
		    (k.type == DKIMSIG_ED25519 ||
			k.rsa.bits <= PUBKEY_RSA_BITS_MAX))
			dkimkey_verify(&k, &s, hash);
	}
	buf_free(&b);
	return 0;
}
