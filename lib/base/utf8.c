#include "base/utf8.h"

size_t
utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (n < len || p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return len;
}

uint32_t
utf8_number(const char *s, size_t len)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t u = (unsigned char)s[0] & mask[len];
	size_t i;

	for (i = 1; i < len; i++)
		u = u << 6 | ((unsigned char)s[i] & 0x3f);
	return u;
}

int
utf8_printable(const char *p, size_t n)
{
	const char *end = p + n;
	uint32_t u;
	size_t k;

	for (; p < end; p += k) {
		k = utf8_len(p, end - p);
		if (k == 0)
			return 0;
		u = utf8_number(p, k);
		if (u < 0x20 || (u >= 0x7f && u < 0xa0))
			return 0;
	}
	return 1;
}
