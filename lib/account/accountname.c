#include "account/accountname.h"
#include "base/ip.h"
#include "conf/word.h"
#include <string.h>

int
accountname_ok(struct slice s, size_t max)
{
	size_t i;

	if (s.n == 0 || s.n > max || s.p[0] == '.' || s.p[0] == '-')
		return 0;
	for (i = 0; i < s.n; i++)
		if (!ascii_alnum(s.p[i]) &&
		    (s.p[i] == '\0' || strchr("._=+@-", s.p[i]) == NULL))
			return 0;
	return 1;
}

void
accountname_split(struct slice s, struct slice *org, struct slice *name)
{
	const char *slash = s.n == 0 ? NULL : memchr(s.p, '/', s.n);

	*org = (struct slice){ s.p, slash == NULL ? 0 : (size_t)(slash - s.p) };
	*name = s;
	if (slash != NULL)
		*name = (struct slice){ slash + 1, s.n - org->n - 1 };
}

const char *
accountclients_fault(struct slice list)
{
	unsigned char ip[IP_LEN];
	struct slice s;
	unsigned bits;

	while (list.n > 0 && word_piece(&list, ',', &s))
		if (ip_scan_prefix(s.p, s.n, ip, &bits) == 0 ||
		    (list.p != NULL && list.n == 0))
			return "clients are addresses and networks, commas "
			       "between them";
	return NULL;
}

int
accountclients_have(struct slice list, struct slice text)
{
	unsigned char ip[IP_LEN], net[IP_LEN];
	size_t len, n;
	struct slice s;
	unsigned bits;

	if (list.n == 0)
		return 1;
	len = text.n == 0 ? 0 : ip_scan(text.p, text.n, ip);
	len = ip_unmap(ip, len);
	while (len > 0 && list.n > 0 && word_piece(&list, ',', &s)) {
		n = ip_scan_prefix(s.p, s.n, net, &bits);
		n = ip_unmap_net(net, n, &bits);
		if (n == len && ip_same_net(net, ip, bits))
			return 1;
	}
	return 0;
}
