#include "route/mailboxname.h"

int
mailboxname(const struct address *a, struct buf *user, struct buf *ext)
{
	const char *p = a->key, *end = p + a->user_len;
	int quoted = end - p >= 2 && *p == '"' && end[-1] == '"';
	struct buf *to = user;

	if (quoted) {
		p++;
		end--;
	}
	for (; p < end; p++) {
		if (quoted && *p == '\\' && p + 1 < end)
			p++;
		else if (*p == '+' && !quoted && to == user &&
		    buf_len(to) > 0) {
			to = ext;
			continue;
		}
		if (buf_putc(to, *p) == -1)
			return -1;
	}
	return 0;
}
