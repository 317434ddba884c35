#include "route/forwardword.h"
#include <string.h>

int
forwardword_ok(const char *p, size_t n)
{
	int quoted = p[0] == '"';
	size_t i;

	for (i = quoted; i < n; i++) {
		if (quoted && p[i] == '\\' && i + 1 < n)
			i++;
		else if (p[i] == '"')
			return quoted && i + 1 == n;
		else if (!quoted && strchr(" ,;<>\\", p[i]) != NULL)
			return 0;
	}
	return !quoted;
}

int
forwardword_put(struct buf *b, const char *p, size_t n, size_t local_len)
{
	if (strchr("|#-", p[0]) == NULL)
		return buf_put(b, p, n);
	return buf_printf(b, "\"%.*s\"%.*s", (int)local_len, p,
	    (int)(n - local_len), p + local_len);
}
