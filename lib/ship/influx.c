/*
 * InfluxDB: line protocol, to /write of version 1 or /api/v2/write.  What has
 * the same measurement, tags and time is one point there: the time has
 * microseconds, so its last three digits come from the event's id, and an event
 * that is sent again falls on itself.
 * https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/
 */
#include "base/ascii.h"
#include "ship/httpform.h"
#include "ship/shipjson.h"
#include <string.h>

static int
influx_begin(struct httpform *f, const char **why)
{
	if (labellist_parse(&f->labels, shipkeys_text(f->keys, "tags")) == -1) {
		*why = "tags: not labels with commas between";
		return -1;
	}
	if ((shipkeys_text(f->keys, "db") == NULL) ==
	    (shipkeys_text(f->keys, "bucket") == NULL)) {
		*why = "db or bucket: want one of them";
		return -1;
	}
	return 0;
}

static int
influx_place(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	(void)ev, (void)n;
	return buf_puts(b, "?precision=ns") == -1 ||
		httpform_parameter(b, "db", shipkeys_text(f->keys, "db")) ==
		    -1 ||
		httpform_parameter(b, "rp", shipkeys_text(f->keys, "rp")) ==
		    -1 ||
		httpform_parameter(b, "org", shipkeys_text(f->keys, "org")) ==
		    -1 ||
		httpform_parameter(b, "bucket",
		    shipkeys_text(f->keys, "bucket")) == -1
	    ? -1
	    : 0;
}

/* names and tags: a backslash in front of what would end them.  A backslash of
 * their own becomes a slash, since one cannot stand at the end of a tag; control
 * bytes, bytes above them only in UTF-8 that is whole */
static int
put_name(struct buf *b, const char *p, size_t n, const char *special)
{
	char out[2] = "\\";
	size_t i;
	int bad = 0;

	for (i = 0; i < n && !bad; i++) {
		out[1] = p[i] == '\\'           ? '/'
		    : (unsigned char)p[i] < ' ' ? ' '
						: p[i];
		if (strchr(special, out[1]) != NULL)
			bad = buf_put(b, out, 2);
		else
			bad = buf_putc(b, out[1]);
	}
	return bad;
}

/* with the escapes of the log: one line, whatever it is */
static int
put_string(struct buf *b, const char *p, size_t n)
{
	size_t i;
	int bad = buf_putc(b, '"');

	for (i = 0; i < n && !bad; i++) {
		if (p[i] == '"' || p[i] == '\\')
			bad |= buf_putc(b, '\\');
		bad |= buf_putc(b, p[i]);
	}
	return bad | buf_putc(b, '"');
}

static int
put_tags(struct httpform *f, const struct ltsv *l, struct buf *b)
{
	const struct ltsv_field *t;
	unsigned i, k;

	for (i = 0; i < f->labels.n; i++) {
		for (t = NULL, k = 0; k < l->n && t == NULL; k++)
			if (l->f[k].label_len == f->labels.len[i] &&
			    memcmp(l->f[k].label, f->labels.name[i],
				f->labels.len[i]) == 0)
				t = &l->f[k];
		/* an empty one is not allowed */
		if (t == NULL || t->value_len == 0)
			continue;
		if (buf_putc(b, ',') == -1 ||
		    put_name(b, t->label, t->label_len, ", =") == -1 ||
		    buf_putc(b, '=') == -1 ||
		    put_name(b, t->value, t->value_len, ", =") == -1)
			return -1;
	}
	return 0;
}

/* a field has one type for good: what counts is a number, or has another name
 * where it is none */
static int
put_field(const struct ltsv_field *f, struct buf *b)
{
	int is = shipjson_number(f);

	return put_name(b, f->label, f->label_len, ", =") == -1 ||
		(is == 0 && buf_puts(b, "_text") == -1) ||
		buf_putc(b, '=') == -1 ||
		(is == 1 ? buf_put(b, f->value, f->value_len)
			 : put_string(b, f->value, f->value_len)) == -1
	    ? -1
	    : 0;
}

/* is there one of this name before it? */
static int
stands_before(const struct ltsv *l, unsigned i)
{
	unsigned k;

	for (k = 0; k < i; k++)
		if (l->f[k].label_len == l->f[i].label_len &&
		    memcmp(l->f[k].label, l->f[i].label, l->f[i].label_len) ==
			0)
			return 1;
	return 0;
}

/* several of one name, such as tag: numbered from 2 on */
static int
put_fields(struct httpform *f, const struct ltsv *l, struct buf *b)
{
	char before = ' ';
	unsigned i;

	for (i = 0; i < l->n; i++) {
		if (labellist_at(&f->labels, l->f[i].label,
			l->f[i].label_len) != -1)
			continue;
		if (buf_putc(b, before) == -1)
			return -1;
		before = ',';
		if (stands_before(l, i) && buf_printf(b, "%u_", i) == -1)
			return -1;
		if (put_field(&l->f[i], b) == -1)
			return -1;
	}
	return before == ' ' ? buf_puts(b, " empty=1") : 0;
}

/* 0..999, the same for the same event */
static unsigned
nanoseconds(struct slice eid)
{
	unsigned v = 0;
	size_t i;

	for (i = 0; i < eid.n && i < 8; i++)
		v = v << 4 | ((unsigned)ascii_hex_value(eid.p[i]) & 15);
	return v % 1000;
}

static int
put_one(struct httpform *f, const struct ship_event *ev, struct buf *b)
{
	const char *name = shipkeys_text(f->keys, "measurement");
	struct ltsv l;

	if (ltsv_parse(ev->line, ev->len, &l) == -1)
		l.n = 0;
	return put_name(b, name, strlen(name), ", ") == -1 ||
		put_tags(f, &l, b) == -1 || put_fields(f, &l, b) == -1 ||
		buf_printf(b, " %lld%03u\n", (long long)httpform_us(f, ev),
		    nanoseconds(httpform_eid(ev))) == -1
	    ? -1
	    : 0;
}

const struct httpkind httpkind_influx = {
	.name = "influx",
	.path = "/write",
	.other_key = "bucket",
	.other_path = "/api/v2/write",
	.type = "text/plain; charset=utf-8",
	.begin = influx_begin,
	.place = influx_place,
	.one = put_one,
};
