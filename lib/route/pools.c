#include "route/pools.h"
#include "route/relayword.h"
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

struct source {
	char name[WORD_LINE_MAX + 1], ip[64], ip6[64];
	char helo[WORD_DOMAIN_MAX + 1];
	uint64_t weight;
	char sticky[POOLS_STICKY_MAX + 1];
	char spill[WORD_NAME_MAX + 1];
	char socks[RELAYWORD_MAX], proxy[RELAYWORD_MAX];
	char login[WORD_NAME_MAX + 1]; /* at the relay */
	unsigned words;                /* that say something of the source */
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
set_sticky(struct source *s, const char *v, size_t n)
{
	static const char *const keys[] = { "tenant", "from", "from-domain",
		"user", "to-domain", "message", NULL };
	const struct slice key = { v, n };
	unsigned i = 0;

	while (keys[i] != NULL && !word_is(key, keys[i]))
		i++;
	if (keys[i] == NULL &&
	    (n <= 4 || n > POOLS_STICKY_MAX || memcmp(v, "tag:", 4) != 0 ||
		!word_name(v + 4, n - 4)))
		return "sticky= is tenant, from, from-domain, user, tag:NAME, "
		       "to-domain or message";
	memcpy(s->sticky, v, n + 1);
	return NULL;
}

static const char *
set(struct source *s, char *word, size_t n)
{
	size_t vn;
	char *v = word_value(word, n, &vn);

	if (v == NULL)
		return "want WORD=VALUE";
	if (strcmp(word, "sticky") == 0)
		return set_sticky(s, v, vn);
	if (strcmp(word, "choose") == 0) {
		if (!word_is((struct slice){ v, vn }, "least"))
			return "choose= is least";
		memcpy(s->sticky, v, vn + 1);
		return NULL;
	}
	if (strcmp(word, "spill") == 0) {
		if (!word_name(v, vn) || vn > WORD_NAME_MAX)
			return "spill= is not a name of a pool";
		memcpy(s->spill, v, vn + 1);
		return NULL;
	}
	s->words++;
	if (strcmp(word, "socks") == 0 || strcmp(word, "proxy") == 0)
		return relayword(v, vn, *word == 's' ? s->socks : s->proxy) == 0
		    ? NULL
		    : "socks= and proxy= want IP:PORT or [IPv6]:PORT";
	if (strcmp(word, "socks-login") == 0) {
		if (!word_name(v, vn) || vn > WORD_NAME_MAX)
			return "socks-login= is not a name";
		memcpy(s->login, v, vn + 1);
		return NULL;
	}
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
	return "unknown word; source= helo= weight= name= socks= socks-login= "
	       "proxy= sticky= choose= spill= are known";
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
	static const char *const once[] = { "helo=", "weight=", "name=",
		"sticky=", "choose=", "spill=", "socks=", "socks-login=",
		"proxy=", NULL };
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
	if (s->socks[0] != '\0' && s->proxy[0] != '\0')
		return "socks= and proxy=: one relay at most";
	if (s->login[0] != '\0' && s->socks[0] == '\0')
		return "socks-login= without socks=";
	if (s->proxy[0] != '\0' && s->ip[0] == '\0' && s->ip6[0] == '\0')
		return "proxy= without source=: it has no address to name";
	if (s->name[0] == '\0')
		snprintf(s->name, sizeof s->name, "%s",
		    s->ip[0] != '\0'         ? s->ip
			: s->ip6[0] != '\0'  ? s->ip6
			: s->helo[0] != '\0' ? s->helo
					     : name);
	return NULL;
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
set_pool(struct pool *pool, const struct source *s)
{
	if (!set_once(pool->sticky, s->sticky))
		return "sticky= or choose= is another one in a line above";
	if (!set_once(pool->spill, s->spill))
		return "spill= is another one in a line above";
	return NULL;
}

/* the end of its line in the record */
static int
put_relay(struct buf *b, const struct source *s)
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
