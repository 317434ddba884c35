#include "format/envlines.h"
#include "format/ltsv.h"
#include <string.h>

int
envlines_user(const struct parcel_line *l)
{
	static const char *const users[] = { "from", "to", "body", "smtputf8",
		"requiretls", "tls-optional", "deliver-by", "ret", "envid",
		"hold-until", "expire", "tag", "key", "key-sum", "probe",
		NULL };
	const char *const *key;

	for (key = users; *key != NULL; key++)
		if (parcel_is(l, *key))
			return 1;
	return 0;
}

long
envlines_value(const struct parcel_line *l, char out[PARCEL_LINE_MAX])
{
	struct ltsv_field f = { .value = l->value,
		.value_len = (unsigned)l->value_len };

	return ltsv_value(&f, out, PARCEL_LINE_MAX);
}

/* is this the line?  prefix: what its value, as it stands, begins with */
static int
is_it(const struct parcel_line *l, const char *key, const char *prefix,
    size_t n)
{
	return parcel_is(l, key) && l->value_len >= n &&
	    (n == 0 || memcmp(l->value, prefix, n) == 0);
}

static int
replace(struct buf *env, const char *key, const char *prefix, size_t plen,
    const char *value, size_t n)
{
	const char *p = buf_data(env), *end, *from = p, *before = p;
	struct buf b = { 0 };
	struct parcel_line l;
	int done = 0;

	end = buf_len(env) == 0 ? p : p + buf_len(env);
	for (; p < end && parcel_next(&p, end, &l) == 1; before = p) {
		if (!is_it(&l, key, prefix, plen))
			continue;
		if (buf_put(&b, from, before - from) == -1 ||
		    (!done && parcel_put(&b, key, value, n) == -1))
			goto fail;
		done = 1;
		from = p;
	}
	if (!done)
		return parcel_put(env, key, value, n);
	if (buf_put(&b, from, end - from) == -1)
		goto fail;
	buf_free(env);
	*env = b;
	return 0;
fail:
	buf_free(&b);
	return -1;
}

int
envlines_set(struct buf *env, const char *key, const char *value, size_t n)
{
	return replace(env, key, NULL, 0, value, n);
}

int
envlines_tag(struct buf *env, const char *name, size_t name_len,
    const char *value, size_t n)
{
	struct buf b = { 0 };
	int r = -1;

	if (buf_put(&b, name, name_len) == 0 && buf_putc(&b, '=') == 0 &&
	    buf_put(&b, value, n) == 0)
		r = replace(env, "tag", buf_data(&b), name_len + 1,
		    buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}
