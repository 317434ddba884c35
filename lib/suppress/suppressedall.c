#include "suppress/suppressedall.h"
#include "base/cdbscan.h"
#include <errno.h>
#include <string.h>

struct asked {
	struct suppressed *list;
	const struct suppressline *whose;
	int (*take)(void *arg, const struct suppressline *);
	void *arg;
};

/* what counts under a key, where it is of this address: those of others may
 * begin alike */
static int
take_key(const struct asked *a, const char *key)
{
	struct suppressline l;
	int r;

	if (memcmp(key, a->whose->hash, SUPPRESSLINE_KEY_HASH) != 0)
		return 0;
	r = suppressed_find(a->list, key, &l);
	if (r != 1 || memcmp(l.hash, a->whose->hash, sizeof l.hash) != 0)
		return r == -1 ? -1 : 0;
	return a->take(a->arg, &l);
}

static int
take_table(const struct asked *a)
{
	const struct table *t = &a->list->table;
	const char *key, *line;
	struct cdbscan scan;
	size_t len, n;
	int r = 0, next;

	if (!t->open)
		return 0;
	next = cdbscan_begin(&scan, t->cdb.map, t->cdb.size) == -1 ? -1 : 1;
	while (r == 0 && next == 1) {
		next = cdbscan_next(&scan, &key, &len, &line, &n);
		if (next == 1 && len == SUPPRESSLINE_KEY)
			r = take_key(a, key);
	}
	if (next != -1)
		return r;
	errno = EIO;
	return -1;
}

/* 1, 0, or -1 with errno */
static int
in_table(struct table *t, const char *key)
{
	const char *line;
	size_t n;
	int r = t->open ? table_ref(t, key, SUPPRESSLINE_KEY, &line, &n) : 0;

	if (r == -1)
		errno = EIO;
	return r;
}

int
suppressedall(struct suppressed *s, const struct suppressline *whose,
    int (*take)(void *arg, const struct suppressline *), void *arg)
{
	struct asked a = { s, whose, take, arg };
	const char *key;
	uint32_t i;
	int r = take_table(&a);

	/* what the journal alone has */
	for (i = 0; r == 0 && (key = suppressed_tail_key(s, i)) != NULL; i++) {
		r = in_table(&s->table, key);
		if (r != -1)
			r = r == 1 ? 0 : take_key(&a, key);
	}
	return r;
}
