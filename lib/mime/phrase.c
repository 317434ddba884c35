#include "mime/phrase.h"
#include "base/ascii.h"
#include "mime/encword.h"

int
phrase_plain(char c)
{
	return ascii_alnum(c) ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~ ", c) != NULL);
}

static int
put_quoted(struct buf *b, const char *s, size_t n)
{
	size_t i;

	if (buf_putc(b, '"') == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (((s[i] == '"' || s[i] == '\\') &&
			buf_putc(b, '\\') == -1) ||
		    buf_putc(b, s[i]) == -1)
			return -1;
	return buf_putc(b, '"');
}

int
phrase_put(struct buf *b, const char *s, size_t n)
{
	size_t i, words = 0, odd = 0;

	for (i = 0; i < n; i++) {
		words += phrase_plain(s[i]) != 0;
		odd += (unsigned char)s[i] < ' ' || (unsigned char)s[i] > 0x7e;
	}
	if (odd > 0 || memmem(s, n, "=?", 2) != NULL)
		return encword_put(b, s, n);
	return words == n ? buf_put(b, s, n) : put_quoted(b, s, n);
}
