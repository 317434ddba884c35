/* any text as a URL: what is taken has a host that has a name, a port and a path
 * within the text, and is the same when it is put together again */
#include "http/httpsurl.h"
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const char *p, size_t n)
{
	static char text[2 * HTTPSURL_MAX];
	struct httpsurl u, again;
	size_t i, len;

	if (httpsurl_scan(p, n, &u) == -1)
		return;
	len = strlen(u.host);
	assert(n <= HTTPSURL_MAX && len > 0 && len <= WORD_DOMAIN_MAX);
	assert(u.host[len - 1] != '.' && strpbrk(u.host, ":/@[] \\") == NULL);
	for (i = 0; i < len; i++)
		assert(u.host[i] < 'A' || u.host[i] > 'Z');
	assert(u.port >= 1 && u.port <= 65535);
	assert(u.path.p >= p && u.path.p + u.path.n <= p + n);
	assert(u.path.n == 0 || *u.path.p == '/' || *u.path.p == '?');
	assert(memchr(u.path.p, '#', u.path.n) == NULL);
	len = (size_t)snprintf(text, sizeof text, "https://%s:%u%.*s", u.host,
	    u.port, (int)u.path.n, u.path.n == 0 ? "" : u.path.p);
	/* the port, which was not said */
	if (len > HTTPSURL_MAX)
		return;
	assert(httpsurl_scan(text, len, &again) == 0);
	assert(strcmp(u.host, again.host) == 0 && u.port == again.port);
	assert(u.path.n == again.path.n &&
	    memcmp(u.path.p, again.path.p, u.path.n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *p = malloc(n + 1);

	memcpy(p, bytes, n);
	check(p, n);
	free(p);
	return 0;
}
