#include "ship/routingkey.h"
#include "format/ltsv.h"
#include "ship/shipline.h"
#include <string.h>

/* the label behind a brace: its bytes, 0 where it is none */
static size_t
label_len(const char *p)
{
	size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

	return n <= LTSV_LABEL_MAX && p[n] == '}' ? n : 0;
}

int
routingkey_ok(const char *pattern)
{
	const char *p = pattern;
	size_t n;

	while ((p = strpbrk(p, "{}")) != NULL) {
		n = *p == '{' ? label_len(p + 1) : 0;
		if (n == 0)
			return 0;
		p += n + 2;
	}
	return 1;
}

int
routingkey_make(struct buf *out, const char *pattern, const char *line,
    size_t n)
{
	char label[LTSV_LABEL_MAX + 1];
	struct slice value;
	size_t len;
	const char *p = pattern;

	while (*p != '\0') {
		len = strcspn(p, "{");
		if (buf_put(out, p, len) == -1)
			return -1;
		p += len;
		if (*p == '\0')
			break;
		len = label_len(p + 1);
		memcpy(label, p + 1, len);
		label[len] = '\0';
		shipline_find(line, n, label, &value);
		if (buf_put(out, value.p, value.n) == -1)
			return -1;
		p += len + 2;
	}
	return buf_len(out) > ROUTINGKEY_MAX;
}
