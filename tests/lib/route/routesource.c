/* from which pool and source a job goes: by what it is kept */
#include "route/routesource.h"
#include "memlookup.h"
#include "tap.h"
#include <stdio.h>

static struct memtable table, empty;
static struct routing_conf conf;

static void
take(const char *text)
{
	memtable_free(&table);
	conf.pools = memtable_make(&table, &conffile_pools, text);
}

static void
decide(struct routing *w, const struct routing_job *j)
{
	w->job = j;
	w->said = NULL;
	w->hash = word_hash(0, j->id.p, j->id.n);
	address_set(&w->addr, j->to.p, j->to.n);
	address_set(&w->from, j->from.p, j->from.n);
	w->hash = word_hash(w->hash, w->addr.domain, w->addr.domain_len);
	is_num(routesource(w, &conf), ROUTESOURCE_GOOD, "a source");
}

/* what a job has that the key is, and what it has not */
static const struct {
	const char *sticky;
	unsigned same; /* letter of the field below that counts */
} cases[] = {
	{ "tenant", 't' },
	{ "from", 'f' },
	{ "from-domain", 'd' },
	{ "user", 'u' },
	{ "tag:campaign", 'g' },
	{ "to-domain", 'o' },
	{ "message", 'm' },
};

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

/* a job of which the field of this letter is number n, the others are k */
static void
make(struct routing_job *j, unsigned letter, unsigned n, unsigned k)
{
	static char text[7][64];

	memset(j, 0, sizeof *j);
	snprintf(text[0], 64, "id%u", letter == 'm' ? n : k);
	snprintf(text[1], 64, "t%u", letter == 't' ? n : k);
	snprintf(text[2], 64, "u%u", letter == 'u' ? n : k);
	snprintf(text[3], 64, "x=y%u", k);
	snprintf(text[4], 64, "campaign=%u", letter == 'g' ? n : k);
	snprintf(text[5], 64, "a%u@f%u.example", letter == 'd' ? k : n,
	    letter == 'd' || letter == 'f' ? n : k);
	if (letter != 'd' && letter != 'f')
		snprintf(text[5], 64, "a%u@f%u.example", k, k);
	snprintf(text[6], 64, "r%u@d%u.example", k, letter == 'o' ? n : k);
	j->id = slice(text[0]);
	j->tenant = slice(text[1]);
	j->user = slice(text[2]);
	j->tag[0] = slice(text[3]);
	j->tag[1] = slice(text[4]);
	j->n_tag = 2;
	j->from = slice(text[5]);
	j->to = slice(text[6]);
}

/* sources that 200 jobs get when all but this field differ, or it alone */
static unsigned
sources(unsigned letter, int alone)
{
	static struct routing w;
	struct routing_job j;
	unsigned seen = 0, i, n = 0;

	for (i = 0; i < 200; i++) {
		make(&j, letter, alone ? i : 7, alone ? 7 : i);
		decide(&w, &j);
		seen |= 1u << (w.source.name.p[0] - 'a');
	}
	for (; seen != 0; seen &= seen - 1)
		n++;
	routing_free(&w);
	return n;
}

static void
sticky(void)
{
	char text[200];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text,
		    "default name=a\ndefault name=b\ndefault name=c\n"
		    "default sticky=%s\n",
		    cases[i].sticky);
		take(text);
		is_num(sources(cases[i].same, 0), 1, cases[i].sticky);
		is_num(sources(cases[i].same, 1), 3, "and by nothing else");
	}
	take("default name=a\ndefault name=b\ndefault name=c\n");
	is_num(sources('m', 1), 3, "by the message without that");
	is_num(sources('o', 1), 3, "and by the domain");
	is_num(sources('t', 1), 1, "and by nothing else");
	/* who has no such thing is shared out as without the word */
	take("default name=a\ndefault name=b\ndefault name=c\n"
	     "default sticky=tag:nothing\n");
	is_num(sources('m', 1), 3, "none has such a tag");
}

static const char *
source_of(struct routing *w, struct routing_job *j, const char *avoid)
{
	static char name[64];

	j->avoid_src = slice(avoid);
	decide(w, j);
	snprintf(name, sizeof name, "%.*s", (int)w->source.name.n,
	    w->source.name.p);
	return name;
}

/* not the source that a reply spoke against: one after the other has its turn,
 * whichever was the first */
static void
other(void)
{
	static struct routing w;
	struct routing_job j;
	char first[64], last[64];
	unsigned i, k, seen;

	take("default name=a source=192.0.2.1\n"
	     "default name=b source=192.0.2.2\n"
	     "default name=c source=192.0.2.3\n"
	     "default name=d source=192.0.2.4 weight=0\n");
	for (i = 0; i < 50; i++) {
		make(&j, 'm', i, i);
		snprintf(first, sizeof first, "%s", source_of(&w, &j, ""));
		snprintf(last, sizeof last, "%s", first);
		for (k = seen = 0; k < 3; k++) {
			seen |= 1u << (last[0] - 'a');
			snprintf(last, sizeof last, "%s",
			    source_of(&w, &j, last));
		}
		is_num(seen, 7, "three attempts, three sources");
		is_str(last, first, "and then from the first again");
		ok(*source_of(&w, &j, "d") < 'd', "not the one of weight 0");
		is_str(source_of(&w, &j, "gone"), first, "one that has gone");
	}
	/* another name is not another address */
	take("default name=a source=192.0.2.1,2001:db8::1\n"
	     "default name=b source=192.0.2.1 weight=1000000\n"
	     "default name=c source=2001:db8::1 weight=1000000\n"
	     "default name=d source=192.0.2.4\n");
	is_str(source_of(&w, &j, "a"), "d", "of another address");
	take("default name=a helo=a.example\ndefault name=b\n");
	ok(*source_of(&w, &j, "a") != '\0', "the system's address is one");
	take("default name=a\n");
	is_str(source_of(&w, &j, "a"), "a", "where there is no other");
	routing_free(&w);
}

static unsigned
lost(void *arg, const struct pools_source *s)
{
	const char *which = arg;

	return s->name.p[0] == which[0] ? 3u : s->name.p[0] == 'f' ? 2u : 0;
}

/* a source that has no address here any more */
static void
gone(void)
{
	static struct routing w;
	struct routing_job j;
	char a[] = "a", e[] = "e";
	unsigned i, bad = 0;

	conf.lost = lost;
	conf.lost_arg = a;
	take("default name=a source=192.0.2.1 weight=1000000\n"
	     "default name=b source=192.0.2.2\n"
	     "default name=c source=192.0.2.3\n"
	     "other name=e\nthird name=e spill=six\n"
	     "six name=f source=192.0.2.1,2001:db8::1\n");
	for (i = 0; i < 50; i++) {
		make(&j, 'm', i, i);
		bad += *source_of(&w, &j, "") == 'a';
		bad += *source_of(&w, &j, "b") != 'c';
	}
	is_num(bad, 0, "no mail goes from it");
	conf.lost_arg = e;
	w.rule.pool = slice("other");
	is_num(routesource(&w, &conf), ROUTESOURCE_GONE, "there is no other");
	ok(word_is(w.pool, "other"), "of this pool");
	w.rule.pool = slice("third");
	is_str(source_of(&w, &j, ""), "f", "of the pool that it spills into");
	ok(w.source.ip.n > 0 && w.source.ip6.n == 0, "with what it has left");
	w.rule.pool.n = 0;
	conf.lost = NULL;
	routing_free(&w);
}

static unsigned loads[3]; /* of pools or sources a, b and c */

static unsigned
load(void *arg, struct slice pool, struct slice src)
{
	const struct slice name = src.n > 0 ? src : pool;

	(void)arg;
	return loads[name.p[0] - 'a'];
}

/* to whoever has least on its way */
static void
least(void)
{
	static struct routing w;
	struct routing_job j;
	unsigned i, seen = 0, bad = 0;

	conf.load = load;
	take("a\nb\nc\ndefault name=a\ndefault name=b\n"
	     "default name=c source=192.0.2.3 weight=0\n"
	     "default choose=least\n");
	for (i = 0; i < 60; i++) {
		make(&j, 'm', i, i);
		decide(&w, &j);
		seen |= 1u << (w.source.name.p[0] - 'a');
	}
	is_num(seen, 3, "where all have as much: any, by the message");
	loads[0] = 5;
	for (i = 0; i < 60; i++) {
		make(&j, 'm', 100 + i, i);
		decide(&w, &j);
		bad += w.source.name.p[0] != 'b';
	}
	is_num(bad, 0, "the source with least");
	loads[1] = 9;
	decide(&w, &j);
	ok(word_is(w.source.name, "b"), "the next of its message stays");
	make(&j, 'm', 7, 7);
	decide(&w, &j);
	ok(word_is(w.source.name, "a"), "another one does not");
	w.rule.pool = slice("a,b,c=least");
	loads[2] = 6;
	make(&j, 'm', 8, 8);
	decide(&w, &j);
	ok(word_is(w.pool, "a"), "the pool with least");
	loads[0] = 10;
	decide(&w, &j);
	ok(word_is(w.pool, "a"), "the next of its message, too");
	make(&j, 'm', 9, 9);
	decide(&w, &j);
	ok(word_is(w.pool, "c"), "and another one");
	w.rule.pool.n = 0;
	conf.load = NULL;
	routing_free(&w);
}

static void
asked_pool(void)
{
	static struct routing w;
	struct routing_job j;

	make(&j, 'm', 1, 1);
	take("default name=a\nwarm name=b\n");
	j.use_pool = slice("warm");
	decide(&w, &j);
	ok(word_is(w.source.name, "b") && word_is(w.pool, "warm"),
	    "the pool that a reply named");
	j.use_pool = slice("gone");
	decide(&w, &j);
	ok(word_is(w.source.name, "a") && word_is(w.pool, "default"),
	    "it is not there any more: as ever");
	routing_free(&w);
}

static void
pools(void)
{
	static struct routing w;
	struct routing_job j;

	make(&j, 'm', 1, 1);
	take("other name=a\n");
	decide(&w, &j);
	is_num((long)w.source.name.n, 0, "no pool default: any address");
	w.rule.pool = slice("other");
	decide(&w, &j);
	ok(word_is(w.source.name, "a"), "the rule's pool");
	w.rule.pool = slice("none");
	is_num(routesource(&w, &conf), ROUTESOURCE_NO_POOL, "none of it");
	table.broken = 1;
	is_num(routesource(&w, &conf), ROUTESOURCE_BROKEN, "damaged");
	routing_free(&w);
}

static void
families(void)
{
	const struct slice some = { "192.0.2.1", 9 }, no = { "", 0 };
	const struct {
		struct slice ip, ip6;
		enum hosts_inet want;
	} of[] = { { no, no, HOSTS_46 }, { some, some, HOSTS_46 },
		{ some, no, HOSTS_4 }, { no, some, HOSTS_6 } };
	static struct routing where;
	unsigned i;

	for (i = 0; i < 4; i++) {
		where.source.ip = of[i].ip;
		where.source.ip6 = of[i].ip6;
		is_num(routesource_families(&where, HOSTS_46), of[i].want,
		    "families of a source");
	}
}

int
main(void)
{
	conf.local = memtable_make(&empty, &conffile_pools, "");
	sticky();
	other();
	asked_pool();
	gone();
	least();
	pools();
	families();
	memtable_free(&table);
	memtable_free(&empty);
	return done();
}
