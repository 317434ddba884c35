#ifndef FORMAT_JSONREAD_H
#define FORMAT_JSONREAD_H

#include <jansson.h>
#include <stddef.h>

/*
 * JSON that others write (RFC 8259), bounded before any memory is taken for
 * it.
 */
enum {
	JSONREAD_DEPTH_MAX = 64, /* arrays and objects within each other */
	JSONREAD_VALUES_MAX = 1000000, /* all together */
	JSONREAD_WHY_MAX = 240         /* bytes of a reason, with NUL */
};

enum {
	JSONREAD_ONCE = 1 /* a name that stands twice in an object is a fault:
			   * programs differ about which of both counts
			   * (section 4) */
};

/*
 * jsonread - one value, of whatever type, that is all there is in p[0..n)
 *
 * how  a set of the above
 * why  receives what is wrong, in printable ASCII: "line 2: ..."
 *
 * Strings may hold NUL, names may not.  Returns what json_decref() frees, or
 * NULL.
 */
json_t *jsonread(const char *p, size_t n, unsigned how,
    char why[JSONREAD_WHY_MAX]);

#endif
