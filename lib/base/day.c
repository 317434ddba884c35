#include "base/day.h"
#include "base/num.h"
#include <stdio.h>
#include <time.h>

const char *
day_text(int64_t at_s, char out[DAY_TEXT])
{
	time_t at = (time_t)at_s;
	struct tm tm;

	if (gmtime_r(&at, &tm) == NULL)
		snprintf(out, DAY_TEXT, "?");
	else
		snprintf(out, DAY_TEXT, "%04lld-%02d-%02d", tm.tm_year + 1900LL,
		    tm.tm_mon + 1, tm.tm_mday);
	return out;
}

/* all digits of a form, 0 for each, and its other bytes; of one that has a T
 * a blank, too */
static int
looks_like(const char *s, const char *form)
{
	for (; *form != '\0'; s++, form++)
		if (*form == '0' ? *s < '0' || *s > '9'
				 : *s != *form && (*form != 'T' || *s != ' '))
			return 0;
	return 1;
}

static int
part(const char *s, size_t n, uint64_t min, uint64_t max, int *out)
{
	uint64_t u;

	if (num_scan(s, n, min, max, &u) == -1)
		return -1;
	*out = (int)u;
	return 0;
}

/* Z or +01:00, as seconds before UTC */
static int
offset(const char *s, size_t n, int64_t *out)
{
	int h, m;

	*out = 0;
	if (n == 1 && (*s == 'Z' || *s == 'z'))
		return 0;
	if (n != 6 || (*s != '+' && *s != '-') || s[3] != ':' ||
	    part(s + 1, 2, 0, 23, &h) == -1 || part(s + 4, 2, 0, 59, &m) == -1)
		return -1;
	*out = (*s == '-' ? -60 : 60) * (int64_t)(h * 60 + m);
	return 0;
}

int
day_scan(const char *s, size_t n, int64_t *at_s)
{
	struct tm tm = { 0 };
	int64_t before;
	size_t i = 19;
	int day;

	if (n <= i || !looks_like(s, "0000-00-00T00:00:00") ||
	    part(s, 4, 1970, 9999, &tm.tm_year) == -1 ||
	    part(s + 5, 2, 1, 12, &tm.tm_mon) == -1 ||
	    part(s + 8, 2, 1, 31, &tm.tm_mday) == -1 ||
	    part(s + 11, 2, 0, 23, &tm.tm_hour) == -1 ||
	    part(s + 14, 2, 0, 59, &tm.tm_min) == -1 ||
	    part(s + 17, 2, 0, 60, &tm.tm_sec) == -1)
		return -1;
	if (s[i] == '.' && n > i + 1 && s[i + 1] >= '0' && s[i + 1] <= '9')
		for (i++; i < n && s[i] >= '0' && s[i] <= '9';)
			i++;
	if (offset(s + i, n - i, &before) == -1)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	day = tm.tm_mday;
	tm.tm_sec = tm.tm_sec == 60 ? 59 : tm.tm_sec; /* a leap second */
	*at_s = (int64_t)timegm(&tm) - before;
	/* a 30th of February has become another day */
	return tm.tm_mday == day && *at_s >= 0 ? 0 : -1;
}
