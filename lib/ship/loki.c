/*
 * Grafana Loki: streams of lines.  A stream is a set of labels, which have to be
 * few; the event stands in the line, as JSON.  Lines of a stream are sent by
 * their time.  What is sent again has the same time and text, and is dropped.
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
 * https://grafana.com/docs/loki/latest/operations/request-validation-rate-limits/
 */
#include "ship/httpform.h"
#include "base/ascii.h"
#include "ship/shipjson.h"
#include "ship/shipline.h"
#include <stdlib.h>
#include <string.h>

struct entry {
	const char *key; /* the object of its labels */
	size_t key_len;
	int64_t us;
	size_t i;
};

static int
loki_begin(struct httpform *f, const char **why)
{
	if (labellist_parse(&f->labels,
		shipkeys_text(f->keys, "stream-labels")) == 0)
		return 0;
	*why = "stream-labels: not labels with commas between";
	return -1;
}

/* a name as Prometheus has them: letters, digits and '_' */
static int
put_name(struct buf *b, const char *p, size_t n)
{
	size_t i;

	if (ascii_digit(p[0]) && buf_putc(b, '_') == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (buf_putc(b, ascii_alnum(p[i]) ? p[i] : '_') == -1)
			return -1;
	return 0;
}

/* {"job":"rohrpost","src":"deliver"}: an empty label is none */
static int
put_stream(struct httpform *f, const struct ship_event *ev, struct buf *b)
{
	const char *job = shipkeys_text(f->keys, "job");
	char name[LTSV_LABEL_MAX + 1];
	struct slice v;
	unsigned i;

	if (buf_puts(b, "{\"job\":") == -1 ||
	    jsontext_string(b, job, strlen(job)) == -1)
		return -1;
	for (i = 0; i < f->labels.n; i++) {
		memcpy(name, f->labels.name[i], f->labels.len[i]);
		name[f->labels.len[i]] = '\0';
		if (!shipline_find(ev->line, ev->len, name, &v) || v.n == 0)
			continue;
		if (buf_puts(b, ",\"") == -1 ||
		    put_name(b, name, f->labels.len[i]) == -1 ||
		    buf_puts(b, "\":") == -1 ||
		    jsontext_string(b, v.p, v.n) == -1)
			return -1;
	}
	return buf_putc(b, '}');
}

static int
by_stream(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
	int r = memcmp(x->key, y->key, n);

	if (r != 0)
		return r;
	if (x->key_len != y->key_len)
		return x->key_len < y->key_len ? -1 : 1;
	if (x->us != y->us)
		return x->us < y->us ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

/* keys: their text, kept by the caller */
static int
sort(struct httpform *f, const struct ship_event *ev, size_t n, struct entry *e,
    struct buf *keys)
{
	size_t i, from, at = 0;

	for (i = 0; i < n; i++) {
		from = buf_len(keys);
		if (put_stream(f, &ev[i], keys) == -1)
			return -1;
		e[i].key_len = buf_len(keys) - from;
		e[i].us = httpform_us(f, &ev[i]);
		e[i].i = i;
	}
	for (i = 0; i < n; at += e[i++].key_len)
		e[i].key = buf_data(keys) + at;
	qsort(e, n, sizeof *e, by_stream);
	return 0;
}

/* ["nanoseconds","line"] */
static int
put_line(struct httpform *f, const struct ship_event *ev, int64_t us,
    struct buf *b)
{
	buf_clear(&f->scratch);
	return shipjson_event(&f->scratch, ev->line, ev->len, 0) == -1 ||
		buf_puts(b, "[\"") == -1 ||
		buf_putnum(b, (uint64_t)us * 1000) == -1 ||
		buf_puts(b, "\",") == -1 ||
		jsontext_string(b, buf_data(&f->scratch),
		    buf_len(&f->scratch)) == -1
	    ? -1
	    : buf_putc(b, ']');
}

static int
put_all(struct httpform *f, const struct ship_event *ev, size_t n,
    const struct entry *e, struct buf *b)
{
	int bad = buf_puts(b, "{\"streams\":[");
	size_t i;

	for (i = 0; i < n && !bad; i++) {
		if (i > 0 && e[i].key_len == e[i - 1].key_len &&
		    memcmp(e[i].key, e[i - 1].key, e[i].key_len) == 0) {
			bad |= buf_putc(b, ',');
		} else {
			bad |= buf_puts(b,
			    i == 0 ? "{\"stream\":" : "]},{\"stream\":");
			bad |= buf_put(b, e[i].key, e[i].key_len);
			bad |= buf_puts(b, ",\"values\":[");
		}
		bad |= put_line(f, &ev[e[i].i], e[i].us, b);
	}
	return bad | buf_puts(b, "]}]}") ? -1 : 0;
}

static int
loki_body(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	struct entry *e = calloc(n, sizeof *e);
	struct buf keys = { 0 };
	int bad = e == NULL || sort(f, ev, n, e, &keys) == -1 ||
	    put_all(f, ev, n, e, b) == -1;

	free(e);
	buf_free(&keys);
	return bad ? -1 : 0;
}

/*
 * 400 is said of lines that are too old, too far behind or too long, and the
 * others of the request have been taken; but of a stream with more labels than
 * it may have, too, as all here have them
 */
static int
loki_judge(struct httpform *f, const struct https_answer *a,
    struct httpverdict *v, struct shipmarks *m, size_t from, size_t n)
{
	(void)f, (void)a, (void)m, (void)from, (void)n;
	if (v->kind == 'D' && strstr(v->text, " label names; limit ") != NULL) {
		v->kind = 'Z';
		v->fault = 1;
	}
	return 0;
}

const struct httpkind httpkind_loki = {
	.name = "loki",
	.path = "/loki/api/v1/push",
	.type = "application/json",
	.begin = loki_begin,
	.body = loki_body,
	.judge = loki_judge,
};
