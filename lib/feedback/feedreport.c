#include "feedback/feedreport.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

struct feedreport_rcpt *
feedreport_add(struct feedreport *r)
{
	size_t cap = r->cap == 0 ? 4 : 2 * r->cap;
	struct feedreport_rcpt *p;

	if (r->n == FEEDREPORT_RCPTS_MAX) {
		r->more = 1;
		return NULL;
	}
	if (r->n == r->cap) {
		p = realloc(r->rcpt, cap * sizeof *p);
		if (p == NULL)
			return NULL;
		r->rcpt = p;
		r->cap = cap;
	}
	p = &r->rcpt[r->n++];
	memset(p, 0, sizeof *p);
	return p;
}

struct feedreport_rcpt *
feedreport_find(const struct feedreport *r, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (ascii_same(r->rcpt[i].address, strlen(r->rcpt[i].address),
			p, n))
			return &r->rcpt[i];
	return NULL;
}

void
feedreport_free(struct feedreport *r)
{
	free(r->rcpt);
	memset(r, 0, sizeof *r);
}

size_t
feedreport_line(char *out, size_t cap, const char *p, size_t n)
{
	const char *end = p + n;
	size_t len = 0, c;

	for (; p < end; p += c) {
		c = utf8_len(p, end - p);
		if (c == 0)
			c = 1;
		if (c == 1 && (unsigned char)*p <= ' ') {
			if (len > 0 && out[len - 1] != ' ' && len + 1 < cap)
				out[len++] = ' ';
			continue;
		}
		if (len + c >= cap)
			break;
		memcpy(out + len, p, c);
		len += c;
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	return len;
}
