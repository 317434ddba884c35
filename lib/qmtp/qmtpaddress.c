#include "qmtp/qmtpaddress.h"
#include "mail/address.h"
#include <string.h>

/* is it good as it is? */
static int
is_plain(const char *p, size_t n)
{
	struct address_parts a;

	return memchr(p, '"', n) == NULL && memchr(p, '\\', n) == NULL &&
	    memchr(p, ':', n) == NULL &&
	    address_parse(p, n, &a) == ADDRESS_GOOD && a.local_len == n;
}

static int
put_quoted(struct buf *b, const char *p, size_t n)
{
	size_t i;
	int e = buf_putc(b, '"');

	for (i = 0; i < n; i++) {
		if (p[i] == '"' || p[i] == '\\')
			e |= buf_putc(b, '\\');
		e |= buf_putc(b, p[i]);
	}
	return e | buf_putc(b, '"');
}

int
qmtpaddress_put(struct buf *b, const char *p, size_t n)
{
	const char *at = n == 0 ? NULL : memrchr(p, '@', n);
	size_t local = at == NULL ? n : (size_t)(at - p);

	if (n == 0 || (local > 0 && is_plain(p, local)))
		return buf_put(b, p, n);
	if (put_quoted(b, p, local) == -1)
		return -1;
	return buf_put(b, p + local, n - local);
}
