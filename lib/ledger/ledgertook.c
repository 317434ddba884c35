#include "ledger/ledgertook.h"
#include "base/num.h"
#include <stdlib.h>
#include <string.h>

int
ledgertook_cut(struct ledger_taken *t)
{
	char *blank = strchr(t->text, ' '), *at = blank;
	const char *eq;

	if (blank == NULL)
		return -1;
	/* the last of the limits */
	while (at > t->text && at[-1] != ',')
		at--;
	if (strncmp(at, "backoff", 7) != 0)
		return 0;
	t->learns = 1;
	eq = memchr(at, '=', (size_t)(blank - at));
	if (eq != NULL &&
	    num_scan(eq + 1, (size_t)(blank - eq - 1), 0, UINT32_MAX, &t->n) ==
		-1)
		return -1;
	t->limited = eq != NULL;
	if (at > t->text)
		at--;
	memmove(at, blank, strlen(blank) + 1);
	return 0;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

const char *
ledgertook_difference(const char **a, unsigned n, const char **b, unsigned m)
{
	unsigned i;
	int d;

	if (n > 0)
		qsort(a, n, sizeof *a, by_text);
	if (m > 0)
		qsort(b, m, sizeof *b, by_text);
	for (i = 0; i < n && i < m; i++)
		if ((d = strcmp(a[i], b[i])) != 0)
			return d < 0 ? a[i] : b[i];
	return i < n ? a[i] : i < m ? b[i] : NULL;
}
