/*
 * An envelope read from a part of the bytes is a prefix of the one read
 * from all of them; each line makes progress; what is read is written back
 * the same; an address ends at the end or at a blank.
 */
#include "format/parcel.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

/* lines read before the end; *r the last result, *left where it stopped */
static unsigned
count(const char *p, const char *end, int *r, const char **left)
{
	struct parcel_line l;
	const char *from = p;
	unsigned lines = 0;

	while ((*r = parcel_next(&p, end, &l)) == 1) {
		must(p > from && p <= end && p[-1] == '\n');
		must(l.key == from && l.key_len > 0);
		must(l.value >= l.key + l.key_len &&
		    l.value + l.value_len == p - 1);
		must(p - from <= PARCEL_LINE_MAX);
		from = p;
		lines++;
	}
	must(*r == 0 ? p == from + 1 && *from == '\n' : p == from);
	*left = p;
	return lines;
}

static void
address(const char *p, size_t n)
{
	size_t len = parcel_address(p, n);

	must(len <= n && (len == n || p[len] == ' '));
	must(n == 0 || memchr(p, ' ', len) == NULL ||
	    memchr(p, '"', len) != NULL);
	must(parcel_address(p, len) == len);
}

/* any value comes back */
static void
written(const char *p, size_t n)
{
	struct buf b = { 0 };
	struct parcel_line l;
	const char *s;

	if (n > PARCEL_LINE_MAX / 2 - 10)
		return;
	parcel_put(&b, "key", p, n);
	parcel_put(&b, "end", NULL, 0);
	s = buf_data(&b);
	must(parcel_next(&s, s + buf_len(&b), &l) == 1);
	must(parcel_is(&l, "key") && !parcel_is(&l, "ke"));
	must(parcel_next(&s, buf_data(&b) + buf_len(&b), &l) == 1);
	must(parcel_is(&l, "end") && l.value_len == 0);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *p = (const char *)data, *left, *l2;
	unsigned lines, some;
	size_t i;
	int r, r2;

	lines = count(p, p + n, &r, &left);
	for (i = 0; i < n; i += 1 + n / 64) {
		some = count(p, p + i, &r2, &l2);
		must(some <= lines && l2 <= left);
		must(r2 == -2 || (r2 == r && some == lines) ||
		    (r2 == -1 && r == -1));
	}
	address(p, n);
	written(p, n);
	return 0;
}
