#include "recv/hookwish.h"
#include <stdio.h>
#include <string.h>

/* does it stand there already, with this end? */
static int
has(const struct buf *b, struct slice s, char end)
{
	const char *p = buf_data(b), *all = p + buf_len(b), *e;

	for (; p < all; p = e + 1) {
		e = memchr(p, end, (size_t)(all - p));
		if ((size_t)(e - p) == s.n && memcmp(p, s.p, s.n) == 0)
			return 1;
	}
	return 0;
}

/* once */
static int
put(struct buf *b, struct slice s, char end, size_t max)
{
	if (buf_len(b) > 0 && has(b, s, end))
		return 0;
	if (buf_len(b) + s.n + 1 > max)
		return -1;
	return buf_put(b, s.p, s.n) == -1 || buf_putc(b, end) == -1 ? -1 : 0;
}

int
hookwish_add(struct hookwish *w, const struct policyaction *a, int late)
{
	switch (a->kind) {
	case POLICYACTION_PREPEND:
		return late
		    ? -1
		    : put(&w->fields, a->text, '\n', HOOKWISH_FIELDS_MAX);
	case POLICYACTION_BCC:
		return put(&w->copies, a->text, '\0', HOOKWISH_COPIES_MAX);
	case POLICYACTION_REDIRECT:
		/* the first */
		return buf_len(&w->redirect) > 0
		    ? 0
		    : buf_put(&w->redirect, a->text.p, a->text.n);
	case POLICYACTION_HOLD: w->hold = 1; return 0;
	case POLICYACTION_DISCARD: w->discard = 1; return 0;
	default: return 0;
	}
}

void
hookwish_clear(struct hookwish *w)
{
	buf_free(&w->fields);
	buf_free(&w->copies);
	buf_free(&w->redirect);
	w->hold = w->discard = 0;
}

static int
copy_to(struct incoming *l, const char *address)
{
	char t[POLICYACTION_ADDRESS_MAX + sizeof " NOTIFY=NEVER"];
	int n = snprintf(t, sizeof t, "%s NOTIFY=NEVER", address);

	return incoming_line(l, "to", t, (size_t)n);
}

int
hookwish_do(const struct hookwish *w, struct incoming *l, int64_t now_s)
{
	const char *p = buf_data(&w->copies), *end = p + buf_len(&w->copies);
	char t[24];
	int r = 0;

	if (buf_len(&w->redirect) > 0) {
		incoming_no_rcpts(l);
		r |= incoming_line(l, "to", buf_data(&w->redirect),
		    buf_len(&w->redirect));
	}
	for (; p < end; p += strlen(p) + 1)
		r |= copy_to(l, p);
	if (w->hold && !incoming_has(l, "hold-until"))
		r |= incoming_line(l, "hold-until", t,
		    (size_t)snprintf(t, sizeof t, "%lld",
			(long long)now_s + HOOKWISH_HOLD_S));
	return r == 0 ? 0 : -1;
}
