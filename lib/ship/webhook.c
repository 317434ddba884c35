/* an array of JSON for a site's own program: events as they are, or with the
 * names of Manycore-Mail's */
#include "ship/httpform.h"
#include "ship/manycore.h"
#include "ship/sanitize.h"
#include "ship/shipjson.h"
#include <string.h>

/* one event; *some: is something in the array? */
static int
put_one(struct httpform *f, const char *line, size_t n, int *some,
    struct buf *b)
{
	size_t before = buf_len(b);
	int r;

	if (*some && buf_puts(b, ",\n") == -1)
		return -1;
	r = shipkeys_num(f->keys, "fields") == 1
	    ? manycore_put(b, line, n, shipkeys_text(f->keys, "service"))
	    : shipjson_event(b, line, n, 0) == 0 ? 1
						 : -1;
	if (r == 0)
		b->end = b->off + before;
	*some |= r == 1;
	return r == -1 ? -1 : 0;
}

static int
put_sanitized(struct httpform *f, const struct ship_event *ev, int *some,
    struct buf *b)
{
	buf_clear(&f->scratch);
	if (sanitize_line(&f->scratch, ev->line, ev->len, f->hidden) == -1)
		return -1;
	return put_one(f, buf_data(&f->scratch), buf_len(&f->scratch), some, b);
}

static int
webhook_body(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	int sanitize = shipkeys_num(f->keys, "sanitize") == 1 ||
	    shipkeys_text(f->keys, "sanitize-file") != NULL;
	int some = 0;
	size_t i;

	if (buf_putc(b, '[') == -1)
		return -1;
	for (i = 0; i < n; i++)
		if ((sanitize ? put_sanitized(f, &ev[i], &some, b)
			      : put_one(f, ev[i].line, ev[i].len, &some, b)) ==
		    -1)
			return -1;
	if (!some) {
		buf_clear(b);
		return 0;
	}
	return buf_puts(b, "]\n");
}

const struct httpkind httpkind_webhook = {
	.name = "webhook",
	.path = "/",
	.type = "application/json",
	.body = webhook_body,
};
