#include "http/httpsurl.h"
#include "base/ascii.h"
#include "base/num.h"
#include <string.h>

static const char scheme[] = "https://";

/* labels of letters, digits and '-', the last of which is no number: that
 * would be an address, of which there are more spellings than one likes */
static int
host_scan(const char *p, size_t n, char *out)
{
	size_t i, label = 0;

	if (n > 0 && p[n - 1] == '.')
		n--;
	if (n == 0 || n > WORD_DOMAIN_MAX)
		return -1;
	for (i = 0; i < n; i++)
		if (p[i] == '.' && i > label) {
			label = i + 1;
		} else if (p[i] == '.' || i - label >= 63 ||
		    (!ascii_alnum(p[i]) && p[i] != '-' && p[i] != '_')) {
			return -1;
		}
	if (label == n || ascii_digit(p[label]))
		return -1;
	ascii_lower_copy(out, p, n);
	out[n] = '\0';
	return 0;
}

static int
printable(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] >= 0x7f)
			return 0;
	return 1;
}

int
httpsurl_scan(const char *p, size_t n, struct httpsurl *u)
{
	size_t host, end, skip = sizeof scheme - 1;
	uint64_t port = HTTPSURL_PORT;

	memset(u, 0, sizeof *u);
	if (n > HTTPSURL_MAX || !printable(p, n) || !ascii_begins(p, n, scheme))
		return -1;
	p += skip;
	n -= skip;
	for (end = 0; end < n && strchr("/?#", p[end]) == NULL; end++)
		;
	for (host = 0; host < end && p[host] != ':'; host++)
		;
	if (host_scan(p, host, u->host) == -1)
		return -1;
	if (host < end &&
	    num_scan(p + host + 1, end - host - 1, 1, 65535, &port) == -1)
		return -1;
	u->port = (unsigned)port;
	u->path.p = p + end;
	while (end + u->path.n < n && p[end + u->path.n] != '#')
		u->path.n++;
	return 0;
}
