/* both sides of tls-key: what is read is the same when made again */
#include "format/netstring.h"
#include "tls/keywire.h"
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
request(const char *p, size_t n)
{
	struct keywire_request r, again;
	struct buf b = { 0 };
	size_t len;

	if (keywire_get(p, n, &r) != NULL)
		return;
	must(keywire_put(&b, &r) == 0);
	must(netstring_whole(buf_data(&b), buf_len(&b), KEYWIRE_REQUEST_MAX, &p,
		 &len) == (long)buf_len(&b));
	must(keywire_get(p, len, &again) == NULL &&
	    memcmp(&r, &again, sizeof r) == 0);
	buf_free(&b);
}

static void
put(struct buf *b, const struct identity_set *set, uint64_t generation)
{
	size_t i;

	must(keywire_put_generation(b, generation) == 0);
	for (i = 0; i < identity_count(set); i++)
		must(keywire_put_identity(b, identity_at(set, i)) == 0);
}

static void
list(const char *p, size_t n)
{
	struct identity_set *set, *again;
	struct buf a = { 0 }, b = { 0 };
	uint64_t g, h;

	if (keywire_identities(p, n, &set, &g) != NULL)
		return;
	put(&a, set, g);
	must(keywire_identities(buf_data(&a), buf_len(&a), &again, &h) == NULL);
	must(g == h);
	put(&b, again, h);
	must(buf_len(&a) == buf_len(&b) &&
	    memcmp(buf_data(&a), buf_data(&b), buf_len(&a)) == 0);
	identity_set_drop(set);
	identity_set_drop(again);
	buf_free(&a);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	if (n == 0)
		return 0;
	if (in[0] == 'L')
		list((const char *)in + 1, n - 1);
	else
		request((const char *)in, n);
	return 0;
}
