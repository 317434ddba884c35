/* tls/client: what any server may answer */
#include "tlsend.h"

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	return tls_both(0, in, n);
}
