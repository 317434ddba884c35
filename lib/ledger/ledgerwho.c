#include "ledger/ledgerwho.h"
#include <stdlib.h>
#include <string.h>

int
ledgerwho_put(struct ledgerwho *w, uint64_t number, const char *p, size_t n)
{
	char *copy = malloc(n + 1);

	if (copy == NULL)
		return -1;
	memcpy(copy, p, n);
	free(w->of[number].p);
	w->of[number].p = copy;
	w->of[number].n = n;
	w->last = 0;
	return 0;
}

struct ledger_line *
ledgerwho_get(struct ledgerwho *w, uint64_t number, size_t *n)
{
	if (number >= LEDGERWHO_MAX || w->of[number].p == NULL)
		return NULL;
	*n = w->of[number].n;
	if (w->last == number + 1)
		return &w->line;
	w->last = number + 1;
	/* it was good when it came */
	return ledgerline_parse(w->of[number].p, *n, &w->line) == 0 ? &w->line
								    : NULL;
}

void
ledgerwho_forget(struct ledgerwho *w)
{
	unsigned i;

	for (i = 0; i < LEDGERWHO_MAX; i++)
		free(w->of[i].p);
	memset(w->of, 0, sizeof w->of);
	w->last = 0;
}
