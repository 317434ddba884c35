#include "base/crc32c.h"
#include <string.h>

enum { TABLES = 8, POLYNOMIAL = 0x82f63b78 };

/* table[k][b]: what byte b does to the sum k bytes further on */
static uint32_t table[TABLES][256];

static void
make_table(void)
{
	uint32_t c;
	unsigned b, k;

	for (b = 0; b < 256; b++) {
		c = b;
		for (k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ (uint32_t)POLYNOMIAL : c >> 1;
		table[0][b] = c;
	}
	for (k = 1; k < TABLES; k++)
		for (b = 0; b < 256; b++)
			table[k][b] = table[k - 1][b] >> 8 ^
			    table[0][table[k - 1][b] & 0xff];
}

/* eight bytes at a time, in any byte order of the processor */
uint32_t
crc32c_plain(uint32_t crc, const void *data, size_t n)
{
	const unsigned char *p = data;
	uint32_t c = ~crc;

	if (table[0][1] == 0)
		make_table();
	for (; n >= 8; n -= 8, p += 8)
		c = table[7][(p[0] ^ c) & 0xff] ^
		    table[6][(p[1] ^ c >> 8) & 0xff] ^
		    table[5][(p[2] ^ c >> 16) & 0xff] ^
		    table[4][(p[3] ^ c >> 24) & 0xff] ^ table[3][p[4]] ^
		    table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
	for (; n > 0; n--, p++)
		c = c >> 8 ^ table[0][(c ^ *p) & 0xff];
	return ~c;
}

#ifdef __x86_64__

__attribute__((target("sse4.2"))) static uint32_t
by_instruction(uint32_t crc, const unsigned char *p, size_t n)
{
	uint64_t c = (uint32_t)~crc, word;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&word, p, 8);
		c = __builtin_ia32_crc32di(c, word);
	}
	for (; n > 0; n--, p++)
		c = __builtin_ia32_crc32qi((uint32_t)c, *p);
	return ~(uint32_t)c;
}

uint32_t
crc32c(uint32_t crc, const void *data, size_t n)
{
	return __builtin_cpu_supports("sse4.2") ? by_instruction(crc, data, n)
						: crc32c_plain(crc, data, n);
}

#else

uint32_t
crc32c(uint32_t crc, const void *data, size_t n)
{
	return crc32c_plain(crc, data, n);
}

#endif
