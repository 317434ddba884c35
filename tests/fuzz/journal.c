#include "queue/journal.h"
#include "queue/name.h"
#include <stdlib.h>
#include <string.h>

/* read a segment as queue-run does; a good line is what journal_put makes */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = { 0 };
	char *copy = malloc(size + 1), *p = copy, *end = copy + size;
	enum message_state st;
	const char *id;
	unsigned n;
	long r;

	memcpy(copy, data, size);
	while ((r = journal_get(p, end - p, &id, &n, &st)) != 0) {
		if (r == -1) {
			p = memchr(p, '\n', end - p);
			if (p == NULL)
				break;
			p++;
			continue;
		}
		if (r > end - p || id != p || name_check(id, NAME_LEN) == -1)
			abort();
		buf_clear(&b);
		journal_put(&b, id, n, st);
		if (buf_len(&b) > (size_t)r ||
		    (buf_len(&b) == (size_t)r &&
			memcmp(buf_data(&b), p, r) != 0))
			abort();
		if (journal_get(buf_data(&b), buf_len(&b), &id, &n, &st) !=
		    (long)buf_len(&b))
			abort();
		p += r;
	}
	buf_free(&b);
	free(copy);
	return 0;
}
