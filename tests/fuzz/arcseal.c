/* arcseal: any header, any pieces of a body: the hash does not depend on the
 * pieces, and what comes out is three fields of one set that the next sealer
 * finds */
#include "mail/header.h"
#include "sign/arcseal.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct arcseal_who who = { "me.example", "example.org", "sel",
	"rsa-sha256", NULL, 1700000000 };

static void
hash_of(const char *header, size_t n, const char *body, size_t len, size_t step,
    unsigned char hash[DIGEST_LEN])
{
	struct arcseal s;
	size_t k;

	if (arcseal_begin(&s, &who, header, n) == -1)
		abort();
	for (; len > 0; body += k, len -= k) {
		k = len < step ? len : step;
		arcseal_body(&s, body, k);
	}
	if (arcseal_message(&s, ARCSEAL_CV_PASS, hash) == -1)
		abort();
	arcseal_free(&s);
}

static void
seal(const char *header, size_t n, enum arcseal_cv cv, struct buf *out,
    unsigned *instance)
{
	unsigned char hash[DIGEST_LEN];
	struct arcseal s;

	if (arcseal_begin(&s, &who, header, n) == -1 ||
	    arcseal_message(&s, cv, hash) == -1 ||
	    arcseal_seal(&s, "AAA=", 4, hash) == -1 ||
	    arcseal_end(&s, "BBB=", 4, out) == -1)
		abort();
	*instance = s.plan == ARCSEAL_FULL ? 0 : s.instance;
	arcseal_free(&s);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data, *p, *end, *body;
	unsigned char one[DIGEST_LEN], other[DIGEST_LEN];
	struct header_field f;
	struct arcseal again;
	struct buf out = { 0 };
	unsigned instance, i;
	size_t len;

	if (n == 0 || n > 20000)
		return 0;
	who.headers = data[0] & 1 ? "from:X:x:subject" : NULL;
	in++;
	n--;
	p = memmem(in, n, "\n\n", 2);
	len = p == NULL ? n : (size_t)(p - in) + 1;
	body = in + len;
	hash_of(in, len, body, n - len, 1, one);
	hash_of(in, len, body, n - len, n + 1, other);
	if (memcmp(one, other, sizeof one) != 0)
		abort();
	seal(in, len, (enum arcseal_cv)(data[0] / 2 % 3), &out, &instance);
	p = buf_data(&out);
	end = p + buf_len(&out);
	for (i = 0; i < 3; i++)
		if (header_next(&p, end, &f) != HEADER_FIELD)
			abort();
	if (p != end)
		abort();
	if (arcseal_begin(&again, &who, buf_data(&out), buf_len(&out)) == -1 ||
	    (instance > 0 && instance < ARCSEAL_SETS_MAX &&
		again.instance != instance + 1))
		abort();
	arcseal_free(&again);
	buf_free(&out);
	return 0;
}
