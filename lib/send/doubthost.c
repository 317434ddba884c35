#include "send/doubthost.h"
#include "base/ascii.h"
#include "send/hostlist.h"
#include <string.h>

int
doubthost_first(char *list, unsigned char *tiers, const char *name)
{
	char *to = list + strspn(list, " "), *p = to;
	int found = 0;
	size_t n;

	for (; *p != '\0'; p += n, p += strspn(p, " ")) {
		n = strcspn(p, " ");
		if (!ascii_is(p, strcspn(p, "/"), name))
			continue;
		found = 1;
		to = p == to ? p + n + (p[n] == ' ')
			     : hostlist_up(list, tiers, to, p, n);
	}
	return found;
}

int
doubthost_serves(const struct sendhost *h, const struct sendtxn *t)
{
	return sendhost_listed(h, t->mx) &&
	    (t->doubt_host == NULL ||
		ascii_is(h->name, strlen(h->name), t->doubt_host));
}
