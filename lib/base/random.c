#include "base/random.h"
#include "base/ascii.h"
#include <sys/random.h>

int
random_bytes(void *out, size_t n)
{
	return getrandom(out, n, 0) == (ssize_t)n ? 0 : -1;
}

int
random_hex(char *out, size_t n)
{
	unsigned char rnd[RANDOM_HEX_ROOM / 2];
	size_t i;

	if (random_bytes(rnd, n / 2) == -1)
		return -1;
	for (i = 0; i < n / 2; i++)
		ascii_hex(out + 2 * i, rnd[i]);
	out[n] = '\0';
	return 0;
}
