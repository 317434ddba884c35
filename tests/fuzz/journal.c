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
	struct journal_line l, again;
	long r;

	memcpy(copy, data, size);
	while ((r = journal_get(p, end - p, &l)) != 0) {
		if (r == -1) {
			p = memchr(p, '\n', end - p);
			if (p == NULL)
				break;
			p++;
			continue;
		}
		if (r > end - p || l.id != p ||
		    name_check(l.id, NAME_LEN) == -1)
			abort();
		buf_clear(&b);
		journal_put(&b, l.id, l.n, l.state, l.at_s);
		if (buf_len(&b) > (size_t)r ||
		    (buf_len(&b) == (size_t)r &&
			memcmp(buf_data(&b), p, r) != 0))
			abort();
		if (journal_get(buf_data(&b), buf_len(&b), &again) !=
			(long)buf_len(&b) ||
		    again.n != l.n || again.state != l.state ||
		    again.at_s != l.at_s)
			abort();
		p += r;
	}
	buf_free(&b);
	free(copy);
	return 0;
}
