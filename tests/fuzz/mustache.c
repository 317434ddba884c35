/* mustache: a template and values out of any bytes; what is rendered keeps its
 * bounds, a line has no line end, and what has no tags comes out as it is */
#include "compose/mustache.h"
#include "format/jsonread.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
render(const struct mustache *m, enum mustache_kind kind, const json_t *values,
    int literal_line)
{
	struct compose_fault f = { 0 };
	struct buf out = { 0 };
	int r = mustache_render(m, kind, values, 0, &out, &f);

	if (r == -1 && (f.memory || f.why[0] == '\0'))
		abort();
	if (r == 0 && buf_len(&out) > MUSTACHE_OUT_MAX)
		abort();
	if (r == 0 && kind == MUSTACHE_LINE && !literal_line &&
	    buf_len(&out) > 0 &&
	    memchr(buf_data(&out), '\n', buf_len(&out)) != NULL)
		abort();
	buf_free(&out);
}

/* template, NUL, JSON of values and partials */
int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data,
		   *nul = n == 0 ? NULL : memchr(in, '\0', n);
	size_t len = nul == NULL ? n : (size_t)(nul - in);
	char why[JSONREAD_WHY_MAX];
	struct compose_fault f = { 0 };
	struct mustache m = { 0 };
	json_t *values =
	    nul == NULL ? NULL : jsonread(nul + 1, n - len - 1, 0, why);
	int line = len > 0 && memchr(in, '\n', len) != NULL, k;

	if (mustache_compile(&m, in, len, json_object_get(values, "p"), &f) ==
	    0) {
		/* a partial brings lines of its own */
		line |= json_object_get(values, "p") != NULL;
		for (k = MUSTACHE_TEXT; k <= MUSTACHE_LINE; k++)
			render(&m, k, values, line);
	} else if (f.memory || strncmp(f.why, "line ", 5) != 0) {
		abort();
	}
	mustache_free(&m);
	json_decref(values);
	return 0;
}
