#include "stage/aloneenv.h"
#include "base/die.h"

const char *
aloneenv_add(struct aloneenv *o, const char *line)
{
	const char *p, *end, *why;
	struct buf b = { 0 };
	struct parcel_line l;

	needs(buf_puts(&b, line));
	needs(buf_putc(&b, '\n'));
	p = buf_data(&b);
	end = p + buf_len(&b);
	if (parcel_next(&p, end, &l) != 1)
		why = envcheck_none(buf_data(&b), end);
	else if (p < end)
		why = "more than one line";
	else
		why = envcheck_line(&o->check, &l);
	if (why == NULL)
		needs(buf_put(&o->env, buf_data(&b), buf_len(&b)));
	buf_free(&b);
	return why;
}
