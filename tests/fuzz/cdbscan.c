/* any bytes as a cdb: what is found lies in them, and does not overlap */
#include "base/cdbscan.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	const char *start = (const char *)in, *at = start, *key, *data;
	struct cdbscan c;
	size_t kn, dn;

	if (cdbscan_begin(&c, in, n) == -1)
		return 0;
	while (cdbscan_next(&c, &key, &kn, &data, &dn) == 1) {
		if (key < at + 8 || data != key + kn || data + dn > start + n)
			abort();
		at = data + dn;
	}
	return 0;
}
