#include "queue/scheduleparts.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { INDEX_MAX = 0x7fffffff };

int
schedule_grow(void *array, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t more;
	void *p;

	if (n < *cap)
		return 0;
	more = *cap < 64 ? 64 : *cap + *cap / 2;
	while (more <= n)
		more += more / 2;
	if (more > INDEX_MAX) {
		errno = ENOMEM;
		return -1;
	}
	memcpy(&p, array, sizeof p);
	p = realloc(p, more * size);
	if (p == NULL)
		return -1;
	memcpy(array, &p, sizeof p);
	*cap = more;
	return 0;
}
