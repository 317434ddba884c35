#include "base/buf.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
buf_reserve(struct buf *b, size_t n)
{
	size_t len = b->end - b->off, cap;
	char *p;

	if (b->cap - b->end >= n)
		return 0;
	if (n > SIZE_MAX / 8 || len > SIZE_MAX / 8) {
		errno = ENOMEM;
		return -1;
	}
	/* moving down is cheap when little is left */
	if (b->cap - len >= n && len <= b->off) {
		memcpy(b->p, b->p + b->off, len);
		b->off = 0;
		b->end = len;
		return 0;
	}
	cap = b->cap > 64 ? b->cap : 64;
	while (cap < len + n || cap < 2 * len)
		cap *= 2;
	p = malloc(cap);
	if (p == NULL)
		return -1;
	if (len > 0)
		memcpy(p, b->p + b->off, len);
	free(b->p);
	b->p = p;
	b->cap = cap;
	b->off = 0;
	b->end = len;
	return 0;
}

int
buf_put(struct buf *b, const void *p, size_t n)
{
	if (buf_reserve(b, n) == -1)
		return -1;
	if (n > 0)
		memcpy(b->p + b->end, p, n);
	b->end += n;
	return 0;
}

int
buf_puts(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

int
buf_putc(struct buf *b, char c)
{
	return buf_put(b, &c, 1);
}

int
buf_putnum(struct buf *b, uint64_t u)
{
	char t[20];
	size_t i = sizeof t;

	do {
		t[--i] = '0' + u % 10;
		u /= 10;
	} while (u > 0);
	return buf_put(b, t + i, sizeof t - i);
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || buf_reserve(b, (size_t)n + 1) == -1)
		return -1;
	va_start(ap, fmt);
	vsnprintf(b->p + b->end, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->end += n;
	return 0;
}

void
buf_consume(struct buf *b, size_t n)
{
	b->off += n;
	if (b->off < b->end)
		return;
	b->off = b->end = 0;
	if (b->cap > BUF_KEEP)
		buf_free(b);
}

void
bytes_no_nul(char *p, size_t n)
{
	char *end = p + n;

	while (p < end && (p = memchr(p, '\0', end - p)) != NULL)
		*p++ = ' ';
}

void
buf_clear(struct buf *b)
{
	b->off = b->end = 0;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	memset(b, 0, sizeof *b);
}

void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_free(b);
}
