#include "compose/composeenv.h"
#include "base/day.h"
#include "base/num.h"
#include "compose/members.h"
#include "format/envlines.h"
#include <stdio.h>

/* what stands behind at is one line more: is it good? */
static int
check(struct composeenv *e, size_t at, struct compose_fault *f)
{
	const char *p = buf_data(e->env) + at,
		   *end = buf_data(e->env) + buf_len(e->env), *why;
	struct parcel_line l;

	why = parcel_next(&p, end, &l) == 1 ? envcheck_line(&e->check, &l)
					    : "too long";
	return why == NULL ? 0 : composefault_say(f, why);
}

static int
line(struct composeenv *e, const char *key, struct slice value,
    struct compose_fault *f)
{
	size_t at = buf_len(e->env);

	if (members_control(value))
		return composefault_say(f, "control characters");
	if (parcel_put(e->env, key, value.p, value.n) == -1)
		return composefault_memory(f);
	return check(e, at, f);
}

int
composeenv_text(struct composeenv *e, const char *key, const json_t *j,
    struct compose_fault *f)
{
	if (!json_is_string(j))
		return composefault_say(f, "no string");
	return line(e, key, members_slice(j), f);
}

int
composeenv_key(struct composeenv *e, const json_t *j, struct compose_fault *f)
{
	if (json_string_length(j) > COMPOSEENV_KEY_MAX)
		return composefault_say(f, "a key has 255 bytes at most");
	return composeenv_text(e, "key", j, f);
}

/* tags */

/* one that was there before at gives way */
static int
replaced(struct composeenv *e, size_t at, struct slice name, struct slice value)
{
	const char *p = buf_data(e->env), *end = p + at;
	struct parcel_line l;

	while (p < end && parcel_next(&p, end, &l) == 1)
		if (parcel_is(&l, "tag") && l.value_len > name.n &&
		    l.value[name.n] == '=' &&
		    memcmp(l.value, name.p, name.n) == 0) {
			e->env->end = e->env->off + at;
			return envlines_tag(e->env, name.p, name.n, value.p,
				   value.n) == -1
			    ? -1
			    : 1;
		}
	return 0;
}

static int
tag(struct composeenv *e, const char *prefix, struct slice name,
    struct slice value, struct compose_fault *f)
{
	size_t at = buf_len(e->env);
	struct buf text = { 0 };
	struct slice s;
	int r = -1;

	if (buf_puts(&text, prefix) == 0 &&
	    buf_put(&text, name.p, name.n) == 0 && buf_putc(&text, '=') == 0 &&
	    buf_put(&text, value.p, value.n) == 0)
		r = 0;
	s.p = buf_data(&text);
	s.n = buf_len(&text);
	r = r == -1 ? composefault_memory(f) : line(e, "tag", s, f);
	if (r == 0) {
		s.n -= value.n + 1;
		if (replaced(e, at, s, value) == -1)
			r = composefault_memory(f);
	}
	buf_free(&text);
	return r;
}

static int
tags_of_object(struct composeenv *e, const char *prefix, const json_t *j,
    struct compose_fault *f)
{
	char room[MEMBERS_NUMBER_ROOM];
	json_t *o = (json_t *)j, *member;
	struct slice name, value;
	const char *key;

	json_object_foreach(o, key, member)
	{
		name.p = key;
		name.n = strlen(key);
		if (name.n == 0 || memchr(key, '=', name.n) != NULL) {
			composefault_say(f, "a name has no = and is not empty");
			return composefault_in(f, key);
		}
		if ((members_text(member, &value, room) == -1
			    ? composefault_say(f, "no text")
			    : tag(e, prefix, name, value, f)) == -1)
			return composefault_in(f, key);
	}
	return 0;
}

static int
tag_of_string(struct composeenv *e, const json_t *j, struct compose_fault *f)
{
	struct slice name = members_slice(j), value = { "", 0 };
	const char *eq = memchr(name.p, '=', name.n);

	if (!json_is_string(j))
		return composefault_say(f, "no string");
	if (eq != NULL) {
		value.p = eq + 1;
		value.n = name.n - (eq + 1 - name.p);
		name.n = eq - name.p;
	}
	return name.n == 0 ? composefault_say(f, "no NAME=VALUE")
			   : tag(e, "", name, value, f);
}

static int
few(const json_t *j, struct compose_fault *f)
{
	size_t n = json_is_array(j) ? json_array_size(j) : json_object_size(j);

	return n <= COMPOSEENV_TAGS_MAX ? 0
					: composefault_say(f, "more than 100");
}

int
composeenv_tags(struct composeenv *e, const json_t *j, struct compose_fault *f)
{
	size_t i, n = json_array_size(j);

	if (few(j, f) == -1)
		return -1;
	if (json_is_object(j))
		return tags_of_object(e, "", j, f);
	if (!json_is_array(j))
		return composefault_say(f, "neither object nor list");
	for (i = 0; i < n; i++)
		if (tag_of_string(e, json_array_get(j, i), f) == -1)
			return composefault_at(f, i);
	return 0;
}

int
composeenv_metadata(struct composeenv *e, const json_t *j,
    struct compose_fault *f)
{
	if (!json_is_object(j))
		return composefault_say(f, "no object");
	return few(j, f) == -1 ? -1 : tags_of_object(e, "meta.", j, f);
}

/* numbers */

int
composeenv_moment(struct composeenv *e, const char *key, const json_t *j,
    struct compose_fault *f)
{
	struct slice s = members_slice(j);
	int64_t at_s = -1;
	uint64_t u;
	char text[24];

	if (json_is_integer(j))
		at_s = json_integer_value(j);
	else if (num_scan(s.p, s.n, 0, INT32_MAX * 2ul, &u) == 0)
		at_s = (int64_t)u;
	else if (day_scan(s.p, s.n, &at_s) == -1)
		at_s = -1;
	if (at_s < 0 || at_s > INT32_MAX * INT64_C(2))
		return composefault_say(f,
		    "no time: say 2026-12-24T18:00:00Z, or seconds");
	s.p = text;
	s.n = (size_t)snprintf(text, sizeof text, "%lld", (long long)at_s);
	return line(e, key, s, f);
}

int
composeenv_prio(struct composeenv *e, const json_t *j, struct compose_fault *f)
{
	json_int_t v = json_is_integer(j) ? json_integer_value(j) : -1;
	char digit = (char)('0' + v);
	struct slice s = { &digit, 1 };

	return v < 0 || v > 9 ? composefault_say(f, "no number from 0 to 9")
			      : line(e, "prio", s, f);
}
