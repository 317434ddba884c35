#include "mime/paramput.h"
#include "base/ascii.h"
#include "base/utf8.h"

enum { LINE = 76 };

/* RFC 2045 section 5.1: may it stand without quotes? */
static int
token(char c)
{
	return c > ' ' && c < 0x7f && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

/* RFC 2231 section 7; a percent sign, apostrophe and star say something */
static int
attribute(char c)
{
	return token(c) && strchr("*'%", c) == NULL;
}

static int
put_quoted(struct buf *b, const char *p, size_t n)
{
	size_t i, plain = 0;
	int r;

	while (plain < n && token(p[plain]))
		plain++;
	if (plain == n && n > 0)
		return buf_put(b, p, n);
	r = buf_putc(b, '"');
	for (i = 0; r == 0 && i < n; i++) {
		if (p[i] == '"' || p[i] == '\\')
			r = buf_putc(b, '\\');
		if (r == 0)
			r = buf_putc(b, p[i]);
	}
	return r == 0 ? buf_putc(b, '"') : r;
}

/* as many whole characters as have room; the bytes of p they are */
static size_t
put_part(struct buf *b, const char *p, size_t n, size_t room)
{
	size_t i = 0, k, len, at;
	char code[3] = { '%' };

	while (i < n) {
		k = utf8_len(p + i, n - i);
		k = k == 0 ? 1 : k;
		len = attribute(p[i]) ? 1 : 3 * k;
		if (len > room)
			break;
		room -= len;
		for (at = i, i += k; at < i; at++) {
			ascii_hex_upper(code + 1, (unsigned char)p[at]);
			if (len == 1 ? buf_putc(b, p[at]) == -1
				     : buf_put(b, code, 3) == -1)
				return 0;
		}
	}
	return i;
}

static int
put_sections(struct buf *b, const char *name, const char *p, size_t n)
{
	size_t len = strlen(name) + 12, used, section, i, all = 0;

	for (i = 0; i < n; i++)
		all += attribute(p[i]) ? 1 : 3;
	if (all <= LINE - len) {
		if (buf_printf(b, ";\n %s*=utf-8''", name) == -1)
			return -1;
		return put_part(b, p, n, LINE - len) == n ? 0 : -1;
	}
	for (section = 0; n > 0; section++, p += used, n -= used) {
		if (buf_printf(b, ";\n %s*%zu*=%s", name, section,
			section == 0 ? "utf-8''" : "") == -1)
			return -1;
		used = put_part(b, p, n, LINE - len);
		if (used == 0)
			return -1;
	}
	return 0;
}

int
paramput(struct buf *b, const char *name, const char *p, size_t n)
{
	size_t i, odd = 0, len = strlen(name) + 4 + n;

	for (i = 0; i < n; i++) {
		odd += p[i] < ' ' || p[i] > '~';
		len += p[i] == '"' || p[i] == '\\';
	}
	if (odd > 0 || len > LINE)
		return put_sections(b, name, p, n);
	if (buf_printf(b, ";\n %s=", name) == -1)
		return -1;
	return put_quoted(b, p, n);
}
