#include "run/nextsource.h"
#include <stdlib.h>
#include <string.h>

/* a label of the result as one of the job */
static int
put(struct buf *b, const char *label, const struct ltsv *l, const char *from)
{
	const struct ltsv_field *f = ltsv_find(l, from);
	int bad;

	if (f == NULL || f->value_len == 0 ||
	    f->value_len > NEXTSOURCE_NAME_MAX)
		return 0;
	bad = buf_printf(b, "\t%s:", label);
	return bad | buf_put(b, f->value, f->value_len);
}

static uint16_t
number_of(struct nextsource *s, const char *labels)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->labels[i], labels) == 0)
			return (uint16_t)(i + 1);
	if (s->labels == NULL)
		s->labels = calloc(NEXTSOURCE_MAX, sizeof *s->labels);
	if (s->labels == NULL || s->n == NEXTSOURCE_MAX)
		return 0;
	s->labels[s->n] = strdup(labels);
	return s->labels[s->n] == NULL ? 0 : (uint16_t)++s->n;
}

uint16_t
nextsource_number(struct nextsource *s, const struct ltsv *l)
{
	static struct buf b;
	int pool = ltsv_find(l, "use-pool") != NULL, bad;

	buf_clear(&b);
	bad = put(&b, "last-src", l, "from-src");
	bad |= pool ? put(&b, "use-pool", l, "use-pool")
		    : put(&b, "avoid-src", l, "avoid-src");
	if (bad || buf_len(&b) == 0 || buf_putc(&b, '\0') == -1)
		return 0;
	return number_of(s, buf_data(&b));
}

int
nextsource_put(const struct nextsource *s, uint16_t number, struct buf *b)
{
	int bad;

	if (number == 0 || number > s->n)
		return 0;
	b->end--; /* the LF */
	bad = buf_puts(b, s->labels[number - 1]);
	return bad | buf_putc(b, '\n');
}
