#include "crypt/privkey.h"
#include "base/base64.h"
#include "crypt/pubkey.h"
#include "tap.h"
#include <stdlib.h>

/* RFC 8463 appendix A.3 */
static const char rsa_pem[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi\n"
    "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM\n"
    "KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB\n"
    "AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm\n"
    "6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe\n"
    "zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy\n"
    "6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc\n"
    "uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy\n"
    "WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd\n"
    "WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a\n"
    "licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst\n"
    "o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe\n"
    "uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL\n"
    "-----END RSA PRIVATE KEY-----\n";
/* appendix A.2 */
static const char seed[] = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
static const char ed25519_public[] =
    "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
static const char rsa_public[] =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08"
    "a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR"
    "+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l"
    "/K4w3QIDAQAB";
static const char small_pem[] =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIIBOgIBAAJBAMi581o2nxwxIj8kEcRyTLFvFPNrAUrUiv3r3t+IvE0IljgB61mi\n"
    "8CD5p0kQKihTbmNpezTycPEMkafJ3wsW/N0CAwEAAQJBALdHEqyMsztKobqFdLOq\n"
    "qdxZUQfx7HwnFcJEXHw+nbC3RvfXvHUqMJ86hkt6XtN4AENg6Y1WoIfdCq3as91J\n"
    "UAECIQD26huvy1i5b3I/cYNEF0LQ9MFDbaOvEtm6RGE0gurzEQIhANAcwiQ6V73o\n"
    "prtTB6cIwNsOaZmZlTNc+hYKiezTNFUNAiBjMycwd4gL6ESETLyqLJZBkTPcPT5X\n"
    "5kDnXvWWvUpboQIgcfft0c0pk9S+ykM0I6NFijEgX3+eF5zJUBzBX7JiLFkCIBWH\n"
    "vHQln5p2y2tDXGNqoMHrJp9ZfMOn4SD+UcHB+7Rh\n"
    "-----END RSA PRIVATE KEY-----\n";
static const char other_pem[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIGdzXMtFJ83wJM5PCznJusdnmjrKEv2qmUhBDfgjgdfyoAoGCCqGSM49\n"
    "AwEHoUQDQgAEorWOlEY7gA+7tTrQneaWySP47XWNHH5ACnR3SJROMk0sCAR0OwQs\n"
    "2Am5xHgo+pszjo0RG3Q6oYpQQz0m86LHCg==\n"
    "-----END EC PRIVATE KEY-----\n";
static const unsigned char digest[32] = { 7, 1, 2, 3 };

static struct privkey *
parse(const char *text, const char **fault)
{
	*fault = "no fault";
	return privkey_parse(text, strlen(text), fault);
}

/* what privkey signs holds by what privkey says is public */
static void
holds(struct privkey *k, const char *name)
{
	struct buf pub = { 0 };
	unsigned char sig[PRIVKEY_SIG_BYTES];
	struct pubkey_rsa r;
	long n = privkey_sign(k, digest, sig);
	const unsigned char *p;
	int good;

	privkey_public(&pub, k);
	p = (const unsigned char *)buf_data(&pub);
	if (privkey_kind(k) == PRIVKEY_RSA)
		good = pubkey_rsa_parse(p, buf_len(&pub), &r) == 0 &&
		    r.bits == privkey_bits(k) &&
		    pubkey_rsa_verify(&r, PUBKEY_SHA256, digest, sig, n);
	else
		good = buf_len(&pub) == PUBKEY_ED25519_LEN &&
		    pubkey_ed25519_verify(p, digest, 32, sig, n);
	ok(good, name);
	buf_free(&pub);
}

static void
is_public(struct privkey *k, const char *want, const char *name)
{
	struct buf pub = { 0 }, b64 = { 0 };

	privkey_public(&pub, k);
	base64_put(&b64, buf_data(&pub), buf_len(&pub));
	buf_putc(&b64, '\0');
	is_str(buf_data(&b64), want, name);
	buf_free(&pub);
	buf_free(&b64);
}

static void
known(void)
{
	const char *fault;
	struct privkey *k = parse(rsa_pem, &fault);

	ok(k != NULL, "PKCS 1");
	is_num(privkey_kind(k), PRIVKEY_RSA, "RSA");
	is_num(privkey_bits(k), 1024, "of 1024 bits");
	is_public(k, rsa_public, "its public part is that of the RFC");
	holds(k, "its signature holds");
	privkey_free(k);
	k = parse(seed, &fault);
	is_num(privkey_kind(k), PRIVKEY_ED25519, "a seed");
	is_public(k, ed25519_public, "its public part is that of the RFC");
	holds(k, "its signature holds");
	privkey_free(k);
}

static void
faulty(void)
{
	static const struct {
		const char *text, *fault;
	} c[] = {
		{ "", "neither a PEM key nor an ed25519 seed in base64" },
		{ "hello\n",
		    "neither a PEM key nor an ed25519 seed in base64" },
		{ "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyufw==",
		    "neither a PEM key nor an ed25519 seed in base64" },
		{ "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2AA",
		    "neither a PEM key nor an ed25519 seed in base64" },
		{ "-----BEGIN RSA PRIVATE KEY-----\n",
		    "no private key in PEM" },
		{ "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n"
		  "-----END RSA PRIVATE KEY-----\n",
		    "no private key in PEM" },
		{ "-----BEGIN PUBLIC KEY-----\n"
		  "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
		  "-----END PUBLIC KEY-----\n",
		    "no private key in PEM" },
		{ "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
		  "-----END ENCRYPTED PRIVATE KEY-----\n",
		    "key is encrypted" },
		{ small_pem, "RSA key of less than 1024 bits" },
		{ other_pem, "neither an RSA nor an ed25519 key" },
	};
	const char *fault;
	char *big = calloc(1, PRIVKEY_TEXT_MAX + 1);
	size_t i;

	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		ok(parse(c[i].text, &fault) == NULL, c[i].fault);
		is_str(fault, c[i].fault, "is what is said");
	}
	memset(big, '\n', PRIVKEY_TEXT_MAX + 1);
	memcpy(big, rsa_pem, strlen(rsa_pem));
	privkey_free(privkey_parse(big, PRIVKEY_TEXT_MAX, &fault));
	fault = "no fault";
	ok(privkey_parse(big, PRIVKEY_TEXT_MAX + 1, &fault) == NULL,
	    "one byte more than a key's file may have");
	is_str(fault, "file too large for a key", "is what is said");
	free(big);
}

static void
damaged(void)
{
	char *bad = strdup(rsa_pem);
	const char *fault;
	size_t i, signs = 0;
	struct privkey *k;

	/* one letter changed, anywhere: refused, or it signs what holds */
	for (i = 40; i < sizeof rsa_pem - 40; i += 7) {
		char was = bad[i];

		if (was == '\n')
			continue;
		bad[i] = was == 'A' ? 'B' : 'A';
		k = parse(bad, &fault);
		if (k != NULL) {
			struct buf pub = { 0 };
			unsigned char sig[PRIVKEY_SIG_BYTES];
			struct pubkey_rsa r;
			long n = privkey_sign(k, digest, sig);

			privkey_public(&pub, k);
			if (n > 0 &&
			    (pubkey_rsa_parse((unsigned char *)buf_data(&pub),
				 buf_len(&pub), &r) == -1 ||
				!pubkey_rsa_verify(&r, PUBKEY_SHA256, digest,
				    sig, n)))
				signs++;
			buf_free(&pub);
		}
		privkey_free(k);
		bad[i] = was;
	}
	is_num(signs, 0, "no damaged key signs wrongly");
	free(bad);
}

static void
made(enum privkey_kind kind, unsigned bits, const char *name)
{
	struct privkey *k = privkey_make(kind, bits), *again;
	struct buf text = { 0 };
	const char *fault = "no fault";

	if (!ok(k != NULL, name))
		return;
	holds(k, "its signature holds");
	is_num(privkey_text(&text, k), 0, "it is written");
	again = privkey_parse(buf_data(&text), buf_len(&text), &fault);
	ok(again != NULL, "and read");
	holds(again, "and signs");
	privkey_wipe(&text);
	privkey_free(k);
	privkey_free(again);
}

int
main(void)
{
	known();
	faulty();
	damaged();
	made(PRIVKEY_ED25519, 0, "a new ed25519 key");
	made(PRIVKEY_RSA, 1024, "a new RSA key of 1024 bits");
	made(PRIVKEY_RSA, 2048, "a new RSA key of 2048 bits");
	ok(privkey_make(PRIVKEY_RSA, 1023) == NULL, "1023 bits are too few");
	ok(privkey_make(PRIVKEY_RSA, 8193) == NULL, "8193 bits too many");
	return done();
}
