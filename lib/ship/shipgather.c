#include "ship/shipgather.h"
#include <string.h>

int
shipgather_added(struct shipgather *g, const struct shipgather_most *most,
    size_t before, int64_t us, int64_t now_ms)
{
	size_t bytes = buf_len(&g->text);

	if (bytes > most->bytes && g->n > 0) {
		g->text.end = g->text.off + before;
		g->full = 1;
		return 0;
	}
	if (g->n == 0) {
		g->since_ms = now_ms;
		g->first_us = us;
	}
	if (++g->n == most->events || bytes >= most->bytes)
		g->full = 1;
	return 1;
}

/* the LF of the event that begins here */
static const char *
end_of(const struct shipgather *g, const char *p)
{
	const char *end = buf_data(&g->text) + buf_len(&g->text);

	return memchr(p, '\n', (size_t)(end - p));
}

const char *
shipgather_event(const struct shipgather *g, unsigned i, size_t *n)
{
	const char *p = buf_data(&g->text);

	while (i-- > 0)
		p = end_of(g, p) + 1;
	*n = (size_t)(end_of(g, p) - p) + 1;
	return p;
}

int
shipgather_part(const struct shipgather *g, const uint16_t *which, unsigned n,
    struct buf *out)
{
	const char *p = buf_data(&g->text), *lf;
	unsigned i, k = 0;

	for (i = 0; k < n; i++, p = lf + 1) {
		lf = end_of(g, p);
		if (which[k] != i)
			continue;
		if (buf_put(out, p, (size_t)(lf - p) + 1) == -1)
			return -1;
		k++;
	}
	return 0;
}

void
shipgather_clear(struct shipgather *g)
{
	g->n = 0;
	g->full = 0;
	buf_clear(&g->text);
}
