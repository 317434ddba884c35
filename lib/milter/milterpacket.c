#include "milter/milterpacket.h"
#include <string.h>

uint32_t
milterpacket_u32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 |
	    (uint32_t)u[2] << 8 | u[3];
}

static void
pack(char *p, uint32_t n)
{
	p[0] = (char)(n >> 24);
	p[1] = (char)(n >> 16);
	p[2] = (char)(n >> 8);
	p[3] = (char)n;
}

long
milterpacket_get(const char *p, size_t n, struct milterpacket *k)
{
	uint32_t len;

	if (n < 4)
		return 0;
	len = milterpacket_u32(p);
	if (len < 1 || len > MILTERPACKET_MAX)
		return -1;
	if (n - 4 < len)
		return 0;
	k->what = p[4];
	k->data = p + MILTERPACKET_HEAD;
	k->len = len - 1;
	return (long)len + 4;
}

int
milterpacket_begin(struct buf *b, char what, size_t *at)
{
	char head[MILTERPACKET_HEAD] = { 0, 0, 0, 0, what };

	*at = buf_len(b);
	return buf_put(b, head, sizeof head);
}

void
milterpacket_end(struct buf *b, size_t at)
{
	pack(buf_data(b) + at, (uint32_t)(buf_len(b) - at - 4));
}

int
milterpacket_text(struct buf *b, const char *p, size_t n)
{
	if (buf_reserve(b, n + 1) == -1)
		return -1;
	memcpy(buf_tail(b), p, n);
	bytes_no_nul(buf_tail(b), n);
	buf_tail(b)[n] = '\0';
	buf_added(b, n + 1);
	return 0;
}

int
milterpacket_texts(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s) + 1);
}

int
milterpacket_number(struct buf *b, uint32_t n)
{
	char p[4];

	pack(p, n);
	return buf_put(b, p, sizeof p);
}

int
milterpacket_put(struct buf *b, char what)
{
	size_t at;

	if (milterpacket_begin(b, what, &at) == -1)
		return -1;
	milterpacket_end(b, at);
	return 0;
}

const char *
milterpacket_string(const char **p, const char *end)
{
	const char *s = *p;
	const char *nul = s == end ? NULL : memchr(s, '\0', (size_t)(end - s));

	if (nul != NULL)
		*p = nul + 1;
	return nul == NULL ? NULL : s;
}
