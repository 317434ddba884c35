#include "base/day.h"
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
