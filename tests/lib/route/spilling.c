/* another source where one has no more to give, and what teaches it */
#include "route/spilling.h"
#include "memlookup.h"
#include "route/routesource.h"
#include "tap.h"
#include <stdio.h>

#define S INT64_C(1000000)

static struct memtable table;
static struct routing_conf conf;
static struct spills spills;
static struct routing w;
static struct routing_job job;

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static void
take(const char *text)
{
	memtable_free(&table);
	conf.pools = memtable_make(&table, &conffile_pools, text);
	is_str(buf_data(&table.faults), "", "no faults");
	spills_forget(&spills);
}

/* "POOL SOURCE SPILL" of job number i */
static const char *
where(unsigned i)
{
	static char text[100];
	char id[20];

	snprintf(id, sizeof id, "id%u", i);
	job.id = slice(id);
	w.job = &job;
	w.hash = word_hash(0, id, strlen(id));
	w.spill = 0;
	routesource(&w, &conf);
	spilling(&w, &conf, &spills, slice("mx.example"), 0);
	snprintf(text, sizeof text, "%.*s %.*s %u", (int)w.pool.n, w.pool.p,
	    (int)w.source.name.n, w.source.name.p, w.spill);
	return text;
}

static void
learn(const char *by, const char *of, int64_t until_us)
{
	is_num(spills_learn(&spills, slice(by), slice(of), until_us, 0), 1, of);
}

/* so many of 300 jobs */
static unsigned
count(const char *want)
{
	unsigned i, n = 0;

	for (i = 0; i < 300; i++)
		n += strcmp(where(i), want) == 0;
	return n;
}

static void
order(void)
{
	take("default name=a\ndefault name=b\ndefault name=c weight=0\n");
	learn("src", "a", S);
	is_num(count("default a 0") + count("default b 0"), 300,
	    "without the word nothing is done");
	take("default name=a\ndefault name=b\ndefault name=c weight=0\n"
	     "default spill=more\nmore name=d spill=last\nlast name=e\n");
	is_num(count("default a 1") + count("default b 1"), 300,
	    "as long as nothing is known");
	ok(count("default a 1") > 100 && count("default b 1") > 100,
	    "each has its share");
	learn("src", "a", 3 * S);
	is_num(count("default b 1"), 300, "then the other of the pool");
	learn("src+site", "b+mx.other", 9 * S);
	is_num(count("default b 1"), 300, "whatever another site has");
	learn("src+site", "b+mx.example", 2 * S);
	is_num(count("more d 1"), 300, "then the pool that it spills into");
	learn("via", "more", 5 * S);
	is_num(count("last e 1"), 300, "and what that spills into");
	learn("src", "e", 4 * S);
	is_num(count("default b 0"), 300, "then whichever is free first");
	/* the job may not go from a, for what was replied there */
	take("default name=a source=192.0.2.1\n"
	     "default name=b source=192.0.2.2\n"
	     "default spill=more\nmore name=d source=192.0.2.3\n");
	learn("src", "b", S);
	job.avoid_src = slice("a");
	is_num(count("more d 1"), 300, "not the one that it is not to take");
	job.avoid_src.n = 0;
	w.rule.via = slice("named");
	learn("via", "named", S);
	is_num(count("default b 0"), 300 - count("default a 0"),
	    "a rule's via is that of all pools");
	w.rule.via.n = 0;
}

/* pools that spill into each other, or into more than are looked at */
static void
circles(void)
{
	char text[1000];
	size_t n = 0;
	unsigned i;

	take("default name=a spill=other\nother name=b spill=default\n");
	learn("via", "default", 2 * S);
	is_str(where(1), "other b 1", "the other");
	learn("via", "other", S);
	is_str(where(1), "other b 0", "and not in circles");
	take("default name=a spill=default\ndefault name=b\n");
	learn("src", "a", S);
	is_num(count("default b 1"), 300, "into itself: its other sources");
	for (i = 0; i <= ROUTESOURCE_POOLS_MAX; i++)
		n += snprintf(text + n, sizeof text - n, "%s%u name=s%u%s%u\n",
		    "p", i, i,
		    i < ROUTESOURCE_POOLS_MAX ? " spill=p" : " weight=", i + 1);
	take(text);
	job.use_pool = slice("p0");
	for (i = 0; i < ROUTESOURCE_POOLS_MAX - 1; i++) {
		snprintf(text, sizeof text, "s%u", i);
		learn("src", text, S + i);
	}
	is_str(where(1), "p7 s7 1", "the last that is looked at");
	learn("src", "s7", 9 * S);
	is_str(where(1), "p0 s0 0", "and no further one");
	job.use_pool.n = 0;
}

static const struct {
	const char *in, *out;
} results[] = {
	{ "id:a\tn:1\tstatus:later\tnext:2000.500\troom:0\tspill-by:src\t"
	  "spill-of:q\tspill-until:1005.500\ttext:x\n",
	    "id:a\tn:1\tstatus:later\ttext:x\tnext:1000\n" },
	{ "id:a\tn:1\tstatus:later\tnext:2000.500\n", NULL },
	{ "id:a\tn:1\tstatus:sent\tspill-by:src\tspill-of:r\t"
	  "spill-until:1005\n",
	    NULL },
	{ "id:a\tn:1\tstatus:later\tspill-by:src\tspill-of:r\t"
	  "spill-until:1000\n",
	    NULL },
	{ "id:a\tn:1\tstatus:later\tspill-by:src\tspill-of:r\t"
	  "spill-until:x\n",
	    NULL },
	{ "id:a\tn:1\tstatus:later\tspill-by:src\tspill-until:1005\n", NULL },
};

static void
taught(void)
{
	static struct ltsv l;
	struct buf b = { 0 };
	struct spills_who who = { .src = slice("q") };
	size_t i;

	spills_forget(&spills);
	for (i = 0; i < sizeof results / sizeof *results; i++) {
		ltsv_parse(results[i].in, strlen(results[i].in), &l);
		buf_clear(&b);
		is_num(spilling_result(&spills, &l, 1000 * S, 7 * S, &b),
		    results[i].out != NULL, results[i].in);
		buf_putc(&b, '\0');
		is_str(buf_data(&b),
		    results[i].out == NULL ? "" : results[i].out,
		    "what goes up");
	}
	is_num(spills_until(&spills, &who, 7 * S), 12500000,
	    "by the clock of the machine");
	is_num((long)spills.by_value.n, 1, "and of no other");
	buf_free(&b);
}

int
main(void)
{
	address_set(&w.addr, "x@example", 9);
	order();
	circles();
	taught();
	spills_forget(&spills);
	memtable_free(&table);
	routing_free(&w);
	return done();
}
