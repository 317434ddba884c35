#include "route/routewhy.h"
#include "format/job.h"

void
routewhy_step(void *arg, const char *file, unsigned line, const char *text)
{
	struct routewhy *y = arg;
	int r = line == 0
	    ? buf_printf(&y->text, "%s: %s\n", file, text)
	    : buf_printf(&y->text, "%s:%u: %s\n", file, line, text);

	y->lost |= r == -1;
}

void
routewhy_provider(struct routewhy *y, const struct routing *w)
{
	const struct provider *p = &w->provider;

	if (p->name.n > 0 &&
	    buf_printf(&y->text, "%sproviders:%u: %.*s is with %.*s\n",
		p->shipped ? "shipped " : "", p->line, (int)w->addr.domain_len,
		w->addr.domain, (int)p->name.n, p->name.p) == -1)
		y->lost = 1;
}

void
routewhy_left_out(struct routewhy *y, const struct protect *how)
{
	char why[TLSPLAN_TEXT_MAX];
	unsigned i;

	for (i = 0; i < how->in.n; i++)
		if (protect_why(how, i, why) != NULL &&
		    buf_printf(&y->text, "left out: %s\n", why) == -1)
			y->lost = 1;
}

int
routewhy_put(struct buf *b, const struct routewhy *y)
{
	return y == NULL
	    ? 0
	    : job_why(b, "why-route", buf_data(&y->text), buf_len(&y->text));
}
