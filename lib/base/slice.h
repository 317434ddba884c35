#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include "base/ascii.h"
#include <stddef.h>

/* a piece of somebody else's bytes */
struct slice {
	const char *p;
	size_t n;
};

/* without blanks, tabs and line ends at both ends, ascii_white() */
static inline struct slice
slice_trim(struct slice s)
{
	while (s.n > 0 && ascii_white(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && ascii_white(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

#endif
