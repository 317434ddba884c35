#include "sign/signing.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "format/netstring.h"
#include <string.h>

static const char *const words[] = { "rsa-sha256", "ed25519-sha256" };

const char *
signing_word(enum signing_algorithm a)
{
	return words[a];
}

int
signing_algorithm(const char *p, size_t n, enum signing_algorithm *a)
{
	int i = ascii_which(words, sizeof words / sizeof words[0], p, n);

	if (i == -1)
		return -1;
	*a = (enum signing_algorithm)i;
	return 0;
}

static int
key_byte(char c)
{
	return ascii_alnum(c) || c == '.' || c == '_' || c == '-';
}

int
signing_key(const char *p, size_t n)
{
	size_t i;
	int start = 1;

	if (n == 0 || n > SIGNING_KEY_MAX)
		return 0;
	for (i = 0; i < n; i++) {
		if (start ? p[i] == '.' || !key_byte(p[i])
			  : p[i] != '/' && !key_byte(p[i]))
			return 0;
		start = p[i] == '/';
	}
	return !start;
}

int
signing_put(struct buf *out, const struct signing_request *r)
{
	char text[SIGNING_REQUEST_MAX];
	struct buf b64 = { 0 };
	size_t n = 0, k;
	const char *word = signing_word(r->algorithm);

	/* 15 + 512 + 44 bytes and two blanks at most */
	memcpy(text, word, k = strlen(word));
	n += k;
	text[n++] = ' ';
	memcpy(text + n, r->key, k = strlen(r->key));
	n += k;
	text[n++] = ' ';
	if (base64_put(&b64, r->digest, sizeof r->digest) == -1)
		return -1;
	memcpy(text + n, buf_data(&b64), buf_len(&b64));
	n += buf_len(&b64);
	buf_free(&b64);
	return netstring_put(out, text, n);
}

static int
get_digest(const char *p, size_t n, unsigned char out[32])
{
	size_t i;
	int a, b;

	if (n == 64) {
		for (i = 0; i < 32; i++) {
			a = ascii_hex_value(p[2 * i]);
			b = ascii_hex_value(p[2 * i + 1]);
			if (a == -1 || b == -1)
				return -1;
			out[i] = a << 4 | b;
		}
		return 0;
	}
	return n == 44 && base64_get(p, n, out, 32) == 32 ? 0 : -1;
}

const char *
signing_get(const char *p, size_t n, struct signing_request *r)
{
	const char *end = p + n, *a = memchr(p, ' ', n), *b;

	if (a == NULL || (b = memchr(a + 1, ' ', end - a - 1)) == NULL)
		return "not a request: want ALGORITHM KEY DIGEST";
	if (signing_algorithm(p, a - p, &r->algorithm) == -1)
		return "unknown algorithm";
	if (!signing_key(a + 1, b - a - 1))
		return "not a name of a key";
	memcpy(r->key, a + 1, b - a - 1);
	r->key[b - a - 1] = '\0';
	if (get_digest(b + 1, end - b - 1, r->digest) == -1)
		return "not a digest of 32 bytes";
	return NULL;
}
