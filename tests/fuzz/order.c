#include "queue/ctlrequest.h"
#include "queue/name.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
write_again(const struct ctlrequest *o, struct buf *line)
{
	buf_clear(line);
	if (ctlrequest_put(o, 0, buf_len(&o->sel.ids) / NAME_LEN, line) == -1)
		abort();
}

static int
same(const struct selector_list *a, const struct selector_list *b)
{
	unsigned i;

	if (a->n != b->n || a->all != b->all ||
	    buf_len(&a->ids) != buf_len(&b->ids))
		return 0;
	for (i = 0; i < a->n; i++)
		if (a->by[i].what != b->by[i].what ||
		    a->by[i].len != b->by[i].len ||
		    memcmp(a->by[i].value, b->by[i].value, a->by[i].len) != 0)
			return 0;
	return buf_len(&a->ids) == 0 ||
	    memcmp(buf_data(&a->ids), buf_data(&b->ids), buf_len(&a->ids)) == 0;
}

/* an order that is good is the same when it is written and read again, and
 * whatever it selects can be asked of any recipient */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct ctlrequest a, b;
	static struct buf line;
	struct selector_facts f = { .known = ~0u, .state = MESSAGE_QUEUED };
	struct selector_facts none = { .known = 0 };

	if (ctlrequest_parse((const char *)data, n, &a) != NULL)
		return 0;
	f.from.p = f.to.p = f.site.p = (const char *)data;
	f.from.n = f.to.n = f.site.n = n;
	f.domain = selector_domain(f.to.p, f.to.n);
	selector_match(&a.sel, &f);
	if (!selector_match(&a.sel, &none))
		abort();
	write_again(&a, &line);
	if (buf_len(&line) > CTLREQUEST_LINE_MAX)
		return 0; /* escaped it may be too long for a request */
	if (ctlrequest_parse(buf_data(&line), buf_len(&line), &b) != NULL ||
	    a.verb != b.verb || !same(&a.sel, &b.sel))
		abort();
	return 0;
}
