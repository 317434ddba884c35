#include "many/mailtext.h"
#include "base/slice.h"
#include "mail/header.h"
#include <stdio.h>
#include <string.h>

/* where a field goes: NULL, into headers; "", nowhere */
static const char *
member_of(const struct header_field *f)
{
	static const struct {
		const char *field, *member;
	} known[] = { { "From", "from" }, { "Reply-To", "reply-to" },
		{ "Subject", "subject" }, { "Content-Type", "" },
		{ "MIME-Version", "" }, { "Content-Transfer-Encoding", "" } };
	size_t i;

	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (header_is(f, known[i].field))
			return known[i].member;
	return NULL;
}

static int
put_field(json_t *t, json_t *headers, const struct header_field *f,
    const char **why)
{
	char name[HEADER_NAME_MAX + 1], value[8193];
	const char *member = member_of(f);
	json_t *to = headers, *s;
	size_t n;

	if (member != NULL && *member == '\0')
		return 0;
	memcpy(name, f->name, f->name_len);
	name[f->name_len] = '\0';
	n = header_unfold(f->value, f->value_len, value, sizeof value);
	if (member != NULL) {
		snprintf(name, sizeof name, "%s", member);
		to = t;
	}
	*why = "a field of more than 8192 bytes";
	if (n == sizeof value)
		return -1;
	*why = "a field stands twice";
	if (json_object_get(to, name) != NULL)
		return -1;
	*why = "a field is no UTF-8";
	s = json_stringn(value, n);
	return json_object_set_new(to, name, s);
}

static int
is_html(const char *p, size_t n)
{
	struct header_field f;

	return header_find(p, n, "Content-Type", &f) &&
	    ascii_begins(f.value, f.value_len, "text/html");
}

/* header and body, read into t and headers */
static int
read_all(json_t *t, json_t *headers, const char *start, size_t n,
    const char **why)
{
	const char *p = start, *end = p + n;
	struct header_field f;
	enum header_end e;

	while ((e = header_next_crlf(&p, end, &f)) == HEADER_FIELD)
		if (put_field(t, headers, &f, why) == -1)
			return -1;
	*why = "neither JSON, nor a header and an empty line behind it";
	if (e != HEADER_EMPTY)
		return -1;
	*why = "the body is no UTF-8";
	return json_object_set_new(t,
	    is_html(start, p - start) ? "html" : "text",
	    json_stringn(p, end - p));
}

json_t *
mailtext_read(const char *p, size_t n, const char **why)
{
	json_t *t = json_object(), *headers = json_object();

	if (read_all(t, headers, p, n, why) == 0 &&
	    json_object_set(t, "headers", headers) == 0) {
		json_decref(headers);
		return t;
	}
	json_decref(headers);
	json_decref(t);
	return NULL;
}
