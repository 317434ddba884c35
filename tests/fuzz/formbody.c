#include "httpd/formbody.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* the first line is the type, the rest the body: no overrun; and a field that
 * is put in front of a urlencoded form is found there */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static enum formbody
has(struct slice type, struct slice body)
{
	return formbody_has(type, body, "List-Unsubscribe", "One-Click");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char field[] = "List-Unsubscribe=One-Click&";
	const char *p = (const char *)data;
	const char *lf = n == 0 ? NULL : memchr(p, '\n', n);
	struct slice type = { p, lf == NULL ? n : (size_t)(lf - p) };
	struct slice body = { p + n, 0 };
	char *more;

	if (lf != NULL)
		body = (struct slice){ lf + 1, (size_t)(p + n - lf) - 1 };
	has(type, body);
	more = malloc(sizeof field + body.n);
	assert(more != NULL);
	memcpy(more, field, sizeof field - 1);
	memcpy(more + sizeof field - 1, body.p, body.n);
	assert(has((struct slice){ "", 0 },
		   (struct slice){ more, sizeof field - 1 + body.n }) ==
	    FORMBODY_HAS);
	free(more);
	return 0;
}
