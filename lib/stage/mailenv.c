#include "stage/mailenv.h"
#include "format/ltsv.h"
#include "format/parcel.h"
#include <string.h>

/* the variable, and the key of which it has the first line */
static const struct {
	const char *name, *key;
} known[] = {
	{ "SENDER", "from" },
	{ "CLIENT", "client" },
	{ "CLIENT_NAME", "client-name" },
	{ "HELO", "helo" },
	{ "PROTO", "proto" },
	{ "USER", "user" },
	{ "TENANT", "tenant" },
	{ "ORIGIN", "origin" },
	{ "PROBE", "probe" },
};
enum {
	KNOWN = sizeof known / sizeof known[0],
	RECIPIENT = KNOWN,
	RECIPIENTS,
	RECIPIENT_COUNT,
	ALL
};

/* a value, its escapes undone, fit for an environment */
static int
put(struct buf *b, const char *value, size_t n)
{
	struct ltsv_field f = { "", value, 0, (unsigned)n };
	char *p;
	long len, i;

	if (buf_reserve(b, n + 1) == -1)
		return -1;
	p = buf_tail(b);
	len = ltsv_value(&f, p, n + 1);
	for (i = 0; i < len; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			p[i] = '?';
	buf_added(b, len < 0 ? 0 : (size_t)len);
	return 0;
}

static int
add_recipient(struct mailenv *e, const char *value, size_t n)
{
	struct buf *all = &e->var[RECIPIENTS].value;
	struct buf *first = &e->var[RECIPIENT].value;

	n = parcel_address(value, n);
	if (buf_len(first) == 0 && put(first, value, n) == -1)
		return -1;
	if (buf_len(all) + n + 1 > MAILENV_RECIPIENTS_MAX)
		return 0;
	if (buf_len(all) > 0 && buf_putc(all, '\n') == -1)
		return -1;
	return put(all, value, n);
}

int
mailenv_make(struct mailenv *e, const char *env, size_t n)
{
	const char *end = n == 0 ? env : env + n;
	struct parcel_line l;
	unsigned i, count = 0, seen = 0;
	int r = 0;

	for (i = 0; i < KNOWN; i++)
		e->var[i].name = known[i].name;
	e->var[RECIPIENT].name = "RECIPIENT";
	e->var[RECIPIENTS].name = "RECIPIENTS";
	e->var[RECIPIENT_COUNT].name = "RECIPIENT_COUNT";
	e->n = ALL;
	while (r == 0 && n > 0 && env < end &&
	    parcel_next(&env, end, &l) == 1) {
		if (parcel_is(&l, "to")) {
			count++;
			r = add_recipient(e, l.value, l.value_len);
			continue;
		}
		for (i = 0; i < KNOWN; i++)
			if (!(seen & 1u << i) && parcel_is(&l, known[i].key)) {
				seen |= 1u << i;
				r = put(&e->var[i].value, l.value, l.value_len);
			}
	}
	if (buf_putnum(&e->var[RECIPIENT_COUNT].value, count) == -1)
		r = -1;
	for (i = 0; i < e->n; i++)
		if (buf_putc(&e->var[i].value, '\0') == -1)
			r = -1;
	return r;
}

void
mailenv_free(struct mailenv *e)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		buf_free(&e->var[i].value);
	e->n = 0;
}
