#include "mail/date.h"
#include <stdio.h>
#include <string.h>

/* seconds of 1900-01-01 and 9999-12-31 23:59:59 */
static const int64_t first = -2208988800, last = 253402300799;

/* the civil date of a day counted from 0000-03-01: a year that begins in
 * March has its odd day at the end */
static void
civil(int64_t days, int *year, int *month, int *day)
{
	int64_t era = days / 146097, d = days % 146097, y, m;

	y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	d -= 365 * y + y / 4 - y / 100;
	m = (5 * d + 2) / 153; /* 0 is March */
	*day = d - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = era * 400 + y + (*month <= 2);
}

/* a time in its zone, taken apart */
struct parts {
	int year, month, day, secs, weekday; /* 0: Thursday */
	int offset;
};

static void
take_apart(struct parts *d, int64_t t, int offset)
{
	int64_t days;

	if (offset > DATE_OFFSET_MAX)
		offset = DATE_OFFSET_MAX;
	if (offset < -DATE_OFFSET_MAX)
		offset = -DATE_OFFSET_MAX;
	if (t < first)
		t = first;
	if (t > last)
		t = last;
	t += offset * 60;
	if (t < first)
		t = first;
	if (t > last)
		t = last;
	days = t / 86400 - (t % 86400 < 0);
	d->secs = t - days * 86400;
	d->weekday = (days % 7 + 7) % 7;
	d->offset = offset;
	civil(days + 719468, &d->year, &d->month, &d->day);
}

size_t
date_format(char *out, int64_t t, int offset)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec",
			  wdays[] = "ThuFriSatSunMonTueWed";
	struct parts d;
	char text[80];
	int zone;

	take_apart(&d, t, offset);
	zone = d.offset < 0 ? -d.offset : d.offset;
	snprintf(text, sizeof text,
	    "%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d",
	    wdays + 3 * d.weekday, d.day, names + 3 * (d.month - 1), d.year,
	    d.secs / 3600, d.secs / 60 % 60, d.secs % 60,
	    d.offset < 0 ? '-' : '+', zone / 60, zone % 60);
	memcpy(out, text, DATE_LEN);
	out[DATE_LEN] = '\0';
	return DATE_LEN;
}

size_t
date_iso(char *out, int64_t t, int offset)
{
	struct parts d;
	char text[80];
	int zone;

	take_apart(&d, t, offset);
	zone = d.offset < 0 ? -d.offset : d.offset;
	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d",
	    d.year, d.month, d.day, d.secs / 3600, d.secs / 60 % 60,
	    d.secs % 60, d.offset < 0 ? '-' : '+', zone / 60, zone % 60);
	memcpy(out, text, DATE_ISO_LEN);
	out[DATE_ISO_LEN] = '\0';
	return DATE_ISO_LEN;
}
