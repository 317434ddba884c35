#include "route/spilling.h"
#include "base/num.h"
#include "route/poolchoice.h"
#include "route/routingsay.h"

struct search {
	struct routing *w;
	const struct routing_conf *c;
	const struct spills *spills;
	struct spills_who who;
	int64_t now_us;
	/* of those that have no more to give, who has again first */
	struct pools_source first;
	struct slice first_pool;
	int64_t first_us;  /* 0: there was none */
	struct slice pool; /* that is looked at */
	int avoid;         /* not a source like this: */
	struct pools_source avoided;
};

/* a job's labels, but for its source and pool */
static void
begin(struct search *s, struct slice site)
{
	const struct routing *w = s->w;
	const struct routing_job *j = w->job;

	s->who.site = site;
	s->who.domain = (struct slice){ w->addr.domain, w->addr.domain_len };
	s->who.tenant = j->tenant;
	s->who.provider = w->provider.name;
	s->who.user = j->user;
	s->who.tag = j->tag;
	s->who.n_tag = j->n_tag;
}

static int64_t
used_up_until(struct search *s, const struct pools_source *x)
{
	s->who.src = x->name;
	s->who.via = s->w->rule.via.n > 0 ? s->w->rule.via : s->pool;
	return spills_until(s->spills, &s->who, s->now_us);
}

static int
is_used_up(void *arg, const struct pools_source *x)
{
	struct search *s = arg;
	int64_t until_us;

	if ((s->avoid && routesource_alike(x, &s->avoided)) ||
	    routesource_gone(s->c, x))
		return 1;
	until_us = used_up_until(s, x);
	if (until_us == 0)
		return 0;
	if (s->first_us == 0 || until_us < s->first_us) {
		s->first_us = until_us;
		s->first = *x;
		s->first_pool = s->pool;
	}
	return 1;
}

static int
same(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* the first pool, in the order in which they spill, with a source that is free:
 * 1, 0: none has */
static int
search(struct search *s, struct pools_pool *pool)
{
	struct slice been[ROUTESOURCE_POOLS_MAX];
	struct pools_source x;
	unsigned n, i;

	for (n = 0; n < ROUTESOURCE_POOLS_MAX; n++) {
		if (poolchoice(pool, routesource_key(s->w, pool->sticky),
			is_used_up, s, &x) == 1) {
			routesource_take(s->w, s->c, &x);
			s->w->pool = s->pool;
			return 1;
		}
		been[n] = s->pool;
		s->pool = pool->spill;
		for (i = 0; i <= n; i++)
			if (s->pool.n == 0 || same(been[i], s->pool))
				return 0;
		if (pools_find(&s->c->pools, s->pool.p, s->pool.n, pool) != 1)
			return 0;
	}
	return 0;
}

/* a source that a reply spoke against stays out of it */
static void
avoid(struct search *s, const struct pools_pool *pool)
{
	struct slice rest = pool->record;

	while (s->w->job->avoid_src.n > 0 &&
	    pools_each(&rest, &s->avoided) == 1)
		if (same(s->avoided.name, s->w->job->avoid_src)) {
			s->avoid =
			    !routesource_alike(&s->avoided, &s->w->source);
			return;
		}
}

void
spilling(struct routing *w, const struct routing_conf *c,
    const struct spills *spills, struct slice site, int64_t now_us)
{
	struct search s = {
		.w = w, .c = c, .spills = spills, .now_us = now_us
	};
	struct pools_source before = w->source;
	struct pools_pool pool;

	if (w->pool.n == 0 ||
	    pools_find(&c->pools, w->pool.p, w->pool.n, &pool) != 1 ||
	    pool.spill.n == 0)
		return;
	w->spill = 1;
	if (spills->by_value.n == 0)
		return;
	begin(&s, site);
	s.pool = w->pool;
	if (used_up_until(&s, &w->source) == 0)
		return;
	avoid(&s, &pool);
	w->spill = (unsigned)search(&s, &pool);
	if (!w->spill && s.first_us != 0) {
		routesource_take(w, c, &s.first);
		w->pool = s.first_pool;
	}
	if (w->spill)
		routing_say(w, "pools", before.line,
		    "source %.*s has no more to give: pool %.*s, source %.*s",
		    (int)before.name.n, before.name.p, (int)w->pool.n,
		    w->pool.p, (int)w->source.name.n, w->source.name.p);
	else
		routing_say(w, "pools", w->source.line,
		    "no source has more to give, the first that will is "
		    "pool %.*s, source %.*s",
		    (int)w->pool.n, w->pool.p, (int)w->source.name.n,
		    w->source.name.p);
}

/* results */

static int
is_replaced(const struct ltsv_field *f)
{
	const struct slice label = { f->label, f->label_len };

	return word_is(label, "spill-by") || word_is(label, "spill-of") ||
	    word_is(label, "spill-until") || word_is(label, "next") ||
	    word_is(label, "room");
}

int
spilling_result(struct spills *s, const struct ltsv *l, int64_t wall_us,
    int64_t now_us, struct buf *out)
{
	struct slice until = ltsv_slice(l, "spill-until");
	int64_t until_ms;
	unsigned i;
	int bad = 0;

	if (!word_is(ltsv_slice(l, "status"), "later") || until.n == 0 ||
	    num_scan_time(until.p, until.n, &until_ms) == -1 ||
	    !spills_learn(s, ltsv_slice(l, "spill-by"),
		ltsv_slice(l, "spill-of"), until_ms * 1000 - wall_us + now_us,
		now_us))
		return 0;
	for (i = 0; i < l->n; i++)
		if (!is_replaced(&l->f[i]))
			bad |= ltsv_copy(out, &l->f[i]);
	bad |= ltsv_putnum(out, "next", (uint64_t)wall_us / 1000000);
	bad |= ltsv_end(out);
	return bad == 0 ? 1 : -1;
}
