#include "ship/labellist.h"
#include <string.h>

int
labellist_parse(struct labellist *l, const char *p)
{
	size_t n;

	l->n = 0;
	while (*p != '\0') {
		n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
		if (n == 0 || n > LTSV_LABEL_MAX || l->n == LABELLIST_MAX)
			return -1;
		l->name[l->n] = p;
		l->len[l->n++] = (unsigned)n;
		p += n;
		if (*p == ',' && p[1] != '\0')
			p++;
		else if (*p != '\0')
			return -1;
	}
	return 0;
}

int
labellist_at(const struct labellist *l, const char *label, size_t n)
{
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (l->len[i] == n && memcmp(l->name[i], label, n) == 0)
			return (int)i;
	return -1;
}
