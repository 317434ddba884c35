/*
 * Whatever the bytes of a line are, what is made of them is one object of JSON
 * that a parser of others takes, on one line, with no name twice, without a
 * control character; and a line of LTSV keeps its labels.
 */
#include "base/plain.h"
#include "format/ltsv.h"
#include "ship/shipjson.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
has_labels(const json_t *all, const struct ltsv *l)
{
	char name[LTSV_LABEL_MAX + 1];
	unsigned i;

	for (i = 0; i < l->n; i++) {
		memcpy(name, l->f[i].label, l->f[i].label_len);
		name[l->f[i].label_len] = '\0';
		if (strcmp(name, "tag") == 0)
			strcpy(name, "tags");
		must(json_object_get(all, name) != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf b = { 0 };
	struct ltsv l;
	json_t *all;
	unsigned flags = n > 0 ? p[0] & 7 : 0;

	if (n > 0)
		p++, n--;
	must(shipjson_event(&b, (const char *)p, n, flags) == 0);
	must(plain_span(buf_data(&b), buf_len(&b), "") == buf_len(&b));
	all = json_loadb(buf_data(&b), buf_len(&b),
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	must(json_is_object(all));
	if (!(flags & SHIPJSON_FLAT) && ltsv_parse((const char *)p, n, &l) == 0)
		has_labels(all, &l);
	json_decref(all);
	buf_free(&b);
	return 0;
}
