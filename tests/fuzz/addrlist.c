/* addrlist_next: comes to an end, and an address read again is itself */
#include "local/forward.h"
#include "mail/addrlist.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *p = (const char *)data, *end = p + n, *before, *q, *s;
	char out[ADDRLIST_ADDRESS_MAX + 1], again[ADDRLIST_ADDRESS_MAX + 1];
	enum forward_kind kind;
	size_t i, k;
	long len;

	for (;;) {
		before = p;
		len = addrlist_next(&p, end, out);
		if (len == 0) {
			if (p != end)
				abort();
			break;
		}
		if (p <= before || len > ADDRLIST_ADDRESS_MAX)
			abort();
		if (len == -1)
			continue;
		for (i = 0; i < (size_t)len; i++)
			if (out[i] == '\n' || out[i] == '\0' || out[i] == '\r')
				abort();
		q = out;
		if (addrlist_next(&q, out + len, again) != len ||
		    memcmp(out, again, len) != 0 || q != out + len)
			abort();
	}
	p = (const char *)data;
	do {
		before = p;
	} while (forward_next(&p, end, &kind, &s, &k) == 1 && p > before);
	for (p = (const char *)data; forward_word(&p, end, &s, &k);)
		if (k == 0)
			abort();
	return 0;
}
