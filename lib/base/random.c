#include "base/random.h"
#include <sys/random.h>

int
random_hex(char *out, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char rnd[RANDOM_HEX_ROOM / 2];
	size_t i;

	if (getrandom(rnd, n / 2, 0) != (ssize_t)(n / 2))
		return -1;
	for (i = 0; i < n; i++)
		out[i] = digits[i % 2 == 0 ? rnd[i / 2] >> 4 : rnd[i / 2] & 15];
	out[n] = '\0';
	return 0;
}
