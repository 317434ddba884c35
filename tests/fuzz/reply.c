#include "smtp/reply.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* a reply is unfinished until its last byte, and then the same however much
 * follows; its text is printable and no longer than promised */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data;
	char text[REPLY_TEXT_MAX];
	struct reply r, q;
	const char *line;
	size_t at = 0, len, i, lines = 0;
	long got = reply_parse(p, n, &r);

	assert(got >= -1 && got <= (long)n && got <= REPLY_MAX);
	if (got <= 0)
		return 0;
	assert(r.code >= 200 && r.code <= 599 && r.lines > 0);
	for (i = 0; i < (size_t)got; i += 1 + i / 16)
		assert(reply_parse(p, i, &q) == 0);
	assert(reply_parse(p, got, &q) == got && q.code == r.code);
	while (reply_next(&r, &at, &line, &len)) {
		assert(line >= p && line + len <= p + got);
		lines++;
	}
	assert(lines == r.lines && at == (size_t)got);
	len = reply_text(&r, text, sizeof text);
	assert(len >= 3 && len <= sizeof text);
	for (i = 0; i < len; i++)
		assert(text[i] >= ' ' && text[i] <= '~');
	assert(r.esc == NULL || (r.esc_len >= 5 && r.esc_len <= REPLY_ESC_MAX));
	return 0;
}
