#include "import/limits.h"
#include <stdio.h>
#include <string.h>

static struct limits_one *
list_of(const struct limits *l, size_t *n)
{
	*n = buf_len(&l->list) / sizeof(struct limits_one);
	return (struct limits_one *)(void *)buf_data(&l->list);
}

static int
same_key(const struct limits_one *a, const struct limits_one *b)
{
	return a->kind == b->kind && a->apart == b->apart &&
	    strcmp(a->of, b->of) == 0 && strcmp(a->all, b->all) == 0 &&
	    strcmp(a->src, b->src) == 0;
}

void
limits_add(struct limits *l, struct import *m, const struct limits_one *one)
{
	size_t n, i;
	struct limits_one *p = list_of(l, &n);

	for (i = 0; i < n; i++)
		if (same_key(&p[i], one)) {
			p[i] = *one;
			return;
		}
	if (n == LIMITS_MAX)
		import_lefts(m, IMPORT_THROTTLE, &one->at, one->of,
		    "more than 4096 limits");
	else
		import_put(m, &l->list, (const char *)one, sizeof *one);
}

/* is every job that b is about one that a is about? */
static int
more_general(const struct limits_one *a, const struct limits_one *b)
{
	return a->kind == b->kind && a->apart == b->apart && !same_key(a, b) &&
	    (a->of[0] == '\0' || strcmp(a->of, b->of) == 0) &&
	    (a->src[0] != '*' && a->src[0] != '\0' ? strcmp(a->src, b->src) == 0
						   : 1);
}

static int
is_rate(enum limits_kind k)
{
	return k == LIMITS_RATE || k == LIMITS_CONN_RATE;
}

static int
less(const struct limits_one *a, const struct limits_one *b)
{
	return is_rate(a->kind) ? span_rate_less(&a->rate, &b->rate)
				: a->rate.n < b->rate.n;
}

/* KEY, with a blank behind it */
static void
put_key(struct import *m, struct buf *b, const struct limits_one *o)
{
	import_puts(m, b, o->of[0] != '\0' ? o->of : o->all);
	if (o->src[0] != '\0') {
		import_puts(m, b, "+src:");
		import_puts(m, b, o->src);
	}
	import_puts(m, b, " ");
}

/* 0, or -1: throttle has no such rate */
static int
put_limit(struct import *m, struct buf *b, const struct limits_one *o)
{
	static const struct {
		const char *label, *behind;
	} t[] = { { "conn=", "" }, { "msgs-per-conn=", "" }, { "rate=", "" },
		{ "conn-rate=", "" }, { "cap=", "/hour" }, { "cap=", "/day" } };
	char text[SPAN_TEXT];
	int bad = 0;

	if (is_rate(o->kind))
		bad = span_rate_text(text, &o->rate);
	if (!is_rate(o->kind) || bad)
		snprintf(text, sizeof text, "%llu",
		    (unsigned long long)o->rate.n);
	import_puts(m, b, t[o->kind].label);
	import_puts(m, b, text);
	import_puts(m, b, t[o->kind].behind);
	if (o->burst > 0) {
		snprintf(text, sizeof text, " burst=%llu",
		    (unsigned long long)o->burst);
		import_puts(m, b, text);
	}
	return bad;
}

static void
finish_one(struct import *m, const struct limits_one *p, size_t n,
    const struct limits_one *o)
{
	struct buf b = { 0 };
	char why[96];
	size_t i;

	put_key(m, &b, o);
	if (put_limit(m, &b, o) == -1) {
		import_left(m, IMPORT_THROTTLE, &o->at, import_slice(&b),
		    "throttle has no such rate");
		buf_free(&b);
		return;
	}
	for (i = 0; i < n; i++)
		if (more_general(&p[i], o) && less(&p[i], o))
			break;
	if (i < n) {
		snprintf(why, sizeof why,
		    "the limit of line %u is tighter, and here all hold",
		    p[i].at.line);
		import_left(m, IMPORT_THROTTLE, &o->at, import_slice(&b), why);
	} else {
		import_say(m, IMPORT_THROTTLE, &o->at, buf_data(&b),
		    buf_len(&b));
	}
	buf_free(&b);
}

void
limits_finish(struct limits *l, struct import *m)
{
	size_t n, i;
	const struct limits_one *p = list_of(l, &n);

	for (i = 0; i < n && !import_enough(m); i++)
		finish_one(m, p, n, &p[i]);
	buf_free(&l->list);
}
