#include "format/deliverby.h"
#include "base/num.h"
#include <string.h>

int
deliverby(const char *p, size_t n, struct deliverby *out)
{
	const char *blank = memchr(p, ' ', n);
	size_t left = blank == NULL ? 0 : p + n - blank - 1;
	int64_t ms;

	if (left < 1 || left > 2 || (blank[1] != 'R' && blank[1] != 'N') ||
	    (left == 2 && blank[2] != 'T') ||
	    num_scan_time(p, blank - p, &ms) == -1)
		return -1;
	out->at = ms / 1000;
	out->mode = blank[1];
	out->trace = left == 2;
	return 0;
}
