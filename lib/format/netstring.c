#include "format/netstring.h"

int
netstring_head(const char *p, size_t n, uint64_t max, uint64_t *len)
{
	uint64_t u = 0;
	unsigned d;
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == ':' && i > 0) {
			*len = u;
			return i + 1;
		}
		d = (unsigned char)p[i] - '0';
		if (d > 9 || (i == 1 && p[0] == '0') ||
		    u > (UINT64_MAX - d) / 10)
			return -1;
		u = u * 10 + d;
		if (u > max)
			return -1;
	}
	return 0;
}

long
netstring_whole(const char *p, size_t n, size_t max, const char **s,
    size_t *len)
{
	uint64_t u;
	int h = netstring_head(p, n, max, &u);

	if (h <= 0)
		return h;
	if (n - h <= u)
		return 0;
	if (p[h + u] != ',')
		return -1;
	*s = p + h;
	*len = u;
	return h + u + 1;
}

int
netstring_put(struct buf *b, const char *s, size_t n)
{
	if (buf_reserve(b, NETSTRING_HEAD_MAX + n + 1) == -1)
		return -1;
	buf_putnum(b, n);
	buf_putc(b, ':');
	buf_put(b, s, n);
	return buf_putc(b, ',');
}
