/* tls/server: what any client may send */
#include "tlsend.h"

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	return tls_both(1, in, n);
}
