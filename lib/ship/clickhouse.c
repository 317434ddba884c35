/*
 * ClickHouse: INSERT ... FORMAT JSONEachRow, a row a line.  A batch that is sent
 * again has the same token, by which the table knows it if it keeps some.
 * https://clickhouse.com/docs/interfaces/http
 */
#include "base/ascii.h"
#include "ship/hooksign.h"
#include "ship/httpform.h"
#include "ship/shipjson.h"
#include <string.h>

/* a name in back quotes, as ClickHouse has them */
static int
put_quoted(struct buf *b, const char *p)
{
	int bad = buf_putc(b, '`');

	for (; *p != '\0'; p++) {
		if (*p == '`' || *p == '\\')
			bad |= buf_putc(b, '\\');
		bad |= buf_putc(b, *p);
	}
	return bad | buf_putc(b, '`');
}

static int
put_query(struct httpform *f, struct buf *b)
{
	const char *database = shipkeys_text(f->keys, "database");
	struct buf *q = &f->scratch;
	int bad;

	buf_clear(q);
	bad = buf_puts(q, "INSERT INTO ");
	if (database != NULL)
		bad = bad || put_quoted(q, database) == -1 ||
		    buf_putc(q, '.') == -1;
	bad |= put_quoted(q, shipkeys_text(f->keys, "table"));
	bad |= buf_puts(q, " FORMAT JSONEachRow");
	return bad || buf_puts(b, "?query=") == -1 ||
		httpform_escape(b, buf_data(q), buf_len(q)) == -1
	    ? -1
	    : 0;
}

/* of the ids of all events in it */
static int
put_token(const struct ship_event *ev, size_t n, struct buf *b)
{
	char id[HOOKSIGN_ID_LEN + 1];

	hooksign_id(ev, n, id);
	return buf_printf(b, "&insert_deduplication_token=%s", id + 4);
}

/* the answer comes when the rows are there; labels without a column are left
 * out */
static int
clickhouse_place(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	if (put_query(f, b) == -1 ||
	    buf_puts(b,
		"&input_format_skip_unknown_fields=1"
		"&wait_end_of_query=1") == -1)
		return -1;
	if (f->old)
		return 0;
	return buf_puts(b, "&date_time_input_format=best_effort") == -1 ||
		(shipkeys_num(f->keys, "async") == 1 &&
		    buf_puts(b,
			"&async_insert=1&wait_for_async_insert=1"
			"&async_insert_deduplicate=1") == -1) ||
		put_token(ev, n, b) == -1
	    ? -1
	    : 0;
}

static int
put_row(struct httpform *f, const struct ship_event *ev, struct buf *b)
{
	(void)f;
	return shipjson_event(b, ev->line, ev->len, 0) == -1
	    ? -1
	    : buf_putc(b, '\n');
}

/* "Code: 27, e.displayText() = DB::Exception: ..." or "Code: 27. DB::..." */
static int
exception(const struct https_answer *a)
{
	static const char begin[] = "Code: ";
	size_t i = sizeof begin - 1;
	int code = 0;

	if (a->n < i || memcmp(a->body, begin, i) != 0)
		return 0;
	for (; i < a->n && ascii_digit(a->body[i]) && code < 100000; i++)
		code = code * 10 + a->body[i] - '0';
	return code;
}

/*
 * The status is 500 for much that is none of the server's troubles.  What
 * cannot be read as a row is that for good by the numbers of its ErrorCodes.cpp;
 * of everything else no event is at fault.
 */
static int
clickhouse_judge(struct httpform *f, const struct https_answer *a,
    struct httpverdict *v, struct shipmarks *m, size_t from, size_t n)
{
	static const short rows[] = { 6, 25, 26, 27, 38, 41, 53, 69, 70, 72,
		117, 130, 131, 321, 349, 376, 441, 469, 675, 676 };
	int code = exception(a);
	size_t i;

	(void)m, (void)from, (void)n;
	if (code == 0)
		return 0;
	if (v->kind == 'K' || v->kind == 'D')
		v->kind = 'Z';
	/* a setting is unknown: without those that came late */
	f->old |= code == 115;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i] == code)
			v->kind = 'D';
	return 0;
}

const struct httpkind httpkind_clickhouse = {
	.name = "clickhouse",
	.path = "/",
	.type = "application/x-ndjson",
	.place = clickhouse_place,
	.one = put_row,
	.judge = clickhouse_judge,
};
