#ifndef CONF_LOOKUP_H
#define CONF_LOOKUP_H

#include <stddef.h>

/*
 * How policy reads a compiled table without knowing where it lies: a cdb in
 * a program, a list in a unit test.
 *
 * get: 1 with the record, valid until the table is replaced; 0 when there
 * is no such key; -1 when the table is missing or damaged, which is a
 * temporary failure and never "not there".
 */
struct lookup {
	int (*get)(void *arg, const char *key, size_t n, const char **data,
	    size_t *len);
	void *arg;
};

/* as get */
static inline int
lookup_get(const struct lookup *l, const char *key, size_t n, const char **data,
    size_t *len)
{
	return l->get(l->arg, key, n, data, len);
}

/* no table: nothing is found, always 0 */
static inline int
lookup_none(void *arg, const char *key, size_t n, const char **data,
    size_t *len)
{
	(void)arg;
	(void)key;
	(void)n;
	(void)data;
	(void)len;
	return 0;
}

#endif
