#include "route/pools.h"
#include "route/poolline.h"
#include "base/hash.h"
#include "base/num.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pool {
	struct hash_node node; /* first */
	char name[WORD_NAME_MAX + 1];
	struct buf rec;
	unsigned n;
	uint64_t weight;
	char sticky[POOLS_STICKY_MAX + 1];
	char spill[WORD_NAME_MAX + 1];
};

struct state {
	struct pool **pool; /* in the order of the file */
	size_t n, cap;
	struct hash by_name;
};

/* the text */

static struct pool *
find(const struct state *s, const char *name)
{
	struct hash_node *at =
	    hash_first(&s->by_name, hash_bytes(0, name, strlen(name)));

	while (at != NULL && strcmp(((struct pool *)at)->name, name) != 0)
		at = hash_again(at);
	return (struct pool *)at;
}

/* the one of that name, which is made where there is none; NULL: no memory */
static struct pool *
pool_named(struct state *s, const char *name)
{
	struct pool *p = find(s, name), **more;
	size_t cap = s->cap == 0 ? 16 : 2 * s->cap;

	if (p != NULL)
		return p;
	if (s->n == s->cap) {
		more = realloc(s->pool, cap * sizeof *more);
		if (more == NULL)
			return NULL;
		s->pool = more;
		s->cap = cap;
	}
	p = calloc(1, sizeof *p);
	if (p == NULL)
		return NULL;
	snprintf(p->name, sizeof p->name, "%s", name);
	p->node.hash = hash_bytes(0, name, strlen(name));
	if (hash_add(&s->by_name, &p->node) == -1) {
		free(p);
		return NULL;
	}
	return s->pool[s->n++] = p;
}

static const char *
or_dash(const char *s)
{
	return *s == '\0' ? "-" : s;
}

/* 0: something else was said before */
static int
set_once(char *said, const char *now)
{
	if (*now == '\0')
		return 1;
	if (*said != '\0')
		return strcmp(said, now) == 0;
	memcpy(said, now, strlen(now) + 1); /* of the same size */
	return 1;
}

/* what a line says of the pool */
static const char *
set_pool(struct pool *pool, const struct poolline *s)
{
	if (!set_once(pool->sticky, s->sticky))
		return "sticky= or choose= is another one in a line above";
	if (!set_once(pool->spill, s->spill))
		return "spill= is another one in a line above";
	return NULL;
}

/* the end of its line in the record */
static int
put_relay(struct buf *b, const struct poolline *s)
{
	if (s->socks[0] == '\0' && s->proxy[0] == '\0')
		return buf_putc(b, '\n');
	return buf_printf(b, "\t%s\t%s\t%s\n", or_dash(s->socks),
	    or_dash(s->login), or_dash(s->proxy));
}

/* there is such a source: for who looks at the rules */
static int
add_name(const struct conffile_sink *sink, const char *name)
{
	char key[WORD_LINE_MAX + sizeof POOLS_SOURCE_KEY];

	return sink->add(sink->arg, key,
	    (size_t)snprintf(key, sizeof key, POOLS_SOURCE_KEY "%s", name), "",
	    0);
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *st = arg;
	struct poolline s;
	struct pool *pool;
	char name[WORD_NAME_MAX + 1], why[WORD_TWICE_MAX];
	const char *fault;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	fault = poolline_read(p, p + n, name, &s, why);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	pool = pool_named(st, name);
	if (pool == NULL)
		return conffile_wrong(sink, "out of memory");
	fault = set_pool(pool, &s);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (s.words == 0 && (s.sticky[0] != '\0' || s.spill[0] != '\0'))
		return 0;
	if (++pool->n > POOLS_SOURCES_MAX)
		return conffile_wrong(sink,
		    "more than 256 sources in this pool");
	pool->weight += s.weight;
	if (buf_printf(&pool->rec, "%u\t%s\t%s\t%s\t%s\t%u", lineno, s.name,
		or_dash(s.ip), or_dash(s.ip6), or_dash(s.helo),
		(unsigned)s.weight) == -1 ||
	    put_relay(&pool->rec, &s) == -1)
		return conffile_wrong(sink, "out of memory");
	return add_name(sink, s.name);
}

/* the record of a pool whose sources are read: 0, or -1 */
static int
add_pool(const struct state *s, const struct pool *p,
    const struct conffile_sink *sink)
{
	char t[2 * WORD_NAME_MAX + 64];
	struct buf rec = { 0 };
	int r;

	if (p->n == 0 || p->weight == 0) {
		snprintf(t, sizeof t,
		    p->n == 0 ? "pool %s: no line has a source"
			      : "pool %s: all weights are 0",
		    p->name);
		return conffile_wrong(sink, t);
	}
	if (p->spill[0] != '\0' && find(s, p->spill) == NULL) {
		snprintf(t, sizeof t,
		    "pool %s: there is no pool %s to spill "
		    "into",
		    p->name, p->spill);
		return conffile_wrong(sink, t);
	}
	if (((p->sticky[0] != '\0' || p->spill[0] != '\0') &&
		buf_printf(&rec, "=\t%s\t%s\n", or_dash(p->sticky),
		    or_dash(p->spill)) == -1) ||
	    buf_put(&rec, buf_data(&p->rec), buf_len(&p->rec)) == -1)
		r = conffile_wrong(sink, "out of memory");
	else
		r = sink->add(sink->arg, p->name, strlen(p->name),
		    buf_data(&rec), buf_len(&rec));
	buf_free(&rec);
	return r;
}

/* a line that was refused may have left a pool without sources */
static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	size_t i;
	int r = 0;

	for (i = 0; i < s->n; i++)
		if (add_pool(s, s->pool[i], sink) == -1)
			r = -1;
	for (i = 0; i < s->n; i++) {
		buf_free(&s->pool[i]->rec);
		free(s->pool[i]);
	}
	hash_free(&s->by_name);
	free(s->pool);
	return r;
}

const struct conffile conffile_pools = { "pools", sizeof(struct state), line,
	finish };

/* reading the record */

static int
number(struct slice s, uint64_t *u)
{
	return num_scan(s.p, s.n, 0, UINT32_MAX, u);
}

static struct slice
undash(struct slice s)
{
	if (word_is(s, "-"))
		s.n = 0;
	return s;
}

static int
read_record(struct slice l, struct pools_source *s)
{
	struct slice f[9] = { { NULL, 0 } };
	unsigned i;
	uint64_t u;

	for (i = 0; i < 9; i++)
		if (!word_piece(&l, '\t', &f[i]) && i < 6)
			return -1;
	if (number(f[0], &u) == -1 || number(f[5], &s->weight) == -1)
		return -1;
	s->line = (unsigned)u;
	s->name = f[1];
	s->ip = undash(f[2]);
	s->ip6 = undash(f[3]);
	s->helo = undash(f[4]);
	s->socks = undash(f[6]);
	s->login = undash(f[7]);
	s->proxy = undash(f[8]);
	return 0;
}

int
pools_find(const struct lookup *l, const char *pool, size_t n,
    struct pools_pool *out)
{
	struct slice head, word;
	int r = lookup_get(l, pool, n, &out->record.p, &out->record.n);

	out->sticky = out->spill = (struct slice){ "", 0 };
	out->least = 0;
	if (r != 1 || out->record.n == 0 || out->record.p[0] != '=')
		return r;
	if (!word_piece(&out->record, '\n', &head) ||
	    !word_piece(&head, '\t', &word) || !word_piece(&head, '\t', &word))
		return -1;
	out->sticky = undash(word);
	if (word_is(out->sticky, "least")) {
		out->least = 1;
		out->sticky.n = 0;
	}
	if (word_piece(&head, '\t', &word))
		out->spill = undash(word);
	return 1;
}

int
pools_each(struct slice *record, struct pools_source *out)
{
	struct slice one;

	do
		if (!word_piece(record, '\n', &one) || one.n == 0)
			return 0;
	while (one.p[0] == '='); /* of the pool */
	return read_record(one, out) == -1 ? -1 : 1;
}
