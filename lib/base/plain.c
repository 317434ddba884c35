#include "base/plain.h"
#include "base/ascii.h"
#include <string.h>

static int
between(unsigned char c, unsigned from, unsigned to)
{
	return c >= from && c <= to;
}

/* the length of the character at p, beyond ASCII; 0: none that stands */
static size_t
character(const unsigned char *p, size_t n)
{
	unsigned low = 0x80, high = 0xbf;
	size_t len, i;

	if (between(p[0], 0xc2, 0xdf))
		len = 2;
	else if (between(p[0], 0xe0, 0xef))
		len = 3;
	else if (between(p[0], 0xf0, 0xf4))
		len = 4;
	else
		return 0;
	/* no C1, no form that is too long, no surrogate, none too large */
	switch (p[0]) {
	case 0xc2:
	case 0xe0: low = 0xa0; break;
	case 0xed: high = 0x9f; break;
	case 0xf0: low = 0x90; break;
	case 0xf4: high = 0x8f; break;
	}
	if (len > n || !between(p[1], low, high))
		return 0;
	for (i = 2; i < len; i++)
		if (!between(p[i], 0x80, 0xbf))
			return 0;
	return len;
}

size_t
plain_span(const char *p, size_t n, const char *also)
{
	size_t i = 0, len;

	while (i < n) {
		if (between(p[i], 0x20, 0x7e)) {
			i++;
			continue;
		}
		len = character((const unsigned char *)p + i, n - i);
		if (len == 0 && p[i] != '\0' && strchr(also, p[i]) != NULL)
			len = 1;
		if (len == 0)
			break;
		i += len;
	}
	return i;
}

void
plain_byte(char out[PLAIN_BYTE], char c)
{
	out[0] = '\\';
	out[1] = 'x';
	ascii_hex(out + 2, c);
}

int
plain_put(struct buf *b, const char *p, size_t n, const char *also)
{
	char byte[PLAIN_BYTE];
	size_t before = buf_len(b), i = 0, span;

	while (i < n) {
		span = plain_span(p + i, n - i, also);
		if (span > 0 && buf_put(b, p + i, span) == -1)
			break;
		i += span;
		if (i == n)
			return 0;
		plain_byte(byte, p[i]);
		if (buf_put(b, byte, sizeof byte) == -1)
			break;
		i++;
	}
	if (i == n)
		return 0;
	b->end = b->off + before; /* all or nothing */
	return -1;
}
