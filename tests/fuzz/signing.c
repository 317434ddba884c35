/* what comes to key-sign: a good request is the same when made again, and its
 * key's name leads nowhere else */
#include "format/netstring.h"
#include "sign/signing.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct signing_request r, s;
	struct buf b = { 0 };
	const char *p;
	size_t len;

	if (signing_get((const char *)in, n, &r) != NULL)
		return 0;
	if (r.key[0] == '/' || r.key[0] == '.' || strstr(r.key, "/.") != NULL ||
	    strstr(r.key, "//") != NULL || r.key[strlen(r.key) - 1] == '/')
		abort();
	if (signing_put(&b, &r) == -1 ||
	    netstring_whole(buf_data(&b), buf_len(&b), SIGNING_REQUEST_MAX, &p,
		&len) != (long)buf_len(&b) ||
	    signing_get(p, len, &s) != NULL || s.algorithm != r.algorithm ||
	    strcmp(s.key, r.key) != 0 || memcmp(s.digest, r.digest, 32) != 0)
		abort();
	buf_free(&b);
	return 0;
}
