#include "queue/logline.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* any line: what is found lies in it, and ids are ids */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = malloc(size == 0 ? 1 : size);
	const char *p = line, *end = line + size, *a, *b;
	size_t skip;
	int64_t us;

	if (size > 0)
		memcpy(line, data, size);
	us = logline_time(line, size, &skip);
	assert(us >= -1 && skip <= size);
	assert(skip == 0 || memcmp(line + skip, "ts:", 3) == 0);
	if (logline_link(line, size, &a, &b)) {
		assert(a > line && a + NAME_LEN <= end);
		assert(b > line && b + NAME_LEN <= end);
		assert(name_check(a, NAME_LEN) == 0);
		assert(name_check(b, NAME_LEN) == 0);
	}
	while ((a = logline_id(&p, end)) != NULL) {
		assert(a + NAME_LEN == p && p <= end);
		assert(name_check(a, NAME_LEN) == 0);
	}
	assert(p == end);
	free(line);
	return 0;
}
