#include "base/random.h"
#include "base/ascii.h"
#include <sys/random.h>

int
random_hex(char *out, size_t n)
{
	unsigned char rnd[RANDOM_HEX_ROOM / 2];
	size_t i;

	if (getrandom(rnd, n / 2, 0) != (ssize_t)(n / 2))
		return -1;
	for (i = 0; i < n / 2; i++)
		ascii_hex(out + 2 * i, rnd[i]);
	out[n] = '\0';
	return 0;
}
