#include "conf/softtable.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static int
state_of(const struct softtable *t)
{
	if (access(t->path, F_OK) == -1 && errno == ENOENT)
		return 0;
	return t->table.open ? 1 : -1;
}

int
softtable_open(struct softtable *t, const char *confdir, const char *name)
{
	int r, why;

	if (asprintf(&t->path, "%s/%s.cdb", confdir, name) == -1)
		die(EXIT_TEMP, "out of memory");
	r = table_open(&t->table, t->path);
	why = errno;
	t->state = state_of(t);
	errno = why;
	return r;
}

int
softtable_check(struct softtable *t)
{
	int new = table_check(&t->table);

	t->state = state_of(t);
	return new;
}

int
softtable_empty(const struct softtable *t)
{
	return t->state == 0 ||
	    (t->state == 1 && t->table.cdb.size == SOFTTABLE_EMPTY);
}

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct softtable *t = arg;

	if (t->state != 1)
		return t->state;
	return table_ref(&t->table, key, n, data, len);
}

struct lookup
softtable_lookup(struct softtable *t)
{
	return (struct lookup){ get, t };
}
