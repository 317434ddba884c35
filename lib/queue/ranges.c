#include "queue/ranges.h"
#include "base/num.h"
#include <string.h>

static int
put_run(struct ranges *r)
{
	int k = buf_len(&r->text) > 0 ? buf_putc(&r->text, ',') : 0;

	k |= buf_putnum(&r->text, r->first);
	if (r->last > r->first) {
		k |= buf_putc(&r->text, '-');
		k |= buf_putnum(&r->text, r->last);
	}
	r->any = 0;
	return k;
}

int
ranges_add(struct ranges *r, uint32_t n)
{
	int k = 0;

	if (r->any && n == r->last + 1) {
		r->last = n;
		return 0;
	}
	if (r->any)
		k = put_run(r);
	r->first = r->last = n;
	r->any = 1;
	return k;
}

int
ranges_end(struct ranges *r)
{
	return r->any ? put_run(r) : 0;
}

void
ranges_clear(struct ranges *r)
{
	buf_clear(&r->text);
	r->any = 0;
}

void
ranges_free(struct ranges *r)
{
	buf_free(&r->text);
	r->any = 0;
}

static const char *
digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

int
ranges_next(const char **p, const char *end, uint32_t max, uint32_t *first,
    uint32_t *last)
{
	const char *s = *p, *e;
	uint64_t a, b;

	if (s == end)
		return 0;
	e = digits(s, end);
	if (num_scan(s, e - s, 0, max, &a) == -1)
		return -1;
	b = a;
	if (e < end && *e == '-') {
		s = e + 1;
		e = digits(s, end);
		if (num_scan(s, e - s, a + 1, max, &b) == -1)
			return -1;
	}
	if (e < end && (*e != ',' || e + 1 == end))
		return -1;
	*p = e < end ? e + 1 : e;
	*first = a;
	*last = b;
	return 1;
}

uint32_t
ranges_count(const char *p, size_t n, uint32_t max)
{
	const char *end = n == 0 ? p : p + n;
	uint32_t first, last, sum = 0, before = 0;
	int k;

	while ((k = ranges_next(&p, end, max, &first, &last)) == 1) {
		if (sum > 0 && first <= before)
			return 0;
		sum += last - first + 1;
		before = last;
	}
	return k == -1 ? 0 : sum;
}

int
ranges_has(const char *p, size_t n, uint32_t number)
{
	const char *end = n == 0 ? p : p + n;
	uint32_t first, last;

	while (ranges_next(&p, end, UINT32_MAX - 1, &first, &last) == 1)
		if (number >= first && number <= last)
			return 1;
	return 0;
}
