#include "admin/admincall.h"
#include "conf/word.h"
#include <stdio.h>

/* the next part of a path behind its /; 0: there is none */
static int
part(struct slice *path, struct slice *out)
{
	const char *end;

	if (path->n == 0 || path->p[0] != '/')
		return 0;
	out->p = path->p + 1;
	end = memchr(out->p, '/', path->n - 1);
	out->n = end == NULL ? path->n - 1 : (size_t)(end - out->p);
	path->p += out->n + 1;
	path->n -= out->n + 1;
	return 1;
}

static int
is_variable(struct slice s)
{
	return s.n > 2 && s.p[0] == '{';
}

/* a part that is fixed goes before one that can be anything: 1 better than
 * nothing, 0 none */
static int
agrees(const char *pattern, struct slice path)
{
	struct slice rest = { pattern, strlen(pattern) }, want, got;

	while (part(&rest, &want)) {
		if (!part(&path, &got))
			return 0;
		if (is_variable(want)
			? got.n == 0
			: want.n != got.n || memcmp(want.p, got.p, got.n) != 0)
			return 0;
	}
	return path.n == 0;
}

/* Elemta's queues as states of ours */
static const char *
state_of(const char *type)
{
	static const char *const names[][2] = { { "active", "out" },
		{ "deferred", "waiting" }, { "held", "held" },
		{ "failed", "bounced" }, { "all", "" } };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], type) == 0)
			return names[i][1];
	return NULL;
}

static int
add_type(struct adminparams *params, const char *type)
{
	const char *state = state_of(type);

	if (state == NULL) {
		snprintf(params->why, sizeof params->why,
		    "a queue is active, deferred, held, failed or all");
		return -1;
	}
	if (state[0] == '\0')
		return adminparams_add(params, "all", 3, "1", 1,
		    ADMINPARAM_PATH);
	return adminparams_add(params, "state", 5, state, strlen(state),
	    ADMINPARAM_PATH);
}

static int
add_part(struct adminparams *params, struct slice name, struct slice v)
{
	char value[ADMINPARAM_PART_MAX + 1];
	long n = adminparam_decode(v, 0, value, ADMINPARAM_PART_MAX);

	snprintf(params->why, sizeof params->why,
	    "a part of the path is none that can be");
	if (n <= 0 || memchr(value, '\0', (size_t)n) != NULL ||
	    memchr(value, '/', (size_t)n) != NULL)
		return -1;
	value[n] = '\0';
	if (strcmp(value, ".") == 0 || strcmp(value, "..") == 0)
		return -1;
	if (word_is(name, "{type}"))
		return add_type(params, value);
	return adminparams_add(params, name.p + 1, name.n - 2, value, (size_t)n,
	    ADMINPARAM_PATH);
}

static int
add_parts(struct adminparams *params, const char *pattern, struct slice path)
{
	struct slice rest = { pattern, strlen(pattern) }, name, v;

	while (part(&rest, &name) && part(&path, &v))
		if (is_variable(name) && add_part(params, name, v) == -1)
			return -1;
	return 0;
}

static void
add_allow(char allow[ADMINCALL_ALLOW], const char *method)
{
	size_t n = strlen(allow);

	if (strstr(allow, method) == NULL)
		snprintf(allow + n, ADMINCALL_ALLOW - n, "%s%s",
		    n > 0 ? ", " : "", method);
}

unsigned
admincall_find(struct slice method, struct slice path,
    struct adminparams *params, const struct admincall **call,
    char allow[ADMINCALL_ALLOW])
{
	const struct admincall *c;
	size_t i;

	allow[0] = '\0';
	for (i = 0; i < admincall_count; i++) {
		c = &admincall_table[i];
		if (!agrees(c->path, path))
			continue;
		add_allow(allow, c->method);
		if (!word_is(method, c->method) ||
		    (c->with != NULL &&
			adminparams_get(params, c->with, 0) == NULL))
			continue;
		*call = c;
		return add_parts(params, c->path, path) == -1 ? 400 : 0;
	}
	return allow[0] == '\0' ? 404 : 405;
}
