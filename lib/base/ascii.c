#include "base/ascii.h"

int
ascii_which(const char *const *words, size_t count, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(words[i]) == n && memcmp(words[i], p, n) == 0)
			return (int)i;
	return -1;
}

int
ascii_hex_value(char c)
{
	if (ascii_digit(c))
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

int
ascii_hex_value_upper(char c)
{
	return c >= 'a' ? -1 : ascii_hex_value(c);
}

void
ascii_hex(char out[2], unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	out[0] = digits[c >> 4];
	out[1] = digits[c & 15];
}

void
ascii_hex_upper(char out[2], unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";

	out[0] = digits[c >> 4];
	out[1] = digits[c & 15];
}

int
ascii_like(const char *p, size_t m, const char *s, size_t n)
{
	size_t i = 0, k = 0, star = m, from = 0;

	while (k < n)
		if (i < m && p[i] == '*') {
			star = i++; /* it stands for nothing first, */
			from = k;
		} else if (i < m &&
		    (p[i] == '?' || ascii_lower(p[i]) == ascii_lower(s[k]))) {
			i++;
			k++;
		} else if (star < m) {
			i = star + 1; /* and then for one more */
			k = ++from;
		} else {
			return 0;
		}
	while (i < m && p[i] == '*')
		i++;
	return i == m;
}
