/* any bytes as a bundle of authorities */
#include "tls/anchors.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	const br_x509_trust_anchor *first;
	struct anchors_told told;
	struct anchors *s = anchors_parse((const char *)in, n, &told);

	if (s == NULL || told.used > n / 100)
		abort();
	anchors_named(s, in, n, &first);
	anchors_drop(s);
	return 0;
}
