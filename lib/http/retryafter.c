#include "http/retryafter.h"
#include "base/ascii.h"
#include "base/num.h"
#include "mail/date.h"
#include <string.h>

long
retryafter_seconds(const char *text, int64_t now_s)
{
	int64_t at;
	uint64_t s;
	size_t n;
	int offset;

	if (text == NULL)
		return -1;
	text += strspn(text, " \t");
	for (n = strlen(text); n > 0 && ascii_white(text[n - 1]);)
		n--;
	if (n > 0 && strspn(text, "0123456789") >= n) {
		if (num_scan(text, n, 0, RETRYAFTER_MAX_S, &s) == -1)
			return RETRYAFTER_MAX_S;
		return (long)s;
	}
	if (date_parse(text, n, &at, &offset) == -1)
		return -1;
	if (at <= now_s)
		return 0;
	return at - now_s > RETRYAFTER_MAX_S ? RETRYAFTER_MAX_S
					     : (long)(at - now_s);
}
