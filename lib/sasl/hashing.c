#include "sasl/hashing.h"
#include "crypt/pwhash.h"
#include <string.h>

int
hashing_put(struct buf *b, const char *hash, struct slice password)
{
	size_t n = strlen(hash);

	if (buf_reserve(b, n + password.n + 32) == -1 ||
	    buf_putnum(b, n + 1 + password.n) == -1 || buf_putc(b, ':') == -1 ||
	    buf_put(b, hash, n + 1) == -1 ||
	    buf_put(b, password.p, password.n) == -1)
		return -1;
	return buf_putc(b, ',');
}

const char *
hashing_get(const char *p, size_t n, const char **hash, struct slice *password)
{
	const char *nul = memchr(p, '\0', n), *fault;

	if (nul == NULL)
		return "no argon2id hash";
	*hash = p;
	fault = nul == p ? NULL : pwhash_fault(p, nul - p);
	if (fault != NULL)
		return fault;
	*password = (struct slice){ nul + 1, n - (nul + 1 - p) };
	return password->n == 0 || password->n > PWHASH_PASSWORD_MAX
	    ? "password of no length, or of more than 256 bytes"
	    : NULL;
}
