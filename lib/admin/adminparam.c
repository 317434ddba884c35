#include "admin/adminparam.h"
#include "conf/word.h"
#include "format/jsonread.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int wrong(struct adminparams *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static int
wrong(struct adminparams *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->why, sizeof p->why, fmt, ap);
	va_end(ap);
	return -1;
}

void
adminparams_free(struct adminparams *p)
{
	while (p->n > 0) {
		char *value = (char *)p->param[--p->n].value;

		/* it may be a password */
		explicit_bzero(value, strlen(value));
		free(value);
	}
}

/* letters, digits, - and . */
static int
is_name(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_alnum(p[i]) && p[i] != '-' && p[i] != '.')
			return 0;
	return n > 0 && n <= ADMINPARAM_NAME_MAX;
}

static int
is_text(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
			return 0;
	return 1;
}

int
adminparams_add(struct adminparams *p, const char *name, size_t name_len,
    const char *value, size_t n, enum adminparam_from from)
{
	struct adminparam *a = &p->param[p->n];
	char *copy;

	p->why[0] = '\0';
	if (!is_name(name, name_len))
		return wrong(p, "a parameter has a name that is none");
	if (p->n == ADMINPARAM_MAX)
		return wrong(p, "more than %d parameters", ADMINPARAM_MAX);
	if (n > ADMINPARAM_VALUE_MAX)
		return wrong(p, "%.*s: longer than %d bytes", (int)name_len,
		    name, ADMINPARAM_VALUE_MAX);
	if (!is_text(value, n))
		return wrong(p, "%.*s: a control character", (int)name_len,
		    name);
	copy = malloc(n + 1);
	if (copy == NULL)
		return -1;
	memcpy(copy, value, n);
	copy[n] = '\0';
	memcpy(a->name, name, name_len);
	a->name[name_len] = '\0';
	a->value = copy;
	a->from = from;
	p->n++;
	return 0;
}

long
adminparam_decode(struct slice s, int plus, char *out, size_t cap)
{
	size_t i, n = 0;
	int high, low;

	for (i = 0; i < s.n; i++) {
		if (n == cap)
			return -1;
		if (s.p[i] != '%') {
			out[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		if (s.n - i < 3)
			return -1;
		high = ascii_hex_value(s.p[i + 1]);
		low = ascii_hex_value(s.p[i + 2]);
		if (high == -1 || low == -1)
			return -1;
		out[n++] = (char)(high << 4 | low);
		i += 2;
	}
	return (long)n;
}

static int
take_pair(struct adminparams *p, struct slice pair)
{
	char name[ADMINPARAM_NAME_MAX], value[ADMINPARAM_VALUE_MAX + 1];
	const char *eq = memchr(pair.p, '=', pair.n);
	struct slice left = { pair.p,
		eq == NULL ? pair.n : (size_t)(eq - pair.p) };
	struct slice right = { eq == NULL ? NULL : eq + 1,
		eq == NULL ? 0 : pair.n - left.n - 1 };
	long nn = adminparam_decode(left, 1, name, sizeof name),
	     nv = adminparam_decode(right, 1, value, sizeof value);
	int r;

	if (nn == -1 || nv == -1)
		return wrong(p,
		    "the query has a name or a value that is too "
		    "long, or a %% without its two digits");
	r = adminparams_add(p, name, (size_t)nn, value, (size_t)nv,
	    ADMINPARAM_QUERY);
	explicit_bzero(value, sizeof value);
	return r;
}

int
adminparams_query(struct adminparams *p, struct slice query)
{
	struct slice pair;

	while (word_piece(&query, '&', &pair))
		if (pair.n > 0 && take_pair(p, pair) == -1)
			return -1;
	return 0;
}

/* JSON */

static int
add_text(struct adminparams *p, const char *name, const char *v, size_t n)
{
	return adminparams_add(p, name, strlen(name), v, n, ADMINPARAM_BODY);
}

/* true and false */
static int
take_flag(struct adminparams *p, const char *name, int on)
{
	if (strcmp(name, "suspended") == 0 || strcmp(name, "disabled") == 0)
		return add_text(p, "state", on ? "off" : "on", on ? 3 : 2);
	return on ? add_text(p, name, "1", 1) : 0;
}

static int
take_one(struct adminparams *p, const char *name, const json_t *v)
{
	char number[32];

	switch (json_typeof(v)) {
	case JSON_STRING:
		return add_text(p, name, json_string_value(v),
		    json_string_length(v));
	case JSON_INTEGER:
		snprintf(number, sizeof number, "%lld",
		    (long long)json_integer_value(v));
		return add_text(p, name, number, strlen(number));
	case JSON_TRUE:
	case JSON_FALSE: return take_flag(p, name, json_is_true(v));
	case JSON_NULL: return 0;
	default:
		return wrong(p,
		    "%.32s: must be a text, a whole number, true or false, or "
		    "a list of them",
		    name);
	}
}

static int
take_member(struct adminparams *p, const char *name, const json_t *v)
{
	const json_t *one;
	size_t i;

	if (!is_name(name, strlen(name)))
		return wrong(p, "a member has a name that is none");
	if (!json_is_array(v))
		return take_one(p, name, v);
	json_array_foreach(v, i, one)
	{
		if (json_is_array(one) || json_is_boolean(one) ||
		    json_is_null(one))
			return wrong(p, "%.32s: a list of texts or numbers",
			    name);
		if (take_one(p, name, one) == -1)
			return -1;
	}
	return 0;
}

int
adminparams_json(struct adminparams *p, const char *body, size_t n)
{
	char why[JSONREAD_WHY_MAX];
	json_t *root, *v;
	const char *name;
	int r = 0;

	p->why[0] = '\0';
	root = jsonread(body, n, JSONREAD_ONCE, why);
	if (root == NULL)
		return wrong(p, "the body is no JSON: %s", why);
	if (!json_is_object(root))
		r = wrong(p, "the body is no object of JSON");
	else
		json_object_foreach(root, name, v) if (r == 0) r =
		    take_member(p, name, v);
	json_decref(root);
	return r;
}

const char *
adminparams_get(const struct adminparams *p, const char *name, unsigned nth)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->param[i].name, name) == 0 && nth-- == 0)
			return p->param[i].value;
	return NULL;
}
