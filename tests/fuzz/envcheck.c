#include "format/envcheck.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Envelope lines up to the first that is none: what is said of each is the
 * same wherever it stands, but for one that may stand once, and what is
 * answered is one line of printable ASCII within its limit.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
answer(const char *p, const char *end, const char *why)
{
	char text[ENVCHECK_TEXT_MAX];
	size_t n, i;

	memset(text, 0x7f, sizeof text);
	envcheck_text(text, p, end, why);
	n = strnlen(text, sizeof text);
	if (n == sizeof text || n < strlen(why) ||
	    strcmp(text + n - strlen(why), why) != 0)
		abort();
	for (i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct envcheck all = { 0 }, alone;
	const char *p = (const char *)data, *end = p + size, *line = p;
	const char *why, *again;
	struct parcel_line l;
	int k;

	for (; (k = parcel_next(&p, end, &l)) == 1; line = p) {
		memset(&alone, 0, sizeof alone);
		why = envcheck_line(&all, &l);
		again = envcheck_line(&alone, &l);
		if (why != again &&
		    (why == NULL || strcmp(why, "stands twice") != 0))
			abort();
		if (why != NULL)
			answer(line, end, why);
	}
	if (k == -1)
		answer(line, end, envcheck_none(line, end));
	return 0;
}
