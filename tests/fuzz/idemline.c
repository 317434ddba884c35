#include "queue/idemline.h"
#include <stdlib.h>
#include <string.h>

/* a segment of keys, read as queue-inject does; a good line is what
 * idem_line_put() makes.  The same bytes as an envelope */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1), *p = copy, line[IDEM_LINE_LEN];
	size_t n = size, used, len;
	enum idem_kind kind;
	struct idem_key k;
	const char *id;

	memcpy(copy, data, size);
	while ((kind = idem_line_next(p, n, &k, &id, &used)) != IDEM_MORE) {
		if (used == 0 || used > n || p[used - 1] != '\n')
			abort();
		if (kind == IDEM_PENDING) {
			len = idem_line_put(line, &k, id);
			if (len != used)
				abort();
		}
		p += used;
		n -= used;
	}
	if (used != 0 || memchr(p, '\n', n) != NULL)
		abort();
	idem_key(&k, copy, size);
	free(copy);
	return 0;
}
