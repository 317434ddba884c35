#include "base/num.h"
#include <string.h>

int
num_scan(const char *s, size_t n, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t u = 0;
	unsigned d;
	size_t i;

	if (n == 0 || n > 20)
		return -1;
	for (i = 0; i < n; i++) {
		d = (unsigned char)s[i] - '0';
		if (d > 9 || u > (UINT64_MAX - d) / 10)
			return -1;
		u = u * 10 + d;
	}
	if (u < min || u > max)
		return -1;
	*out = u;
	return 0;
}

int
num_scans(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	return num_scan(s, strlen(s), min, max, out);
}

int
num_scan_duration(const char *s, size_t n, uint64_t max, uint64_t *out)
{
	static const char unit[] = "smhdw";
	static const unsigned secs[] = { 1, 60, 3600, 86400, 604800 };
	const char *u;
	uint64_t v;
	unsigned f = 1;

	if (n > 1 && (u = memchr(unit, s[n - 1], sizeof unit - 1)) != NULL) {
		f = secs[u - unit];
		n--;
	}
	if (num_scan(s, n, 0, max / f, &v) == -1)
		return -1;
	*out = v * f;
	return 0;
}

int
num_scan_hundredths(const char *s, size_t n, uint64_t min, uint64_t max,
    uint64_t *out)
{
	const char *dot = n == 0 ? NULL : memchr(s, '.', n);
	size_t whole = dot == NULL ? n : (size_t)(dot - s);
	size_t digits = dot == NULL ? 0 : n - whole - 1;
	uint64_t a, b = 0;

	if (num_scan(s, whole, 0, UINT32_MAX, &a) == -1 || digits > 2 ||
	    (dot != NULL && num_scan(dot + 1, digits, 0, 99, &b) == -1))
		return -1;
	a = a * 100 + (digits == 1 ? 10 * b : b);
	if (a < min || a > max)
		return -1;
	*out = a;
	return 0;
}

int
num_scan_time(const char *s, size_t n, int64_t *ms)
{
	const char *dot = n == 0 ? NULL : memchr(s, '.', n);
	size_t whole = dot == NULL ? n : (size_t)(dot - s), i, frac;
	uint64_t secs, part = 0;
	unsigned d;

	if (num_scan(s, whole, 0, INT64_MAX / 1000 - 1, &secs) == -1)
		return -1;
	if (dot != NULL) {
		frac = n - whole - 1;
		if (frac < 1 || frac > 6)
			return -1;
		for (i = 0; i < 3; i++) {
			d = i < frac ? (unsigned char)dot[1 + i] - '0' : 0;
			if (d > 9)
				return -1;
			part = part * 10 + d;
		}
		for (; i < frac; i++)
			if (dot[1 + i] < '0' || dot[1 + i] > '9')
				return -1;
	}
	*ms = (int64_t)(secs * 1000 + part);
	return 0;
}
