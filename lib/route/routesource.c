#include "route/routesource.h"
#include "route/poolchoice.h"
#include "route/routingsay.h"
#include <limits.h>

/* what jobs that are to have the same source have in common; n 0: nothing */
static struct slice
sticky_value(const struct routing *w, struct slice sticky)
{
	const struct routing_job *j = w->job;

	if (word_is(sticky, "tenant"))
		return j->tenant;
	if (word_is(sticky, "user"))
		return j->user;
	if (word_is(sticky, "message"))
		return j->id;
	if (word_is(sticky, "from"))
		return (struct slice){ w->from.key, w->from.len };
	if (word_is(sticky, "from-domain"))
		return (struct slice){ w->from.domain, w->from.domain_len };
	if (word_is(sticky, "to-domain"))
		return (struct slice){ w->addr.domain, w->addr.domain_len };
	if (sticky.n > 4)
		return word_tag(j->tag, j->n_tag,
		    (struct slice){ sticky.p + 4, sticky.n - 4 });
	return sticky; /* none */
}

uint64_t
routesource_key(const struct routing *w, struct slice sticky)
{
	struct slice v = sticky_value(w, sticky);

	return v.n == 0 ? word_mix(w->hash + 1)
			: word_hash(word_hash(1, sticky.p, sticky.n), v.p, v.n);
}

/* addresses that are not here */

int
routesource_gone(const struct routing_conf *c, const struct pools_source *s)
{
	return c->lost != NULL && c->lost(c->lost_arg, s) == 3;
}

static int
is_gone(void *arg, const struct pools_source *s)
{
	return routesource_gone(arg, s);
}

void
routesource_take(struct routing *w, const struct routing_conf *c,
    const struct pools_source *s)
{
	unsigned lost = c->lost == NULL ? 0 : c->lost(c->lost_arg, s);

	w->source = *s;
	if (lost & 1)
		w->source.ip.n = 0;
	if (lost & 2)
		w->source.ip6.n = 0;
}

/* another source than the one that a reply spoke against */

struct other {
	const struct routing_conf *c;
	struct pools_source than;
	uint64_t key;
	int behind; /* only those that come behind it for this key */
};

int
routesource_alike(const struct pools_source *a, const struct pools_source *b)
{
	int none = a->ip.n + a->ip6.n == 0 && b->ip.n + b->ip6.n == 0;

	return none ||
	    (a->ip.n > 0 && a->ip.n == b->ip.n &&
		memcmp(a->ip.p, b->ip.p, a->ip.n) == 0) ||
	    (a->ip6.n > 0 && a->ip6.n == b->ip6.n &&
		memcmp(a->ip6.p, b->ip6.p, a->ip6.n) == 0);
}

static int
is_not_other(void *arg, const struct pools_source *s)
{
	const struct other *o = arg;

	return routesource_alike(s, &o->than) || routesource_gone(o->c, s) ||
	    (o->behind &&
		poolchoice_better(poolchoice_rank(s, o->key),
		    poolchoice_rank(&o->than, o->key)));
}

/* a source of this name: 1, 0, -1 damaged */
static int
find_source(const struct pools_pool *pool, struct slice name,
    struct pools_source *s)
{
	struct slice rest = pool->record;
	int r;

	while ((r = pools_each(&rest, s)) == 1)
		if (s->name.n == name.n &&
		    memcmp(s->name.p, name.p, name.n) == 0)
			break;
	return r;
}

/* the next one in the order in which the key prefers them, and behind the last
 * the first: so that all are tried where each is spoken against.  1, 0: there
 * is no other, -1 damaged */
static int
choose_other(struct routing *w, const struct routing_conf *c,
    const struct pools_pool *pool, uint64_t key, struct pools_source *s)
{
	struct other o = { .c = c, .key = key, .behind = 1 };
	int r;

	if (w->job->avoid_src.n == 0)
		return 0;
	r = find_source(pool, w->job->avoid_src, &o.than);
	if (r != 1)
		return r;
	r = poolchoice(pool, key, is_not_other, &o, s);
	o.behind = 0;
	if (r == 0)
		r = poolchoice(pool, key, is_not_other, &o, s);
	routing_say(w, "pools", o.than.line,
	    r == 1 ? "not source %.*s, for what was replied to it"
		   : "there is no other source than %.*s",
	    (int)o.than.name.n, o.than.name.p);
	return r;
}

static uint64_t
least_mark(struct slice pool, struct slice src)
{
	return word_hash(word_hash(2, pool.p, pool.n), src.p, src.n);
}

/* recipients of one message and domain that come one after the other stay
 * together: where the one before went is less than nothing */
static unsigned
load_of(const struct routing *w, const struct routing_conf *c,
    struct slice pool, struct slice src)
{
	uint64_t last = src.n == 0 ? w->least.pool : w->least.src;

	if (w->hash == w->least.hash && last == least_mark(pool, src))
		return 0;
	return c->load == NULL ? 1 : 1 + c->load(c->load_arg, pool, src);
}

/* of the pools in a list the one with least on its way, of those that have as
 * much the first behind where the hash points */
static struct slice
least_pool(const struct routing *w, const struct routing_conf *c,
    struct slice list)
{
	struct slice rest, one, name, best = { NULL, 0 }, none = { "", 0 };
	unsigned n = 0, i, first, load, least = UINT_MAX, pass;

	for (rest = list; word_piece(&rest, ',', &one);)
		n++;
	first = (unsigned)(w->hash % n);
	for (pass = 0; pass < 2; pass++)
		for (rest = list, i = 0; word_piece(&rest, ',', &one); i++) {
			if ((i >= first) != (pass == 0) ||
			    !word_piece(&one, '=', &name))
				continue;
			load = load_of(w, c, name, none);
			if (best.p == NULL || load < least) {
				best = name;
				least = load;
			}
		}
	return best;
}

/* the pool that an order, a reply, the rule or nobody names: 1, 0: it is not there, -1 */
static int
find_pool(struct routing *w, const struct routing_conf *c,
    struct pools_pool *pool)
{
	static const char by_default[] = "default";
	int r;

	w->pool = w->job->pool;
	if (w->pool.n > 0) {
		r = pools_find(&c->pools, w->pool.p, w->pool.n, pool);
		routing_say(w, "queue-ctl", 0,
		    r == 0 ? "there is no pool %.*s, to which it is bound"
			   : "bound to pool %.*s",
		    (int)w->pool.n, w->pool.p);
		if (r != 0)
			return r;
	}
	w->pool = w->job->use_pool;
	if (w->pool.n > 0) {
		r = pools_find(&c->pools, w->pool.p, w->pool.n, pool);
		routing_say(w, "pools", 0,
		    r == 0 ? "there is no pool %.*s, for which a reply asked"
			   : "pool %.*s, for what was replied",
		    (int)w->pool.n, w->pool.p);
		if (r != 0)
			return r;
	}
	if (w->rule.pool.n == 0)
		w->pool = (struct slice){ by_default, sizeof by_default - 1 };
	else if (routes_least(w->rule.pool))
		w->pool = least_pool(w, c, w->rule.pool);
	else
		w->pool = routes_pool(w->rule.pool, w->hash);
	return pools_find(&c->pools, w->pool.p, w->pool.n, pool);
}

/* who has least to do */

struct least {
	const struct routing *w;
	const struct routing_conf *c;
	unsigned load; /* the least of those that are here */
};

static int
is_busier(void *arg, const struct pools_source *s)
{
	const struct least *l = arg;

	return routesource_gone(l->c, s) ||
	    load_of(l->w, l->c, l->w->pool, s->name) > l->load;
}

/* a source that is here: by its load, or by the key alone; as poolchoice() */
static int
choose_here(const struct routing *w, const struct routing_conf *c,
    const struct pools_pool *pool, uint64_t key, struct pools_source *s)
{
	struct least l = { w, c, UINT_MAX };
	struct slice rest = pool->record;
	unsigned load;

	if (!pool->least)
		return poolchoice(pool, key, is_gone, (void *)c, s);
	while (pools_each(&rest, s) == 1) {
		if (s->weight == 0 || routesource_gone(c, s))
			continue;
		load = load_of(w, c, w->pool, s->name);
		if (load < l.load)
			l.load = load;
	}
	return poolchoice(pool, key, is_busier, &l, s);
}

/* the pool, or one into which it spills, with a source that is here: 1, 0: none
 * has, -1 damaged */
static int
choose(struct routing *w, const struct routing_conf *c, struct pools_pool *pool,
    struct pools_source *s)
{
	struct slice first = w->pool;
	uint64_t key;
	unsigned n;
	int r = 0;

	for (n = 0; r == 0 && n < ROUTESOURCE_POOLS_MAX; n++) {
		key = routesource_key(w, pool->sticky);
		r = choose_other(w, c, pool, key, s);
		if (r == 0)
			r = choose_here(w, c, pool, key, s);
		if (r != 0)
			break;
		routing_say(w, "pools", 0,
		    "no source of pool %.*s has its address here",
		    (int)w->pool.n, w->pool.p);
		if (pool->spill.n == 0)
			break;
		w->pool = pool->spill;
		r = pools_find(&c->pools, w->pool.p, w->pool.n, pool) == 1 ? 0
									   : -1;
	}
	if (r == 0)
		w->pool = first;
	return r;
}

enum routesource_result
routesource(struct routing *w, const struct routing_conf *c)
{
	struct pools_source s;
	struct pools_pool pool;
	int r = find_pool(w, c, &pool);

	memset(&w->source, 0, sizeof w->source);
	if (r == 0)
		return w->rule.pool.n > 0 ? ROUTESOURCE_NO_POOL
					  : ROUTESOURCE_GOOD;
	if (r == 1)
		r = choose(w, c, &pool, &s);
	if (r != 1)
		return r == 0 ? ROUTESOURCE_GONE : ROUTESOURCE_BROKEN;
	routesource_take(w, c, &s);
	w->least.hash = w->hash;
	w->least.pool = least_mark(w->pool, (struct slice){ "", 0 });
	w->least.src = least_mark(w->pool, s.name);
	routing_say(w, "pools", w->source.line, "pool %.*s, source %.*s",
	    (int)w->pool.n, w->pool.p, (int)w->source.name.n, w->source.name.p);
	return ROUTESOURCE_GOOD;
}

enum hosts_inet
routesource_families(const struct routing *w, enum hosts_inet inet)
{
	int have4 = w->source.ip.n > 0, have6 = w->source.ip6.n > 0;

	if (have4 == have6)
		return inet;
	return have4 ? HOSTS_4 : HOSTS_6;
}
