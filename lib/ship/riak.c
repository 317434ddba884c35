/*
 * Riak KV: an object for each event, PUT under its id, where there is none yet:
 * 412 says of one which is sent again that it is there.  Without that condition,
 * and with no vector clock, it would become its own sibling in each bucket that
 * has allow_mult.  The record is that of a mail log: who said it,
 * when, of which type, what the queue knew of the message, and all of the event
 * in "data".
 * https://docs.riak.com/riak/kv/latest/developing/api/http/store-object/
 */
#include "ship/httpform.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include <string.h>

static int
riak_place(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	const char *type = shipkeys_text(f->keys, "bucket-type");
	const char *bucket = shipkeys_text(f->keys, "bucket");
	struct slice eid = httpform_eid(ev);

	(void)n;
	if (type != NULL &&
	    (buf_puts(b, "/types/") == -1 ||
		httpform_escape(b, type, strlen(type)) == -1))
		return -1;
	return buf_puts(b, "/buckets/") == -1 ||
		httpform_escape(b, bucket, strlen(bucket)) == -1 ||
		buf_puts(b, "/keys/") == -1 ||
		httpform_escape(b, eid.p, eid.n) == -1
	    ? -1
	    : 0;
}

/* the words of that log for what happens here */
static const char *
type_of(struct slice ev, struct slice failure)
{
	if (word_is(ev, "sent"))
		return "sent";
	if (word_is(ev, "accepted"))
		return "queued";
	if (word_is(ev, "deleted"))
		return "deleted";
	if (word_is(ev, "bounced") || word_is(ev, "expired") ||
	    word_is(ev, "oob-bounce"))
		return "permanent_failure";
	if (!word_is(ev, "deferred"))
		return NULL;
	return word_is(failure, "network") ? "network_failure"
					   : "temporary_failure";
}

static struct slice
value(const struct ship_event *ev, const char *label)
{
	struct slice v;

	shipline_find(ev->line, ev->len, label, &v);
	return v;
}

static int
member(struct buf *b, const char *name, struct slice v)
{
	return buf_printf(b, "\"%s\":", name) == -1 ||
		jsontext_string(b, v.p, v.n) == -1
	    ? -1
	    : 0;
}

/* of the message in the queue; "opaque" is the tenant */
static int
put_message(const struct ship_event *ev, struct buf *b)
{
	static const struct {
		const char *name, *label;
	} t[] = {
		{ "from", "from" },
		{ "receiver", "to" },
		{ "submit_time", "birth" },
		{ "try_count", "try" },
		{ "retry_time", "next" },
		{ "status", "code" },
		{ "opaque", "tenant" },
	};
	size_t i;
	int bad = member(b, "id", value(ev, "id")) == -1;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		bad = bad || buf_putc(b, ',') == -1 ||
		    member(b, t[i].name, value(ev, t[i].label)) == -1;
	return bad ? -1 : 0;
}

static int
put_type(const struct ship_event *ev, struct buf *b)
{
	struct slice kind = value(ev, "ev"), t;
	const char *type = type_of(kind, value(ev, "failure"));

	t.p = type != NULL ? type : kind.p;
	t.n = type != NULL ? strlen(type) : kind.n;
	return member(b, "type", t);
}

static int
put_record(struct httpform *f, const struct ship_event *ev, struct buf *b)
{
	struct slice node = { f->host, strlen(f->host) };

	return buf_putc(b, '{') == -1 || member(b, "node", node) == -1 ||
		buf_putc(b, ',') == -1 ||
		member(b, "module", value(ev, "prog")) == -1 ||
		buf_putc(b, ',') == -1 ||
		member(b, "time", value(ev, "ts")) == -1 ||
		buf_putc(b, ',') == -1 || put_type(ev, b) == -1 ||
		buf_putc(b, ',') == -1 ||
		member(b, "message", value(ev, "text")) == -1 ||
		buf_puts(b, ",\"qc\":{") == -1 || put_message(ev, b) == -1 ||
		buf_puts(b, "},\"data\":") == -1 ||
		shipjson_event(b, ev->line, ev->len, 0) == -1
	    ? -1
	    : buf_putc(b, '}');
}

static int
riak_judge(struct httpform *f, const struct https_answer *a,
    struct httpverdict *v, struct shipmarks *m, size_t from, size_t n)
{
	(void)f, (void)m, (void)from, (void)n;
	if (a->status == 412)
		v->kind = 'K';
	return 0;
}

const struct httpkind httpkind_riak = {
	.name = "riak",
	.path = "",
	.type = "application/json",
	.single = 1,
	.place = riak_place,
	.one = put_record,
	.judge = riak_judge,
};
