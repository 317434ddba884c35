#ifndef TESTS_MEMLOOKUP_H
#define TESTS_MEMLOOKUP_H

#include "base/buf.h"
#include "conf/conffile.h"
#include "conf/conftext.h"
#include "conf/lookup.h"
#include <stdlib.h>
#include <string.h>

/* a table in memory, made by a subject's parser, read through a lookup */
struct memtable {
	struct memtable_record {
		char *key, *data;
		size_t key_len, data_len;
	} * record;
	size_t n;
	int broken;        /* every look-up fails */
	struct buf faults; /* "LINE REASON\n" */
	unsigned lineno;
};

static inline char *
memtable_copy(const char *p, size_t n)
{
	char *c = malloc(n + 1);

	if (n > 0)
		memcpy(c, p, n);
	c[n] = '\0';
	return c;
}

static inline int
memtable_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct memtable *t = arg;
	struct memtable_record *r;

	/* room for twice as many whenever the number is a power of 2 */
	if ((t->n & (t->n - 1)) == 0)
		t->record = realloc(t->record,
		    (t->n == 0 ? 1 : 2 * t->n) * sizeof *t->record);
	r = &t->record[t->n++];
	r->key = memtable_copy(key, kn);
	r->key_len = kn;
	r->data = memtable_copy(data, dn);
	r->data_len = dn;
	return 0;
}

static inline void
memtable_wrong(void *arg, const char *reason)
{
	struct memtable *t = arg;

	buf_printf(&t->faults, "%u %s\n", t->lineno, reason);
}

static inline int
memtable_get(void *arg, const char *key, size_t n, const char **data,
    size_t *len)
{
	struct memtable *t = arg;
	size_t i;

	if (t->broken)
		return -1;
	for (i = 0; i < t->n; i++)
		if (t->record[i].key_len == n &&
		    memcmp(t->record[i].key, key, n) == 0) {
			*data = t->record[i].data;
			*len = t->record[i].data_len;
			return 1;
		}
	return 0;
}

/* the text's lines as conf-build hands them to the parser */
static inline struct lookup
memtable_make(struct memtable *t, const struct conffile *s, const char *text)
{
	struct conffile_sink sink = { memtable_add, memtable_wrong, t };
	struct lookup l = { memtable_get, t };
	void *state = calloc(1, s->state_size + 1);
	const char *end = text + strlen(text), *line;
	size_t n;

	memset(t, 0, sizeof *t);
	while (conftext_next(&text, end, &t->lineno, &line, &n))
		s->line(state, line, n, t->lineno, &sink);
	t->lineno = 0;
	if (s->finish != NULL)
		s->finish(state, &sink);
	free(state);
	buf_putc(&t->faults, '\0');
	return l;
}

static inline void
memtable_free(struct memtable *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		free(t->record[i].key);
		free(t->record[i].data);
	}
	free(t->record);
	buf_free(&t->faults);
	memset(t, 0, sizeof *t);
}

#endif
