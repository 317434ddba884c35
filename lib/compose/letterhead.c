#include "compose/addresses.h"
#include "compose/composehead.h"
#include "compose/letterparts.h"

static int
put_addresses(struct letter *l, const char *name, const json_t *j)
{
	struct addresses a = { .field = l->text };

	if (buf_puts(l->text, name) == -1 || buf_putc(l->text, ':') == -1)
		return composefault_memory(l->fault);
	if (addresses_put(&a, j, l->fault) == -1)
		return -1;
	return buf_putc(l->text, '\n') == -1 ? composefault_memory(l->fault)
					     : 0;
}

static int
put_reply_to(struct letter *l)
{
	const json_t *j = l->m[LETTER_REPLY_TO];

	if (j == NULL)
		return 0;
	return put_addresses(l, "Reply-To", j) == -1
	    ? letter_in(l, LETTER_REPLY_TO)
	    : 0;
}

static int
put_text(struct letter *l, const char *name, const json_t *j, int text)
{
	struct slice s;

	if (letter_string(l, j, &s) == -1)
		return -1;
	return composehead_put(l->text, name, s, text, l->fault);
}

/* is it text for people, and no structure that readers take apart? */
static int
for_people(const char *name)
{
	return strncasecmp(name, "X-", 2) == 0 ||
	    strcasecmp(name, "Comments") == 0;
}

/* fields that stand once in a message (RFC 5322 section 3.6) have one value */
static int
put_field(struct letter *l, const char *name, const json_t *j)
{
	size_t i, n = json_array_size(j);

	if (composehead_name(name, l->fault) == -1)
		return -1;
	if (composehead_of_addresses(name))
		return put_addresses(l, name, j);
	if (!json_is_array(j))
		return put_text(l, name, j, for_people(name));
	if (n > 1 && !for_people(name))
		return composefault_say(l->fault, "more than one value");
	for (i = 0; i < n; i++)
		if (put_text(l, name, json_array_get(j, i), for_people(name)) ==
		    -1)
			return composefault_at(l->fault, i);
	return 0;
}

/* another member of that name, which differs in case */
static int
stands_twice(json_t *fields, const char *name)
{
	const char *other;
	json_t *value;

	json_object_foreach(fields, other,
	    value) if (other != name && strcasecmp(other, name) == 0) return 1;
	return 0;
}

static int
put_fields(struct letter *l, json_t *fields)
{
	const char *name;
	json_t *value;

	if (!json_is_object(fields))
		return composefault_say(l->fault, "no object");
	if (json_object_size(fields) > COMPOSEHEAD_FIELDS_MAX)
		return composefault_say(l->fault, "more than 100");
	json_object_foreach(fields, name,
	    value) if ((stands_twice(fields, name)
			       ? composefault_say(l->fault, "stands twice")
			       : put_field(l, name, value)) ==
	    -1) return composefault_in(l->fault, name);
	return 0;
}

int
letterhead_put(struct letter *l)
{
	if (put_reply_to(l) == -1)
		return -1;
	if (l->m[LETTER_SUBJECT] != NULL &&
	    put_text(l, "Subject", l->m[LETTER_SUBJECT], 1) == -1)
		return letter_in(l, LETTER_SUBJECT);
	return l->m[LETTER_HEADERS] != NULL &&
		put_fields(l, l->m[LETTER_HEADERS]) == -1
	    ? letter_in(l, LETTER_HEADERS)
	    : 0;
}
