#include "compose/members.h"
#include "base/utf8.h"
#include <stdio.h>

/* as they are written here; 0, or -1: too long to be known */
static int
spell(const char *name, char out[MEMBERS_NAME_LEN])
{
	size_t i;

	for (i = 0; name[i] != '\0'; i++) {
		if (i == MEMBERS_NAME_LEN - 1)
			return -1;
		out[i] = name[i] == '_' ? '-' : name[i];
	}
	out[i] = '\0';
	return 0;
}

static size_t
which(const char *name, const char *const *names, size_t n)
{
	char spelt[MEMBERS_NAME_LEN];
	size_t i;

	if (spell(name, spelt) == -1)
		return n;
	for (i = 0; i < n; i++)
		if (spelt[0] == names[i][0] && strcmp(spelt, names[i]) == 0)
			return i;
	return n;
}

int
members_read(const json_t *object, const char *const *names, size_t n,
    json_t **out, struct compose_fault *f)
{
	json_t *o = (json_t *)object, *value;
	const char *name;
	size_t i;

	if (!json_is_object(object))
		return composefault_say(f, "no object");
	for (i = 0; i < n; i++)
		out[i] = NULL;
	json_object_foreach(o, name, value)
	{
		i = which(name, names, n);
		if (i == n || out[i] != NULL) {
			composefault_say(f,
			    i == n ? "unknown" : "stands twice");
			return composefault_in(f, name);
		}
		if (!json_is_null(value))
			out[i] = value;
	}
	return 0;
}

struct slice
members_slice(const json_t *j)
{
	struct slice s = { "", 0 };

	if (json_is_string(j)) {
		s.p = json_string_value(j);
		s.n = json_string_length(j);
	}
	return s;
}

int
members_text(const json_t *j, struct slice *out, char room[MEMBERS_NUMBER_ROOM])
{
	*out = members_slice(j);
	if (json_is_string(j))
		return 0;
	out->p = room;
	if (json_is_integer(j))
		snprintf(room, MEMBERS_NUMBER_ROOM, "%lld",
		    (long long)json_integer_value(j));
	else if (json_is_real(j))
		snprintf(room, MEMBERS_NUMBER_ROOM, "%.15g",
		    json_real_value(j));
	else if (json_is_boolean(j))
		snprintf(room, MEMBERS_NUMBER_ROOM, "%s",
		    json_is_true(j) ? "true" : "false");
	else
		return -1;
	out->n = strlen(room);
	return 0;
}

int
members_control(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n && s.p[i] >= ' ' && s.p[i] < 0x7f; i++)
		;
	return !utf8_printable(s.p + i, s.n - i);
}
