/* taglist: slices stay within, in order, names are names; what it accepts,
 * the forgiving reader takes piece by piece, too */
#include "dkim/taglist.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
look(const struct tag *t, const char *from, const char *end)
{
	const char *p = t->value, *item, *last = t->value;
	size_t n;

	if (t->name < from || t->value > end || t->name_len == 0 ||
	    t->name + t->name_len >= t->value ||
	    t->value_len > (size_t)(end - t->value) ||
	    memchr(t->value, ';', t->value_len) != NULL ||
	    memchr(t->name, '=', t->name_len) != NULL)
		abort();
	while (tag_item(&p, t->value + t->value_len, &item, &n)) {
		if (item < last || item + n > t->value + t->value_len ||
		    memchr(item, ':', n) != NULL)
			abort();
		last = item + n;
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data, *p = in, *before, *end = in + n;
	struct taglist l;
	struct tag t;
	unsigned i, k, good = 0;
	int r, bad = 0, whole = taglist_parse(&l, in, n);

	while ((before = p, r = taglist_each(&p, end, &t)) != 0) {
		if (p <= before || p > end)
			abort();
		if (r == -1) {
			bad = 1;
			continue;
		}
		look(&t, before, end);
		if (!bad && good < l.n &&
		    (l.tag[good].name != t.name ||
			l.tag[good].value_len != t.value_len))
			abort();
		good++;
	}
	if (whole == -1)
		return 0;
	if (bad || good != l.n)
		abort();
	for (i = 0; i < l.n; i++)
		for (k = 0; k < i; k++)
			if (l.tag[i].name_len == l.tag[k].name_len &&
			    memcmp(l.tag[i].name, l.tag[k].name,
				l.tag[i].name_len) == 0)
				abort();
	return 0;
}
