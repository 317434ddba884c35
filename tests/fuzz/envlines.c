/*
 * Any envelope, and a line of it set: one line has the key (a tag: the
 * name) and says what was given, all others are what they were, in their
 * order.  Input: two bytes that choose, a value up to a NUL, the envelope.
 */
#include "format/envlines.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static const char *const keys[] = { "from", "to", "tag", "prio", "x" };

static void
must(int good)
{
	if (!good)
		abort();
}

struct change {
	const char *key, *name; /* name NULL: not a tag */
	const char *value;
	size_t n;
};

/* is this a line that the change is about? */
static int
meant(const struct change *c, const struct parcel_line *l)
{
	char v[PARCEL_LINE_MAX];
	size_t n = c->name == NULL ? 0 : strlen(c->name);

	if (!parcel_is(l, c->key))
		return 0;
	return c->name == NULL ||
	    (envlines_value(l, v) > (long)n && memcmp(v, c->name, n) == 0 &&
		v[n] == '=');
}

static void
check_new(const struct change *c, const struct parcel_line *l)
{
	char v[PARCEL_LINE_MAX];
	size_t n = c->name == NULL ? 0 : strlen(c->name) + 1;

	must(envlines_value(l, v) == (long)(n + c->n) &&
	    memcmp(v + n, c->value, c->n) == 0);
}

/* both from their beginning: the same but for the lines that are meant */
static void
compare(const struct change *c, const char *p, size_t pn, const char *q,
    size_t qn)
{
	const char *p_end = p + pn, *q_end = q + qn;
	struct parcel_line a, b;
	unsigned seen = 0;
	int more;

	for (;;) {
		do
			more = p < p_end && parcel_next(&p, p_end, &a) == 1;
		while (more && meant(c, &a));
		while (q < q_end && parcel_next(&q, q_end, &b) == 1) {
			if (!meant(c, &b))
				goto other;
			check_new(c, &b);
			seen++;
		}
		break;
	other:
		must(more && a.key_len == b.key_len &&
		    a.value_len == b.value_len &&
		    memcmp(a.key, b.key, a.key_len) == 0 &&
		    memcmp(a.value, b.value, a.value_len) == 0);
	}
	must(!more && p == p_end && q == q_end && seen == 1);
}

static int
whole(const char *p, size_t n)
{
	const char *end = p + n;
	struct parcel_line l;

	while (p < end) {
		if (parcel_next(&p, end, &l) != 1)
			return 0;
		envlines_user(&l);
	}
	return 1;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct buf env = { 0 };
	struct change c = { .name = NULL };
	const char *e;
	int good;

	if (n < 3 || (e = memchr(data + 2, '\0', n - 2)) == NULL)
		return 0;
	c.value = (const char *)data + 2;
	c.n = e - c.value;
	if (c.n > PARCEL_LINE_MAX / 2 - 10)
		return 0;
	c.key = keys[data[0] % (sizeof keys / sizeof *keys)];
	if (data[1] & 1) {
		c.key = "tag";
		c.name = data[1] & 2 ? "dmarc" : "a";
	}
	e++;
	n -= e - (const char *)data;
	must(buf_put(&env, e, n) == 0);
	good = whole(e, n);
	must((c.name == NULL ? envlines_set(&env, c.key, c.value, c.n)
			     : envlines_tag(&env, c.name, strlen(c.name),
				   c.value, c.n)) == 0);
	if (good)
		compare(&c, e, n, buf_data(&env), buf_len(&env));
	buf_free(&env);
	return 0;
}
