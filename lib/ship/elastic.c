/*
 * Elasticsearch and OpenSearch: the bulk interface, two lines an event.  The id
 * of a document is that of the event, so that one which is sent again is
 * refused as known (409), which is good.
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
#include "ship/bulkanswer.h"
#include "ship/httpform.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include "ship/stampname.h"
#include <stdio.h>
#include <string.h>

static int
elastic_begin(struct httpform *f, const char **why)
{
	f->index_s = INT64_MIN;
	if (stampname_make(shipkeys_text(f->keys, "index"), 0, f->index,
		sizeof f->index) == 0)
		return 0;
	*why = "index: empty, or too long";
	return -1;
}

/* no more of the answer than is looked at */
static int
elastic_place(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	(void)ev, (void)n;
	return buf_puts(b,
		   "?filter_path=errors,items.*.status,items.*.error."
		   "type,items.*.error.reason") == -1 ||
		httpform_parameter(b, "pipeline",
		    shipkeys_text(f->keys, "pipeline")) == -1
	    ? -1
	    : 0;
}

/* the index of that second */
static void
set_index(struct httpform *f, const struct ship_event *ev)
{
	int64_t at_s = httpform_us(f, ev) / 1000000;
	const char *pattern = shipkeys_text(f->keys, "index");

	if (at_s == f->index_s)
		return;
	f->index_s = at_s;
	if (stampname_make(pattern, at_s, f->index, sizeof f->index) == -1)
		stampname_make(pattern, 0, f->index, sizeof f->index);
}

static int
put_one(struct httpform *f, const struct ship_event *ev, struct buf *b)
{
	struct slice eid = httpform_eid(ev);
	const char *op = shipkeys_text(f->keys, "op");

	set_index(f, ev);
	if (buf_puts(b, "{\"") == -1 || buf_puts(b, op) == -1 ||
	    buf_puts(b, "\":{\"_index\":") == -1 ||
	    jsontext_string(b, f->index, strlen(f->index)) == -1 ||
	    buf_puts(b, ",\"_id\":") == -1 ||
	    jsontext_string(b, eid.p, eid.n) == -1 || buf_puts(b, "}}\n") == -1)
		return -1;
	return shipjson_event(b, ev->line, ev->len, SHIPJSON_TIMESTAMP) == -1
	    ? -1
	    : buf_putc(b, '\n');
}

/*
 * 400, the status of a document that will not do, is said of what the site has
 * to repair, too: each document would be refused.  There is no list of these in
 * the documentation; the words are those of the server's source, in
 * ShardLimitValidator, IngestService, Mapping(Lookup), IndexAbstraction and
 * TransportBulkAction of Elasticsearch 7 and 8 and OpenSearch 1 and 2.
 */
static int
is_sites(const struct bulkanswer_item *item)
{
	static const struct {
		const char *type, *words;
	} t[] = {
		{ "validation_exception", "" },
		{ "index_closed_exception", "" },
		{ "invalid_index_name_exception", "" },
		{ "illegal_argument_exception", "Validation Failed: " },
		{ "illegal_argument_exception", "pipeline with id [" },
		{ "illegal_argument_exception", "no write index is defined" },
		{ "illegal_argument_exception", "only write ops with an op_t" },
		{ "", "Limit of total fields [" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		if ((t[i].type[0] == '\0' ||
			strcmp(item->type, t[i].type) == 0) &&
		    strstr(item->reason, t[i].words) != NULL)
			return item->status == 400;
	return 0;
}

static void
mark(struct shipmarks *m, size_t i, const struct bulkanswer_item *item,
    struct httpverdict *v)
{
	char text[SHIP_TEXT_MAX + 1];
	unsigned fault;
	char kind = httpverdict_kind(item->status, &fault);

	/* it is there: it has been sent before */
	if (item->status == 409)
		kind = 'K';
	if (is_sites(item)) {
		kind = 'Z';
		fault = 1;
	}
	snprintf(text, sizeof text, "%ld: %s: %s", item->status, item->type,
	    item->reason);
	shipmarks_set(m, i, 1, kind == 'S' ? 'D' : kind, text);
	/* told once, for all */
	if (fault && !v->fault)
		memcpy(v->text, text, sizeof text);
	v->fault |= fault;
}

static int
elastic_judge(struct httpform *f, const struct https_answer *a,
    struct httpverdict *v, struct shipmarks *m, size_t from, size_t n)
{
	struct bulkanswer b;
	struct bulkanswer_item item;
	size_t i;

	(void)f;
	if (v->kind != 'K')
		return 0;
	if (bulkanswer_open(&b, a->body, a->n) == -1 ||
	    (b.errors && b.n != n)) {
		v->kind = 'Z';
		snprintf(v->text, sizeof v->text,
		    "%ld: not the answer of a bulk request", a->status);
		bulkanswer_close(&b);
		return 0;
	}
	for (i = 0; b.errors && i < n; i++)
		if (bulkanswer_item(&b, i, &item))
			mark(m, from + i, &item, v);
		else
			shipmarks_set(m, from + i, 1, 'Z',
			    "nothing is said of it");
	i = b.errors;
	bulkanswer_close(&b);
	return (int)i;
}

#define BULK(kind) \
	{ \
		.name = kind, .path = "/_bulk", \
		.type = "application/x-ndjson", .begin = elastic_begin, \
		.place = elastic_place, .one = put_one, .judge = elastic_judge \
	}
const struct httpkind httpkind_elastic = BULK("elastic");
const struct httpkind httpkind_opensearch = BULK("opensearch");
