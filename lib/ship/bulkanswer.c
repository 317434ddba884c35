#include "ship/bulkanswer.h"
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

void
bulkanswer_close(struct bulkanswer *b)
{
	json_decref(b->root);
	b->root = b->items = NULL;
}

int
bulkanswer_open(struct bulkanswer *b, const char *p, size_t n)
{
	json_t *errors;

	memset(b, 0, sizeof *b);
	b->root = json_loadb(p, n, JSON_ALLOW_NUL, NULL);
	errors = json_object_get(b->root, "errors");
	if (!json_is_boolean(errors)) {
		bulkanswer_close(b);
		return -1;
	}
	b->errors = json_is_true(errors);
	b->items = json_object_get(b->root, "items");
	b->n = json_array_size(b->items);
	return 0;
}

static const char *
text(const json_t *of, const char *name)
{
	const char *p = json_string_value(json_object_get(of, name));

	return p == NULL ? "" : p;
}

static long
number(const json_t *j, long absent)
{
	json_int_t v;

	if (!json_is_integer(j))
		return absent;
	v = json_integer_value(j);
	return v < 0 || v > LONG_MAX ? absent : (long)v;
}

/* {"create":{"status":400,"error":{"type":"...","reason":"..."}}} */
int
bulkanswer_item(const struct bulkanswer *b, size_t i,
    struct bulkanswer_item *item)
{
	json_t *outer = json_array_get(b->items, i), *inner, *error;

	inner = json_object_iter_value(json_object_iter(outer));
	if (inner == NULL)
		return 0;
	item->status = number(json_object_get(inner, "status"), 0);
	error = json_object_get(inner, "error");
	/* old ones say it in a string */
	item->type = json_is_string(error) ? json_string_value(error)
					   : text(error, "type");
	item->reason = text(error, "reason");
	return 1;
}

long
bulkanswer_number(const char *p, size_t n, const char *name, long absent)
{
	json_t *root = json_loadb(p, n, JSON_ALLOW_NUL, NULL);
	long v = number(json_object_get(root, name), absent);

	json_decref(root);
	return v;
}

int
bulkanswer_acked(const char *p, size_t n, long id)
{
	json_t *root = json_loadb(p, n, JSON_ALLOW_NUL, NULL);
	char name[32];
	int is;

	snprintf(name, sizeof name, "%ld", id);
	is = json_is_true(json_object_get(json_object_get(root, "acks"), name));
	json_decref(root);
	return is;
}
