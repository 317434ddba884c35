#include "route/relayword.h"
#include "base/num.h"
#include "conf/word.h"
#include <stdio.h>
#include <string.h>

int
relayword(const char *p, size_t n, char out[RELAYWORD_MAX])
{
	const char *colon = memrchr(p, ':', n);
	size_t len = colon == NULL ? 0 : (size_t)(colon - p);
	int six = len > 2 && p[0] == '[' && p[len - 1] == ']';
	uint64_t port;

	if (len == 0 || num_scan(colon + 1, n - len - 1, 1, 65535, &port) == -1)
		return -1;
	if (six) {
		p++;
		len -= 2;
	}
	if (word_ip(p, len) != (six ? 6 : 4))
		return -1;
	snprintf(out, RELAYWORD_MAX, "%.*s/%u/%.*s", (int)len, p,
	    (unsigned)port, (int)len, p);
	return 0;
}
