#include "run/nextsource.h"
#include <stdlib.h>
#include <string.h>

static const char *const labels[] = { "avoid-src", "use-pool" };

uint8_t
nextsource_number(struct nextsource *s, const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, labels[1]);
	uint8_t pool = f != NULL;
	struct nextsource_one *o;
	unsigned i;

	if (f == NULL)
		f = ltsv_find(l, labels[0]);
	if (f == NULL || f->value_len == 0 ||
	    f->value_len > NEXTSOURCE_NAME_MAX)
		return 0;
	if (s->one == NULL)
		s->one = calloc(NEXTSOURCE_MAX, sizeof *s->one);
	if (s->one == NULL)
		return 0;
	for (i = 0; i < s->n; i++)
		if (s->one[i].pool == pool && ltsv_is(f, s->one[i].name))
			return (uint8_t)(i + 1);
	if (s->n == NEXTSOURCE_MAX)
		return 0;
	o = &s->one[s->n++];
	memcpy(o->name, f->value, f->value_len);
	o->pool = pool;
	return (uint8_t)s->n;
}

int
nextsource_put(const struct nextsource *s, uint8_t number, struct buf *b)
{
	const struct nextsource_one *o;

	if (number == 0 || number > s->n)
		return 0;
	o = &s->one[number - 1];
	b->end--; /* the LF */
	return buf_printf(b, "\t%s:%s\n", labels[o->pool], o->name);
}
