#include "import/pmta.h"

/* Virtual MTAs and their pools as lines of pools, and roll-ups as providers. */

/* smtp-source-host IP [HOST], up to one of each kind, and host-name */
struct source {
	struct slice ip, ip6, helo;
	unsigned more; /* addresses that have no place */
};

static void
read_source(const struct pmta *p, struct slice vmta, struct source *s)
{
	const struct pmta_line *l;
	struct slice rest, ip, host;
	struct slice *to;
	size_t i;
	int kind;

	for (i = 0; i < pmta_lines(p); i++) {
		l = pmta_line(p, i);
		if (l->block != PMTA_VMTA || !import_same(l->of, vmta))
			continue;
		rest = l->value;
		if (import_is(l->name, "host-name"))
			s->helo = pmta_word(&rest);
		if (!import_is(l->name, "smtp-source-host"))
			continue;
		ip = pmta_word(&rest);
		host = pmta_word(&rest);
		kind = word_ip(ip.p, ip.n);
		to = kind == 6 ? &s->ip6 : &s->ip;
		if (kind == 0 || to->n > 0)
			s->more++;
		else
			*to = ip;
		if (host.n > 0 && s->helo.n == 0)
			s->helo = host;
	}
}

/* POOL name=VMTA source=... */
static void
put_source(struct pmta *p, const struct import_at *at, struct slice pool,
    struct slice vmta)
{
	struct source s = { .more = 0 };
	struct buf b = { 0 };

	read_source(p, vmta, &s);
	if (s.more > 0)
		import_left(p->import, IMPORT_POOLS, at, vmta,
		    "more addresses than a source has, or none that is one");
	import_put(p->import, &b, pool.p, pool.n);
	import_puts(p->import, &b, " name=");
	import_put(p->import, &b, vmta.p, vmta.n);
	if (s.ip.n + s.ip6.n > 0)
		import_puts(p->import, &b, " source=");
	import_put(p->import, &b, s.ip.p, s.ip.n);
	if (s.ip.n > 0 && s.ip6.n > 0)
		import_puts(p->import, &b, ",");
	import_put(p->import, &b, s.ip6.p, s.ip6.n);
	if (s.helo.n > 0) {
		import_puts(p->import, &b, " helo=");
		import_put(p->import, &b, s.helo.p, s.helo.n);
	}
	import_say(p->import, IMPORT_POOLS, at, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* has one of the lines before said where it is? */
static int
has_source(const struct pmta *p, struct slice vmta, size_t before)
{
	size_t i;

	for (i = 0; i < before; i++)
		if (pmta_line(p, i)->block == PMTA_VMTA &&
		    import_is(pmta_line(p, i)->name, "smtp-source-host") &&
		    import_same(pmta_line(p, i)->of, vmta))
			return 1;
	return 0;
}

/* a line of mx-rollup-list: mx PATTERN NAME, or domain PATTERN NAME */
static void
rollup(struct pmta *p, const struct pmta_line *l)
{
	struct slice rest = l->value, pattern = pmta_word(&rest), name;
	int mx = import_is(l->name, "mx");

	name = pmta_word(&rest);
	if ((!mx && !import_is(l->name, "domain")) || name.n == 0) {
		import_left(p->import, IMPORT_PROVIDERS, &l->at, l->value,
		    "neither mx nor domain, with a name");
		return;
	}
	if (pattern.n > 1 && pattern.p[0] == '*') {
		pattern.p++;
		pattern.n--;
	}
	import_sayf(p->import, IMPORT_PROVIDERS, &l->at, "%.*s %s%.*s",
	    (int)name.n, name.p, mx ? "mx:" : "", (int)pattern.n, pattern.p);
}

int
pmta_is_rollup(const struct pmta *p, struct slice name)
{
	struct slice rest;
	size_t i;

	for (i = 0; i < pmta_lines(p); i++) {
		if (pmta_line(p, i)->block != PMTA_ROLLUPS)
			continue;
		rest = pmta_line(p, i)->value;
		pmta_word(&rest);
		if (import_same(pmta_word(&rest), name))
			return 1;
	}
	return 0;
}

void
pmta_pools(struct pmta *p)
{
	const struct import_at none = { "default", 0 };
	const struct pmta_line *l;
	struct slice rest;
	size_t i, n = pmta_lines(p);

	/* limits are for each source, and without a name none is counted */
	if (n > 0)
		import_sayf(p->import, IMPORT_POOLS, &none,
		    "default name=default");
	for (i = 0; i < n; i++) {
		l = pmta_line(p, i);
		rest = l->value;
		if (l->block == PMTA_VMTA &&
		    import_is(l->name, "smtp-source-host") &&
		    !has_source(p, l->of, i))
			put_source(p, &l->at, l->of, l->of);
		else if (l->block == PMTA_VMTA &&
		    !import_is(l->name, "smtp-source-host") &&
		    !import_is(l->name, "host-name"))
			import_left(p->import, IMPORT_POOLS, &l->at, l->name,
			    "of a source pools has no such word");
		else if (l->block == PMTA_POOL &&
		    import_is(l->name, "virtual-mta"))
			put_source(p, &l->at, l->of, pmta_word(&rest));
		else if (l->block == PMTA_POOL)
			import_left(p->import, IMPORT_POOLS, &l->at, l->name,
			    "of a pool pools has no such word");
		else if (l->block == PMTA_ROLLUPS)
			rollup(p, l);
	}
}
