#include "ship/shipline.h"
#include "queue/logline.h"
#include <string.h>

/* where the field of that label begins, or NULL */
static const char *
field(const char *p, const char *end, const char *label, size_t len)
{
	while (p != NULL && (size_t)(end - p) > len) {
		if (memcmp(p, label, len) == 0 && p[len] == ':')
			return p;
		p = memchr(p, '\t', (size_t)(end - p));
		if (p != NULL)
			p++;
	}
	return NULL;
}

int
shipline_find(const char *line, size_t n, const char *label,
    struct slice *value)
{
	size_t len = strlen(label);
	const char *end = line + n, *p = field(line, end, label, len), *tab;

	value->p = "";
	value->n = 0;
	if (p == NULL)
		return 0;
	value->p = p + len + 1;
	tab = memchr(value->p, '\t', (size_t)(end - value->p));
	value->n = (size_t)((tab == NULL ? end : tab) - value->p);
	return 1;
}

int64_t
shipline_us(const char *line, size_t n)
{
	const char *end = line + n, *p = field(line, end, "ts", 2), *tab;
	size_t skip;

	if (p == NULL)
		return -1;
	tab = memchr(p, '\t', (size_t)(end - p));
	return logline_time(p, (size_t)((tab == NULL ? end : tab) - p), &skip);
}
