#ifndef CONF_TABLELOOKUP_H
#define CONF_TABLELOOKUP_H

#include "base/table.h"

/* For the get of a struct lookup whose arg is a struct table: 1, 0 or -1 as
 * lookup.h says. */

static inline int
tablelookup_get(void *arg, const char *key, size_t n, const char **data,
    size_t *len)
{
	return table_ref(arg, key, n, data, len);
}

/* the same; as one without records, 0, while it is not open */
static inline int
tablelookup_get_open(void *arg, const char *key, size_t n, const char **data,
    size_t *len)
{
	const struct table *t = arg;

	return t->open ? table_ref(arg, key, n, data, len) : 0;
}

#endif
