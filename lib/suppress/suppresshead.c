#include "suppress/suppresshead.h"
#include "base/num.h"
#include <stdio.h>
#include <string.h>

enum { DIGITS = 20 };

/* " NUMBER" of DIGITS digits */
static int
get_number(const char *p, uint64_t *u)
{
	return *p == ' ' ? num_scan(p + 1, DIGITS, 0, INT64_MAX, u) : -1;
}

int
suppresshead_read(struct suppresshead *h, const char *p, size_t n)
{
	static const char word[] = "from ";
	const char *l = p + SUPPRESSLINE_HEAD;
	const char *number = l + sizeof word - 1 + SUPPRESSLINE_ID;

	memset(h, 0, sizeof *h);
	if (suppressline_id(p, n, h->id) == -1)
		return -1;
	if (n < SUPPRESSHEAD_MAX || memcmp(l, word, sizeof word - 1) != 0 ||
	    l[SUPPRESSHEAD_FROM - 1] != '\n' ||
	    get_number(number, &h->at) == -1 ||
	    get_number(number + 1 + DIGITS, &h->end) == -1)
		return 0;
	memcpy(h->from, l + sizeof word - 1, SUPPRESSLINE_ID);
	return 0;
}

size_t
suppresshead_write(char out[SUPPRESSHEAD_MAX + 1], const struct suppresshead *h)
{
	return (size_t)snprintf(out, SUPPRESSHEAD_MAX + 1,
	    SUPPRESSLINE_MAGIC "%s\nfrom %s %020llu %020llu\n", h->id, h->from,
	    (unsigned long long)h->at, (unsigned long long)h->end);
}

uint64_t
suppresshead_start(const struct suppresshead *h, const char *said, size_t n,
    uint64_t size)
{
	const size_t first =
	    h->from[0] == '\0' ? SUPPRESSLINE_HEAD : SUPPRESSHEAD_MAX;
	uint64_t at;

	if (n <= SUPPRESSLINE_ID + 1 ||
	    num_scan(said + SUPPRESSLINE_ID + 1, n - SUPPRESSLINE_ID - 1,
		SUPPRESSLINE_HEAD, INT64_MAX, &at) == -1)
		return first;
	if (memcmp(said, h->id, SUPPRESSLINE_ID) == 0)
		return at > size ? first : at;
	if (memcmp(said, h->from, SUPPRESSLINE_ID) == 0 && at == h->at)
		return h->end;
	return first;
}
