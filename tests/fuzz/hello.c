/* any bytes as an answer to a ClientHello: the same in whatever pieces, and
 * what is found lies within */
#include "tlscheck/hello.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

static void
must(int good)
{
	if (!good)
		abort();
}

static unsigned
sum(const struct tls_chain *c)
{
	unsigned i, s = 0;
	size_t k;

	must(c->n <= TLS_CHAIN_CERTS_MAX);
	for (i = 0; i < c->n; i++)
		for (k = 0; k < c->len[i]; k++)
			s = s * 31 + c->cert[i][k];
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct hello_answer whole = { 0 }, parts = { 0 };
	size_t i, k;

	hello_read(&whole, in, n);
	for (i = 0; i < n; i += k) {
		k = 1 + in[i] % 7;
		if (k > n - i)
			k = n - i;
		hello_read(&parts, in + i, k);
	}
	/* what stands behind the end may be too much of it */
	must(parts.state == whole.state || n > HELLO_ANSWER_MAX);
	if (parts.state == whole.state && whole.state != HELLO_NONE) {
		must(parts.version == whole.version);
		must(parts.suite == whole.suite);
		must(parts.curve == whole.curve);
		must(parts.chain.n == whole.chain.n);
		must(sum(&parts.chain) == sum(&whole.chain));
	}
	hello_free(&whole);
	hello_free(&parts);
	return 0;
}
