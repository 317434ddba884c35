/*
 * Kinds that have little of their own: http, in the form that is asked for, and
 * Graylog's gelf, which takes one event a request.
 */
#include "ship/csvrecord.h"
#include "ship/gelf.h"
#include "ship/httpform.h"
#include "ship/shipjson.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* as the words of the key stand in shipkinds.c */
enum format { NDJSON, JSON, LTSV, CSV };

static int
http_begin(struct httpform *f, const char **why)
{
	if (shipkeys_num(f->keys, "format") != CSV)
		return 0;
	f->columns = calloc(1, sizeof(struct csvrecord));
	if (f->columns != NULL && csvrecord_columns(f->columns, NULL) == 0)
		return 0;
	*why = "out of memory";
	return -1;
}

static int
put_json(const struct ship_event *ev, size_t n, const char *between,
    struct buf *b)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((i > 0 && buf_puts(b, between) == -1) ||
		    shipjson_event(b, ev[i].line, ev[i].len, 0) == -1)
			return -1;
	return 0;
}

static int
put_ltsv(const struct ship_event *ev, size_t n, struct buf *b)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (buf_put(b, ev[i].line, ev[i].len) == -1 ||
		    buf_putc(b, '\n') == -1)
			return -1;
	return 0;
}

/* the names of the columns stand in front; nothing where no event has a record */
static int
put_csv(const struct csvrecord *c, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	size_t i, header;

	if (csvrecord_header(c, b) == -1)
		return -1;
	header = buf_len(b);
	for (i = 0; i < n; i++)
		if (csvrecord_put(c, b, ev[i].line, ev[i].len) == -1)
			return -1;
	if (buf_len(b) == header)
		buf_clear(b);
	return 0;
}

static int
http_body(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	switch ((enum format)shipkeys_num(f->keys, "format")) {
	case JSON:
		return buf_putc(b, '[') == -1 || put_json(ev, n, ",\n", b) == -1
		    ? -1
		    : buf_puts(b, "]\n");
	case LTSV: return put_ltsv(ev, n, b);
	case CSV: return put_csv(f->columns, ev, n, b);
	default: return put_json(ev, n, "\n", b) == -1 ? -1 : buf_putc(b, '\n');
	}
}

const struct httpkind httpkind_http = {
	.name = "http",
	.path = "/",
	.begin = http_begin,
	.body = http_body,
};

static int
put_gelf(struct httpform *f, const struct ship_event *ev, struct buf *b)
{
	const char *host = shipkeys_text(f->keys, "host");

	return gelf_put(b, ev->line, ev->len, host != NULL ? host : f->host,
	    f->now_us);
}

const struct httpkind httpkind_gelf = {
	.name = "gelf",
	.path = "/gelf",
	.type = "application/json",
	.single = 1,
	.one = put_gelf,
};
