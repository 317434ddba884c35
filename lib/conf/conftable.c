#include "conf/conftable.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* the text on its way through the subject's parser */
struct compiling {
	struct conftable *table;
	const char *path;
	unsigned lineno, faults;
	int error;
};

static int
on_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct compiling *c = arg;

	if (cdbwrite_add(&c->table->made, key, kn, data, dn) == -1)
		c->error = errno;
	return 0;
}

static void
on_wrong(void *arg, const char *reason)
{
	struct compiling *c = arg;

	c->faults++;
	if (c->lineno == 0)
		warn("%s: %s", c->path, reason);
	else
		warn("%s:%u: %s", c->path, c->lineno, reason);
}

static int
open_text(struct conftable *t, const char *path, const struct conffile *s)
{
	struct compiling c = { .table = t, .path = path };
	const struct conffile_sink sink = { on_add, on_wrong, &c };
	char *text;
	size_t n;

	if (fd_slurp(path, CONFTABLE_TEXT_MAX, &text, &n) == -1)
		return -1;
	if (conffile_read(s, text, n, &c.lineno, &sink) == -1)
		c.error = errno;
	free(text);
	if (c.error == 0 && c.faults > 0)
		c.error = EINVAL;
	if (c.error == 0 && cdbwrite_finish(&t->made) == -1)
		c.error = errno;
	if (c.error != 0) {
		cdbwrite_free(&t->made);
		errno = c.error;
		return -1;
	}
	/* a table whose file is in memory: never looked at again */
	t->table.cdb.map = buf_data(&t->made.out);
	t->table.cdb.size = (uint32_t)buf_len(&t->made.out);
	t->table.open = 1;
	return 0;
}

int
conftable_open(struct conftable *t, const char *path, const struct conffile *s)
{
	size_t n = strlen(path);

	memset(t, 0, sizeof *t);
	t->text = n < 4 || strcmp(path + n - 4, ".cdb") != 0;
	return t->text ? open_text(t, path, s) : table_open(&t->table, path);
}

void
conftable_check(struct conftable *t)
{
	if (!t->text)
		table_check(&t->table);
}

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	struct conftable *t = arg;

	return table_ref(&t->table, key, n, data, len);
}

struct lookup
conftable_lookup(struct conftable *t)
{
	return (struct lookup){ get, t };
}

void
conftable_close(struct conftable *t)
{
	if (t->text)
		cdbwrite_free(&t->made);
	else
		table_close(&t->table);
	memset(t, 0, sizeof *t);
}
