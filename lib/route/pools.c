#include "route/pools.h"
#include "base/num.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pool {
	char name[WORD_NAME_MAX + 1];
	struct buf rec;
	unsigned n;
	uint64_t weight;
};

struct state {
	struct pool *pool;
	size_t n, cap;
};

/* the text */

static struct pool *
pool_named(struct state *s, const char *name)
{
	struct pool *p;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->pool[i].name, name) == 0)
			return &s->pool[i];
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 16 : 2 * s->cap;
		p = realloc(s->pool, s->cap * sizeof *p);
		if (p == NULL)
			return NULL;
		s->pool = p;
	}
	p = &s->pool[s->n++];
	memset(p, 0, sizeof *p);
	snprintf(p->name, sizeof p->name, "%s", name);
	return p;
}

struct source {
	char name[WORD_LINE_MAX + 1], ip[64], ip6[64];
	char helo[WORD_DOMAIN_MAX + 1];
	uint64_t weight;
};

static const char *
set_ips(struct source *s, struct slice list)
{
	struct slice ip;
	char *to;
	int v;

	while (word_piece(&list, ',', &ip)) {
		v = word_ip(ip.p, ip.n);
		if (v == 0)
			return "source= is not an IP address";
		to = v == 4 ? s->ip : s->ip6;
		if (*to != '\0')
			return "one IPv4 and one IPv6 address at most";
		memcpy(to, ip.p, ip.n);
		to[ip.n] = '\0';
	}
	return NULL;
}

static const char *
set(struct source *s, char *word, size_t n)
{
	size_t vn;
	char *v = word_value(word, n, &vn);

	if (v == NULL)
		return "want WORD=VALUE";
	if (strcmp(word, "source") == 0)
		return set_ips(s, (struct slice){ v, vn });
	if (strcmp(word, "weight") == 0)
		return num_scan(v, vn, 0, POOLS_WEIGHT_MAX, &s->weight) == -1
		    ? "weight= is not a number from 0 to 1000000"
		    : NULL;
	if (strcmp(word, "helo") == 0) {
		if (!word_domain(v, vn))
			return "helo= is not a host name";
		memcpy(s->helo, v, vn + 1);
		return NULL;
	}
	if (strcmp(word, "name") == 0) {
		if (!word_name(v, vn))
			return "name= wants letters, digits, - _ and .";
		memcpy(s->name, v, vn + 1);
		return NULL;
	}
	return "unknown word; source= helo= weight= name= are known";
}

static const char *
or_dash(const char *s)
{
	return *s == '\0' ? "-" : s;
}

static const char *
read_source(const char *p, const char *end, char *name, struct source *s,
    char why[WORD_TWICE_MAX])
{
	static const char *const once[] = { "helo=", "weight=", "name=", NULL };
	char word[WORD_LINE_MAX + 1];
	const char *line = p;
	const char *fault;
	size_t n;
	int r;

	memset(s, 0, sizeof *s);
	s->weight = 1;
	if (word_next(&p, end, word, &n) != 1 || !word_name(word, n))
		return "not a name of a pool";
	if (n == 5 && memcmp(word, "local", 5) == 0)
		return "local is the label of local jobs";
	memcpy(name, word, n + 1);
	while ((r = word_next(&p, end, word, &n)) == 1) {
		fault = set(s, word, n);
		if (fault != NULL)
			return fault;
	}
	if (r == -1)
		return "quote not closed, or control byte";
	fault = word_twice(line, end, once, why);
	if (fault != NULL)
		return fault;
	if (s->name[0] == '\0')
		snprintf(s->name, sizeof s->name, "%s",
		    s->ip[0] != '\0'         ? s->ip
			: s->ip6[0] != '\0'  ? s->ip6
			: s->helo[0] != '\0' ? s->helo
					     : name);
	return NULL;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *st = arg;
	struct source s;
	struct pool *pool;
	char name[WORD_NAME_MAX + 1], why[WORD_TWICE_MAX];
	const char *fault;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	fault = read_source(p, p + n, name, &s, why);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	pool = pool_named(st, name);
	if (pool == NULL)
		return conffile_wrong(sink, "out of memory");
	if (++pool->n > POOLS_SOURCES_MAX)
		return conffile_wrong(sink,
		    "more than 256 sources in this pool");
	pool->weight += s.weight;
	if (buf_printf(&pool->rec, "%u\t%s\t%s\t%s\t%s\t%u\n", lineno, s.name,
		or_dash(s.ip), or_dash(s.ip6), or_dash(s.helo),
		(unsigned)s.weight) == -1)
		return conffile_wrong(sink, "out of memory");
	return 0;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	char t[WORD_NAME_MAX + 64];
	size_t i;
	int r = 0;

	for (i = 0; i < s->n; i++) {
		struct pool *p = &s->pool[i];

		if (p->n > 0 && p->weight == 0) {
			snprintf(t, sizeof t, "pool %s: all weights are 0",
			    p->name);
			r = conffile_wrong(sink, t);
		} else if (sink->add(sink->arg, p->name, strlen(p->name),
			       buf_data(&p->rec), buf_len(&p->rec)) == -1) {
			r = -1;
		}
		buf_free(&p->rec);
	}
	free(s->pool);
	return r;
}

const struct conffile conffile_pools = { "pools", sizeof(struct state), line,
	finish };

/* choosing */

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
read_record(struct slice l, struct pools_source *s, uint64_t *weight)
{
	struct slice f[6];
	unsigned i;
	uint64_t u;

	for (i = 0; i < 6; i++)
		if (!word_piece(&l, '\t', &f[i]))
			return -1;
	if (number(f[0], &u) == -1 || number(f[5], weight) == -1)
		return -1;
	s->line = (unsigned)u;
	s->name = f[1];
	s->ip = undash(f[2]);
	s->ip6 = undash(f[3]);
	s->helo = undash(f[4]);
	return 0;
}

int
pools_choose(const struct lookup *l, const char *pool, size_t n, uint64_t hash,
    struct pools_source *out)
{
	struct slice rec, rest, one;
	uint64_t sum = 0, w, at;
	int r = lookup_get(l, pool, n, &rec.p, &rec.n);

	if (r != 1)
		return r;
	for (rest = rec; word_piece(&rest, '\n', &one) && one.n > 0;) {
		if (read_record(one, out, &w) == -1)
			return -1;
		sum += w;
	}
	if (sum == 0)
		return -1;
	at = hash % sum;
	for (rest = rec; word_piece(&rest, '\n', &one) && one.n > 0;) {
		read_record(one, out, &w);
		if (at < w)
			return 1;
		at -= w;
	}
	return -1;
}

int
pools_each(struct slice *record, struct pools_source *out)
{
	struct slice one;
	uint64_t weight;

	if (!word_piece(record, '\n', &one) || one.n == 0)
		return 0;
	return read_record(one, out, &weight) == -1 ? -1 : 1;
}
