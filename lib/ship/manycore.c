#include "ship/manycore.h"
#include "format/jsontext.h"
#include "format/ltsv.h"
#include <string.h>

static const struct ltsv_field *
find(const struct ltsv *l, const char *label)
{
	static const struct ltsv_field none = { "", "", 0, 0 };
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? &none : f;
}

static const char *
reason_of(const struct ltsv *l)
{
	static const struct {
		const char *ev, *reason;
	} t[] = {
		{ "sent", "delivered" },
		{ "bounced", "bounce" },
		{ "expired", "bounce" },
		{ "oob-bounce", "bounce" },
		{ "autoreply", "bounce" },
		{ "deferred", "error" },
		{ "complaint", "spam-report" },
		{ "unsubscribe", "unsubscribe" },
	};
	const struct ltsv_field *ev = find(l, "ev");
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		if (ltsv_is(ev, t[i].ev))
			return t[i].reason;
	return NULL;
}

static int
contains(const struct ltsv_field *f, const char *word)
{
	return f->value_len > 0 &&
	    memmem(f->value, f->value_len, word, strlen(word)) != NULL;
}

static const char *
type_of(const struct ltsv *l, const char *reason)
{
	const struct ltsv_field *class = find(l, "class");

	if (ltsv_is(find(l, "ev"), "autoreply"))
		return "autoreply";
	if (strcmp(reason, "bounce") != 0 && strcmp(reason, "error") != 0)
		return "";
	if (ltsv_is(find(l, "failure"), "unknown-host") ||
	    ltsv_is(class, "null-mx") ||
	    (ltsv_is(class, "connect") && contains(find(l, "text"), "time")))
		return "unroutable";
	if (ltsv_is(find(l, "failure-type"), "hard"))
		return "hard";
	return "soft";
}

/* the value of tag:stream=... */
static struct ltsv_field
stream_of(const struct ltsv *l)
{
	struct ltsv_field f = { "", "", 0, 0 };
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (l->f[i].label_len == 3 &&
		    memcmp(l->f[i].label, "tag", 3) == 0 &&
		    l->f[i].value_len > 7 &&
		    memcmp(l->f[i].value, "stream=", 7) == 0) {
			f = l->f[i];
			f.value += 7;
			f.value_len -= 7;
			break;
		}
	return f;
}

static int
name_of(struct buf *b, const char *name)
{
	return buf_len(b) > 0 && b->p[b->end - 1] != '{'
	    ? buf_printf(b, ",\"%s\":", name)
	    : buf_printf(b, "\"%s\":", name);
}

static int
member(struct buf *b, const char *name, const struct ltsv_field *f)
{
	char value[LTSV_LINE_MAX];
	long n = ltsv_value(f, value, sizeof value);

	return name_of(b, name) == -1 ||
		jsontext_string(b, value, n > 0 ? (size_t)n : 0) == -1
	    ? -1
	    : 0;
}

static int
member_as(struct buf *b, const char *name, const char *value)
{
	return name_of(b, name) == -1 ||
		jsontext_string(b, value, strlen(value)) == -1
	    ? -1
	    : 0;
}

static int
put_all(struct buf *b, const struct ltsv *l, const char *reason,
    const char *service)
{
	struct ltsv_field stream = stream_of(l);
	const struct ltsv_field *ip = find(l, "ip");
	int bad = buf_putc(b, '{');

	if (ip->value_len == 0)
		ip = find(l, "source-ip");
	bad |= member(b, "id", find(l, "eid"));
	bad |= member(b, "uuid", find(l, "uuid"));
	bad |= member(b, "timestamp", find(l, "ts"));
	bad |= member(b, "ip", ip);
	bad |= member_as(b, "reason", reason);
	bad |= member_as(b, "type", type_of(l, reason));
	bad |= member(b, "email", find(l, "to"));
	bad |= member(b, "msg", find(l, "text"));
	bad |= service != NULL ? member_as(b, "service", service)
			       : member(b, "service", find(l, "src"));
	bad |= member_as(b, "stack-trace", "");
	bad |= member(b, "streamid", &stream);
	return bad | buf_putc(b, '}');
}

int
manycore_put(struct buf *b, const char *line, size_t n, const char *service)
{
	size_t before = buf_len(b);
	const char *reason;
	struct ltsv l;

	if (ltsv_parse(line, n, &l) == -1 || (reason = reason_of(&l)) == NULL)
		return 0;
	if (put_all(b, &l, reason, service) == 0)
		return 1;
	b->end = b->off + before;
	return -1;
}
