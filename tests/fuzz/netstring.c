/*
 * More bytes never change an answer other than "more is needed"; what is
 * read is what netstring_put() writes; the same for receipts.
 */
#include "format/netstring.h"
#include "format/parcel.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data, *s, *t;
	struct buf b = { 0 };
	enum receipt_kind k;
	uint64_t u;
	size_t i, len, max = 4096;
	long r, whole = netstring_whole(p, n, max, &s, &len);
	int h = netstring_head(p, n, UINT64_MAX, &u);

	must(h <= NETSTRING_HEAD_MAX && h <= (int)n);
	must(n < NETSTRING_HEAD_MAX || h != 0);
	for (i = 0; i <= n; i++) {
		r = netstring_whole(p, i, max, &t, &len);
		must(r == 0 || r == whole);
		must(whole <= 0 || (r == whole) == ((long)i >= whole));
	}
	if (whole > 0) {
		must(whole <= (long)n && len <= max);
		must(s >= p && s + len < p + whole);
		netstring_put(&b, s, len);
		must((long)buf_len(&b) == whole &&
		    memcmp(buf_data(&b), p, whole) == 0);
	}
	r = receipt_get(p, n, &k, &t, &len);
	must(r <= 0 || r == whole);
	must(r <= 0 || (t >= p && t + len < p + r && strchr("KZD", k)));
	buf_clear(&b);
	netstring_put(&b, p, n);
	must(netstring_whole(buf_data(&b), buf_len(&b), n, &s, &len) ==
	    (long)buf_len(&b));
	must(len == n && memcmp(s, p, n) == 0);
	buf_free(&b);
	return 0;
}
