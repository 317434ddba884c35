#include "policy/conftext.h"
#include "policy/text.h"
#include <string.h>

int
conftext_next(const char **p, const char *end, unsigned *lineno,
    const char **line, size_t *n)
{
	const char *e;

	while (*p < end) {
		e = memchr(*p, '\n', end - *p);
		if (e == NULL)
			e = end;
		*line = *p;
		*n = e - *p;
		*p = e == end ? end : e + 1;
		++*lineno;
		while (*n > 0 && (**line == ' ' || **line == '\t')) {
			++*line;
			--*n;
		}
		while (*n > 0 && ((*line)[*n - 1] == ' ' ||
		    (*line)[*n - 1] == '\t'))
			--*n;
		if (*n > 0 && **line != '#')
			return 1;
	}
	return 0;
}

const char *
conftext_fault(const char *p, size_t n)
{
	size_t i;

	if (n > TEXT_LINE_MAX)
		return "line too long: 4096 bytes are the most";
	for (i = 0; i < n; i++)
		if (((unsigned char)p[i] < 0x20 && p[i] != '\t') ||
		    p[i] == 0x7f)
			return p[i] == '\r' ? "carriage return in the line" :
			    "control byte in the line";
	return NULL;
}
