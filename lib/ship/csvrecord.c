#include "ship/csvrecord.h"
#include "base/num.h"
#include "format/ltsv.h"
#include "ship/shipline.h"
#include "ship/stampname.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char usual[] =
    "type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,"
    "dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,"
    "dlvSize,vmta,jobId,envId,queue,eid";

/* kinds of events that have a record: its type, and the action of RFC 3464 that
 * the kind means; NULL: the event says it itself */
static const struct {
	const char *kind, *type, *action;
} types[] = {
	{ "accepted", "r", "" },
	{ "sent", "d", "relayed" },
	{ "deferred", "t", "delayed" },
	{ "bounced", "b", "failed" },
	{ "expired", "b", "failed" },
	{ "oob-bounce", "rb", NULL },
	{ "complaint", "f", "" },
};

/* columns that are a label of another name */
static const struct {
	const char *column, *label;
} labels[] = {
	{ "orig", "from" },
	{ "rcpt", "to" },
	{ "dsnStatus", "esc" },
	{ "bounceCat", "failure" },
	{ "srcType", "proto" },
	{ "dlvSourceIp", "from-ip" },
	{ "dlvDestinationIp", "ip" },
	{ "dlvSize", "size" },
	{ "vmta", "via" },
	{ "envId", "envid" },
};

static int
name_ok(const char *p)
{
	return p[0] != '\0' &&
	    p[strspn(p,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_-.")] == '\0';
}

int
csvrecord_columns(struct csvrecord *r, const char *columns)
{
	char *p, *next;

	r->n = 0;
	r->names = strdup(columns == NULL ? usual : columns);
	if (r->names == NULL)
		return -1;
	for (p = r->names; p != NULL; p = next) {
		next = strchr(p, ',');
		if (next != NULL)
			*next++ = '\0';
		if (!name_ok(p) || r->n == CSVRECORD_COLUMNS_MAX) {
			csvrecord_free(r);
			errno = EINVAL;
			return -1;
		}
		r->column[r->n++] = p;
	}
	return 0;
}

void
csvrecord_free(struct csvrecord *r)
{
	free(r->names);
	r->names = NULL;
	r->n = 0;
}

int
csvrecord_header(const struct csvrecord *r, struct buf *out)
{
	unsigned i;

	for (i = 0; i < r->n; i++)
		if ((i > 0 && buf_putc(out, ',') == -1) ||
		    buf_puts(out, r->column[i]) == -1)
			return -1;
	return buf_putc(out, '\n');
}

/* a value, in quotes where it needs them */
static int
put_value(struct buf *out, const char *p, size_t n)
{
	size_t i, from = 0;

	for (i = 0; i < n && strchr(",\"\r", p[i]) == NULL; i++)
		;
	if (i == n)
		return buf_put(out, p, n);
	if (buf_putc(out, '"') == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (p[i] == '"') {
			/* this quote, and once more with what follows */
			if (buf_put(out, p + from, i + 1 - from) == -1)
				return -1;
			from = i;
		}
	return buf_put(out, p + from, n - from) == -1 ? -1 : buf_putc(out, '"');
}

static int
put_text(struct buf *out, const char *p)
{
	return put_value(out, p, strlen(p));
}

static int
put_label(struct buf *out, const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? 0 : put_value(out, f->value, f->value_len);
}

/* "2026-11-22 01:02:03+0000", so many seconds before ts */
static int
put_time(struct buf *out, const struct ltsv *l, int64_t before)
{
	const struct ltsv_field *f = ltsv_find(l, "ts");
	char text[64];
	int64_t us;

	if (f == NULL)
		return 0;
	/* it looks for the label */
	us = shipline_us(f->label, f->label_len + 1 + f->value_len);
	if (us == -1 ||
	    stampname_make("%Y-%m-%d %H:%M:%S+0000", us / 1000000 - before,
		text, sizeof text) == -1)
		return 0;
	return put_text(out, text);
}

/* when the message was accepted: the event's time, but for its delay */
static int
put_queued(struct buf *out, const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "delay");
	int64_t ms;

	if (ltsv_is(ltsv_find(l, "ev"), "accepted"))
		return put_time(out, l, 0);
	if (f == NULL || num_scan_time(f->value, f->value_len, &ms) == -1)
		return 0;
	return put_time(out, l, ms / 1000);
}

/* "host (address)" */
static int
put_host(struct buf *out, const struct ltsv *l, const char *host,
    const char *ip)
{
	const struct ltsv_field *h = ltsv_find(l, host), *i = ltsv_find(l, ip);
	struct buf b = { 0 };
	int r = -1;

	if ((h == NULL || buf_put(&b, h->value, h->value_len) == 0) &&
	    (i == NULL ||
		(buf_puts(&b, h == NULL ? "(" : " (") == 0 &&
		    buf_put(&b, i->value, i->value_len) == 0 &&
		    buf_putc(&b, ')') == 0)))
		r = put_value(out, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

static int
put_prefixed(struct buf *out, const struct ltsv *l, const char *prefix,
    const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);
	struct buf b = { 0 };
	int r = -1;

	if (f == NULL)
		return 0;
	if (buf_puts(&b, prefix) == 0 &&
	    buf_put(&b, f->value, f->value_len) == 0)
		r = put_value(out, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

/* the value of the tag of that name */
static int
put_tag(struct buf *out, const struct ltsv *l, const char *name)
{
	const struct ltsv_field *f;
	size_t n = strlen(name);
	unsigned i;

	for (i = 0; i < l->n; i++) {
		f = &l->f[i];
		if (f->label_len == 3 && memcmp(f->label, "tag", 3) == 0 &&
		    f->value_len > n && memcmp(f->value, name, n) == 0 &&
		    f->value[n] == '=')
			return put_value(out, f->value + n + 1,
			    f->value_len - n - 1);
	}
	return 0;
}

static int
put_action(struct buf *out, const struct ltsv *l, const char *action)
{
	return action == NULL ? put_label(out, l, "action")
			      : put_text(out, action);
}

static int
put_queue(struct buf *out, const struct ltsv *l)
{
	return ltsv_find(l, "domain") != NULL ? put_label(out, l, "domain")
					      : put_label(out, l, "site");
}

static int
put_column(struct buf *out, const struct ltsv *l, const char *column,
    size_t type)
{
	size_t i;

	if (strcmp(column, "type") == 0)
		return put_text(out, types[type].type);
	if (strcmp(column, "timeLogged") == 0)
		return put_time(out, l, 0);
	if (strcmp(column, "timeQueued") == 0)
		return put_queued(out, l);
	if (strcmp(column, "dsnAction") == 0)
		return put_action(out, l, types[type].action);
	if (strcmp(column, "dsnDiag") == 0)
		return put_prefixed(out, l, "smtp;", "text");
	if (strcmp(column, "dsnMta") == 0)
		return put_host(out, l, "host", "ip");
	if (strcmp(column, "srcMta") == 0)
		return put_host(out, l, "client-name", "client");
	if (strcmp(column, "dlvType") == 0)
		return ltsv_find(l, "host") == NULL ? 0 : put_text(out, "smtp");
	if (strcmp(column, "jobId") == 0)
		return put_tag(out, l, "job");
	if (strcmp(column, "queue") == 0)
		return put_queue(out, l);
	for (i = 0; i < sizeof labels / sizeof *labels; i++)
		if (strcmp(column, labels[i].column) == 0)
			return put_label(out, l, labels[i].label);
	return put_label(out, l, column);
}

int
csvrecord_put(const struct csvrecord *r, struct buf *out, const char *line,
    size_t n)
{
	const struct ltsv_field *ev;
	size_t type, before = buf_len(out);
	struct ltsv l;
	unsigned i;

	if (ltsv_parse(line, n, &l) == -1)
		return 0;
	ev = ltsv_find(&l, "ev");
	for (type = 0; type < sizeof types / sizeof *types; type++)
		if (ltsv_is(ev, types[type].kind))
			break;
	if (type == sizeof types / sizeof *types)
		return 0;
	for (i = 0; i < r->n; i++)
		if ((i > 0 && buf_putc(out, ',') == -1) ||
		    put_column(out, &l, r->column[i], type) == -1)
			goto nomem;
	if (buf_putc(out, '\n') == 0)
		return 1;
nomem:
	out->end = out->off + before;
	return -1;
}
