#include "route/suspendif.h"
#include "base/ascii.h"
#include "base/num.h"
#include <string.h>

enum { KINDS = 3 };

/* one condition; the bit of its kind, 0: it is none; *good: does it agree */
static unsigned
look(struct slice c, const struct suspendif_way *w, int *good)
{
	static const char *const names[KINDS] = { "via", "site", "provider" };
	const struct slice have[KINDS] = { w->via, w->site, w->provider };
	const char *is = memchr(c.p, '=', c.n);
	size_t n;
	int i;

	*good = 0;
	if (is == NULL)
		return 0;
	n = (size_t)(is - c.p);
	i = ascii_which(names, KINDS, c.p, n);
	if (i == -1)
		return 0;
	*good = ascii_same(is + 1, c.n - n - 1, have[i].p, have[i].n);
	return 1u << i;
}

/* one order */
static int
suspends(struct slice o, const struct suspendif_way *w, uint64_t *number,
    uint64_t *until)
{
	unsigned asked = 0, agreed = 0, bit;
	struct slice c;
	int good;

	if (!word_piece(&o, ',', &c) ||
	    num_scan(c.p, c.n, 1, INT64_MAX, number) == -1 ||
	    !word_piece(&o, ',', &c) ||
	    num_scan(c.p, c.n, 0, INT64_MAX, until) == -1)
		return 0;
	while (word_piece(&o, ',', &c)) {
		bit = look(c, w, &good);
		if (bit == 0)
			return 0;
		asked |= bit;
		agreed |= good ? bit : 0;
	}
	return asked != 0 && asked == agreed;
}

int
suspendif(struct slice label, const struct suspendif_way *w, uint64_t *number,
    uint64_t *until)
{
	struct slice o;

	while (word_piece(&label, ' ', &o))
		if (suspends(o, w, number, until))
			return 1;
	return 0;
}
