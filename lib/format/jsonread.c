#include "format/jsonread.h"
#include <stdio.h>
#include <string.h>

/* one behind a string that begins at p[i] */
static size_t
skip_string(const char *p, size_t n, size_t i)
{
	for (i++; i < n && p[i] != '"'; i++)
		if (p[i] == '\\')
			i++;
	return i + 1;
}

/* the bounds, of what is JSON at all; NULL, or what is exceeded */
static const char *
too_much(const char *p, size_t n)
{
	size_t i = 0, depth = 0, values = 1;

	while (i < n) {
		if (p[i] == '"') {
			i = skip_string(p, n, i);
			continue;
		}
		if (p[i] == '[' || p[i] == '{') {
			values++;
			if (++depth > JSONREAD_DEPTH_MAX)
				return "more than 64 levels";
		} else if (p[i] == ']' || p[i] == '}') {
			depth -= depth > 0;
		} else {
			values += p[i] == ',';
		}
		if (values > JSONREAD_VALUES_MAX)
			return "more than 1000000 values";
		i++;
	}
	return NULL;
}

json_t *
jsonread(const char *p, size_t n, unsigned how, char why[JSONREAD_WHY_MAX])
{
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	const char *bound;
	json_error_t e;
	json_t *j;
	char *c;

	/* jansson takes one for the end, whatever stands behind it */
	bound = n > 0 && memchr(p, '\0', n) != NULL ? "a NUL" : too_much(p, n);
	if (bound != NULL) {
		snprintf(why, JSONREAD_WHY_MAX, "%s", bound);
		return NULL;
	}
	flags |= how & JSONREAD_ONCE ? JSON_REJECT_DUPLICATES : 0;
	j = json_loadb(p, n, flags, &e);
	if (j != NULL)
		return j;
	snprintf(why, JSONREAD_WHY_MAX, "line %d: %s", e.line, e.text);
	for (c = why; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return NULL;
}
