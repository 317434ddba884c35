#include "import/metis.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

/* Which mail the queues of a Metis get, and from where they send: lines of
 * routes, pools and aliases. */

static struct slice
text(const struct metis *m, const struct erlterm *t)
{
	return t == NULL || t->kind == ERLTERM_TUPLE || t->kind == ERLTERM_LIST
	    ? (struct slice){ "", 0 }
	    : erlterm_text(&m->terms, t);
}

/* "10.1.2.3", 10.1.2.3, {10,1,2,3} or {10.1.2.3} */
static void
put_ip(struct metis *m, struct buf *b, const struct erlterm *t)
{
	struct slice s = text(m, t);
	uint32_t i;

	if (t->kind != ERLTERM_TUPLE)
		import_put(m->import, b, s.p, s.n);
	for (i = 0; t->kind == ERLTERM_TUPLE && i < t->n && i < 4; i++) {
		s = text(m, erlterm_child(&m->terms, t, i));
		import_puts(m->import, b, i > 0 ? "." : "");
		import_put(m->import, b, s.p, s.n);
	}
}

/* user@, @domain or user@domain; a name alone is a domain */
static void
put_pattern(struct metis *m, struct buf *b, const char *label,
    const struct erlterm *t)
{
	struct slice s = text(m, t);

	import_puts(m->import, b, label);
	if (s.n > 0 && memchr(s.p, '@', s.n) == NULL)
		import_puts(m->import, b, "@");
	import_put(m->import, b, s.p, s.n);
	import_puts(m->import, b, " ");
}

/* a rule in the making; of several queues that may have the same mail Metis
 * takes the one with the least to do */
struct draft {
	struct import_at at;
	struct buf when, pools, relay; /* " host:..." */
	unsigned n_pools;
};

/* those with the same number of conditions */
struct drafts {
	struct wordset seen; /* when and relay, with the number of the draft */
	struct buf all;      /* struct draft */
};

/* 0, or -1 without memory */
static int
keep_draft(struct drafts *all, struct draft *d)
{
	struct buf key = { 0 };
	struct draft *same;
	size_t n = buf_len(&all->all) / sizeof *d;
	long before = -1;

	if (buf_put(&key, buf_data(&d->when), buf_len(&d->when)) == 0 &&
	    buf_put(&key, buf_data(&d->relay), buf_len(&d->relay)) == 0)
		before = wordset_add(&all->seen, buf_data(&key), buf_len(&key),
		    (unsigned)n + 1);
	buf_free(&key);
	if (before <= 0)
		return before == 0 ? buf_put(&all->all, d, sizeof *d) : -1;
	same = (struct draft *)(void *)buf_data(&all->all) + before - 1;
	same->n_pools++;
	before = buf_putc(&same->pools, ',');
	before |=
	    buf_put(&same->pools, buf_data(&d->pools), buf_len(&d->pools));
	buf_free(&d->when);
	buf_free(&d->relay);
	buf_free(&d->pools);
	return (int)before;
}

static void
put_relay(struct metis *m, struct buf *b, const struct erlterm *relay)
{
	size_t before;

	import_puts(m->import, b, " host:");
	before = buf_len(b);
	put_ip(m, b, relay);
	if (buf_len(b) == before ||
	    !word_ip(buf_data(b) + before, buf_len(b) - before))
		return;
	b->end = b->off + before;
	import_puts(m->import, b, "[");
	put_ip(m, b, relay);
	import_puts(m->import, b, "]");
}

/* one rule: from and to may be NULL */
static void
rule(struct metis *m, struct drafts *all, const struct import_at *at,
    struct slice section, const struct erlterm *from, const struct erlterm *to)
{
	const struct erlterm *relay = metis_get(m, section, "smartrelay_host");
	struct draft d = { .at = *at, .n_pools = 1 };
	char pool[WORD_NAME_MAX + 1];

	if (from != NULL)
		put_pattern(m, &d.when, "from:", from);
	if (to != NULL)
		put_pattern(m, &d.when, "to:", to);
	if (from == NULL && to == NULL)
		import_puts(m->import, &d.when, "to:* ");
	import_puts(m->import, &d.pools,
	    metis_pool(pool, section) == 0 ? pool : "-");
	if (relay != NULL)
		put_relay(m, &d.relay, relay);
	if (keep_draft(all, &d) == -1)
		m->import->no_memory = 1;
}

/* all of them as lines; they are gone then */
static void
say_drafts(struct metis *m, struct drafts *all)
{
	struct draft *d = (struct draft *)(void *)buf_data(&all->all);
	size_t n = buf_len(&all->all) / sizeof *d;
	struct buf *b;

	for (; n > 0; n--, d++) {
		b = &d->when;
		import_puts(m->import, b, "pool:");
		import_put(m->import, b, buf_data(&d->pools),
		    buf_len(&d->pools));
		import_puts(m->import, b, d->n_pools > 1 ? "=least" : "");
		import_put(m->import, b, buf_data(&d->relay),
		    buf_len(&d->relay));
		import_say(m->import, IMPORT_ROUTES, &d->at, buf_data(b),
		    buf_len(b));
		buf_free(&d->when);
		buf_free(&d->pools);
		buf_free(&d->relay);
	}
	buf_free(&all->all);
	wordset_free(&all->seen);
	memset(all, 0, sizeof *all);
}

/* the rules of a queue with so many conditions, 0 to 2 */
static void
rules(struct metis *m, struct drafts *all, const struct import_at *at,
    struct slice section, unsigned conditions)
{
	const struct erlterm *from = metis_get(m, section, "relay_from"),
			     *to = metis_get(m, section, "relay_to");
	uint32_t n_from = from == NULL ? 0 : from->n,
		 n_to = to == NULL ? 0 : to->n, i, j;

	if ((unsigned)(n_from > 0) + (unsigned)(n_to > 0) != conditions)
		return;
	for (i = 0; i < n_from || i == 0; i++)
		for (j = 0; (j < n_to || j == 0) && !import_enough(m->import);
		     j++)
			rule(m, all, at, section,
			    n_from == 0 ? NULL
					: erlterm_child(&m->terms, from, i),
			    n_to == 0 ? NULL : erlterm_child(&m->terms, to, j));
}

static void
pool(struct metis *m, const struct import_at *at, struct slice section)
{
	const struct erlterm *ip = metis_get(m, section, "ip");
	const char *host = memchr(section.p, '@', section.n);
	char name[WORD_NAME_MAX + 1];
	struct buf b = { 0 };

	if (metis_pool(name, section) == -1) {
		import_left(m->import, IMPORT_POOLS, at, section,
		    "a name that is too long");
		return;
	}
	if (buf_printf(&b, "%s name=%s", name, name) == -1)
		m->import->no_memory = 1;
	if (ip != NULL) {
		import_puts(m->import, &b, " source=");
		put_ip(m, &b, ip);
	}
	if (host != NULL) {
		import_puts(m->import, &b, " helo=");
		import_put(m->import, &b, host + 1,
		    (size_t)(section.p + section.n - host) - 1);
	}
	import_say(m->import, IMPORT_POOLS, at, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/* {A, B} of a list: A: B, once */
static void
names(struct metis *m, const struct metis_line *l, struct wordset *seen)
{
	const struct erlterm *t = erlterm_node(&m->terms, l->term), *c, *b;
	struct import_at at = { l->file, 0 };
	struct buf line = { 0 };
	struct slice s;
	uint32_t i;

	for (i = t->first; i != 0 && !import_enough(m->import); i = c->next) {
		c = erlterm_node(&m->terms, i);
		at.line = c->line;
		b = erlterm_child(&m->terms, c, 1);
		buf_clear(&line);
		s = text(m, erlterm_child(&m->terms, c, 0));
		import_put(m->import, &line, s.p, s.n);
		ascii_lower_copy(buf_data(&line), buf_data(&line),
		    buf_len(&line));
		import_puts(m->import, &line, ": ");
		s = text(m, b);
		import_put(m->import, &line, s.p, s.n);
		/* each queue has its own, mostly the same */
		if (!m->import->no_memory &&
		    wordset_add(seen, buf_data(&line), buf_len(&line), 1) == 0)
			import_say(m->import, IMPORT_ALIASES, &at,
			    buf_data(&line), buf_len(&line));
	}
	buf_free(&line);
}

/* is it the first line of its section? */
static int
is_first(const struct metis *m, size_t at)
{
	struct slice s = metis_line(m, at)->section, o;
	size_t i;

	for (i = 0; i < at; i++) {
		o = metis_line(m, i)->section;
		if (o.n == s.n && (s.n == 0 || memcmp(o.p, s.p, s.n) == 0))
			return 0;
	}
	return 1;
}

void
metis_queues(struct metis *m)
{
	struct wordset seen = { .cap = 0 };
	struct drafts drafts = { .seen = { .cap = 0 } };
	const struct metis_line *l;
	size_t i;
	int turn;

	/* what has more conditions comes first, pools before all */
	for (turn = 3; turn >= 0; turn--) {
		for (i = 0; i < metis_lines(m); i++) {
			l = metis_line(m, i);
			if (!is_first(m, i) || !metis_is_queue(m, l->section))
				continue;
			if (turn == 3)
				pool(m, &l->at, l->section);
			else
				rules(m, &drafts, &l->at, l->section,
				    (unsigned)turn);
		}
		say_drafts(m, &drafts);
	}
	for (i = 0; i < metis_lines(m); i++) {
		l = metis_line(m, i);
		if (l->term != 0 &&
		    (word_is(l->key, "aliases") || word_is(l->key, "reroute")))
			names(m, l, &seen);
	}
	wordset_free(&seen);
}
