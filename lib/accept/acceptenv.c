#include "accept/acceptenv.h"
#include "format/envlines.h"
#include <stdio.h>
#include <string.h>

static void
set(struct acceptenv *e, enum acceptwire_key key, const char *p, size_t n)
{
	if (n > ACCEPTWIRE_VALUE_MAX)
		n = ACCEPTWIRE_VALUE_MAX;
	memcpy(e->text[key], p, n);
	e->value[key] = (struct slice){ e->text[key], n };
}

/* the line that says it, if this is it */
static void
take(struct acceptenv *e, const struct parcel_line *l)
{
	char value[PARCEL_LINE_MAX], uid[ACCEPTWIRE_VALUE_MAX];
	long n = envlines_value(l, value);
	int i;

	if (n < 0)
		return;
	for (i = 0; i < ACCEPTWIRE_KEYS; i++)
		if (parcel_is(l, acceptwire_keys[i]))
			set(e, i, value, (size_t)n);
	if (parcel_is(l, "uid") && e->value[ACCEPTWIRE_USER].n == 0) {
		n = snprintf(uid, sizeof uid, "#%.20s", value);
		set(e, ACCEPTWIRE_USER, uid, (size_t)n);
	}
}

void
acceptenv_read(struct acceptenv *e, const struct buf *env)
{
	const char *p = buf_data(env), *end = p + buf_len(env);
	struct parcel_line l;

	memset(e->value, 0, sizeof e->value);
	e->rcpts = 0;
	while (p < end && parcel_next(&p, end, &l) == 1) {
		e->rcpts += parcel_is(&l, "to") != 0;
		take(e, &l);
	}
}
