#include "ship/stampname.h"
#include <string.h>
#include <time.h>

int
stampname_make(const char *pattern, int64_t at_s, char *out, size_t cap)
{
	time_t at = (time_t)at_s;
	struct tm tm;

	if (strchr(pattern, '%') == NULL) {
		if (pattern[0] == '\0' || strlen(pattern) >= cap)
			return -1;
		memcpy(out, pattern, strlen(pattern) + 1);
		return 0;
	}
	if (gmtime_r(&at, &tm) == NULL || strftime(out, cap, pattern, &tm) == 0)
		return -1;
	return 0;
}
