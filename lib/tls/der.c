#include "tls/der.h"
#include <string.h>
#include <time.h>

enum { LENGTH_BYTES_MAX = 3, MANY = 0x80, LONG_TAG = 0x1f };

/* the length, and how many bytes say it; 0: it is none */
static size_t
length(const unsigned char *p, size_t n, size_t *len)
{
	size_t i, bytes;

	if (n == 0)
		return 0;
	*len = p[0];
	if (!(p[0] & MANY))
		return 1;
	bytes = p[0] & ~(unsigned)MANY;
	if (bytes == 0 || bytes > LENGTH_BYTES_MAX || bytes > n - 1)
		return 0;
	for (*len = 0, i = 1; i <= bytes; i++)
		*len = *len << 8 | p[i];
	return 1 + bytes;
}

int
der_next(struct der *left, unsigned *tag, struct der *value)
{
	size_t head, n;

	if (left->n == 0)
		return 0;
	*tag = left->p[0];
	if ((*tag & LONG_TAG) == LONG_TAG)
		return -1;
	head = length(left->p + 1, left->n - 1, &n);
	if (head == 0 || n > left->n - 1 - head)
		return -1;
	value->p = left->p + 1 + head;
	value->n = n;
	left->n -= 1 + head + n;
	left->p += 1 + head + n;
	return 1;
}

int
der_take(struct der *left, unsigned tag, struct der *value)
{
	struct der rest = *left;
	unsigned is;

	if (der_next(&rest, &is, value) != 1 || is != tag)
		return 0;
	*left = rest;
	return 1;
}

int
der_take_whole(struct der *left, unsigned tag, struct der *whole)
{
	const unsigned char *from = left->p;
	struct der value;

	if (!der_take(left, tag, &value))
		return 0;
	whole->p = from;
	whole->n = (size_t)(left->p - from);
	return 1;
}

int
der_is(struct der d, const void *oid, size_t n)
{
	return d.n == n && memcmp(d.p, oid, n) == 0;
}

int
der_same(struct der a, struct der b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

struct der
der_unsigned(struct der integer)
{
	struct der d = integer;

	if (d.n == 0 || d.p[0] & 0x80) {
		d.n = 0;
		return d;
	}
	while (d.n > 0 && d.p[0] == 0) {
		d.p++;
		d.n--;
	}
	return d;
}

struct der
der_bytes(struct der bits)
{
	struct der d = { bits.p, 0 };

	if (bits.n < 2 || bits.p[0] != 0)
		return d;
	d.p = bits.p + 1;
	d.n = bits.n - 1;
	return d;
}

unsigned
der_bit_length(struct der number)
{
	unsigned bits = (unsigned)number.n * 8, top;

	if (number.n == 0)
		return 0;
	for (top = number.p[0]; !(top & 0x80); top <<= 1)
		bits--;
	return bits;
}

/* two digits; -1: they are none */
static int
two(const unsigned char *p)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	return (p[0] - '0') * 10 + p[1] - '0';
}

/* years of two digits are of 1950 to 2049 */
static int
year(unsigned tag, const unsigned char **p)
{
	int high = 0, low;

	if (tag == DER_TIME) {
		high = two(*p);
		*p += 2;
	}
	low = two(*p);
	*p += 2;
	if (high < 0 || low < 0)
		return -1;
	if (tag == DER_UTC_TIME)
		high = low < 50 ? 20 : 19;
	return high * 100 + low;
}

int
der_time(unsigned tag, struct der d, int64_t *at_s)
{
	const unsigned char *p = d.p;
	struct tm t = { 0 };
	int y;

	if (!(tag == DER_UTC_TIME && d.n == 13) &&
	    !(tag == DER_TIME && d.n == 15))
		return -1;
	if (d.p[d.n - 1] != 'Z')
		return -1;
	y = year(tag, &p);
	t.tm_year = y - 1900;
	t.tm_mon = two(p) - 1;
	t.tm_mday = two(p + 2);
	t.tm_hour = two(p + 4);
	t.tm_min = two(p + 6);
	t.tm_sec = two(p + 8);
	if (y < 0 || t.tm_mon < 0 || t.tm_mon > 11 || t.tm_mday < 1 ||
	    t.tm_mday > 31 || t.tm_hour < 0 || t.tm_hour > 23 || t.tm_min < 0 ||
	    t.tm_min > 59 || t.tm_sec < 0 || t.tm_sec > 59)
		return -1;
	*at_s = timegm(&t);
	return 0;
}
