/* the rules of a compiled table, as a program loads them */
#include "throttle/throttle.h"
#include "throttle/throttlefile.h"
#include "memlookup.h"
#include "tap.h"

static struct throttle_rules rules;
static const char *reason;

static int
load(const struct lookup *l)
{
	throttle_free(&rules);
	reason = "none";
	return throttle_load(&rules, l, &reason);
}

/* a table of two records as they stand, whatever a parser would say */
static struct lookup
raw(struct memtable *t, const char *n, const char *first)
{
	struct lookup l = { memtable_get, t };

	memset(t, 0, sizeof *t);
	if (n != NULL)
		memtable_add(t, "n", 1, n, strlen(n));
	memtable_add(t, "1", 1, first, strlen(first));
	return l;
}

static void
bad(const char *n, const char *first, const char *why, const char *name)
{
	struct memtable t;
	struct lookup l = raw(&t, n, first);

	is_num(load(&l), -1, name);
	is_str(reason == NULL ? "memory" : reason, why, name);
	memtable_free(&t);
}

int
main(void)
{
	const struct throttle_rule *r;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_throttle,
	    "site:A conn=5\n# no rule\n* rate=1/s\nsite:a conn=3\n");

	is_num(load(&l), 0, "a table");
	is_num(rules.n, 2, "one key on two lines is one rule");
	r = throttle_find(&rules, "site:a", 6);
	ok(r != NULL && r->conn == 3, "with the least of its conn");
	ok(r->conn_line == 4 && r->backoff_line == 0, "of its line");
	r = throttle_find(&rules, "*", 1);
	ok(r != NULL && r->rate[0].line == 3, "and the other, of its own");
	ok(throttle_find(&rules, "site:b", 6) == NULL, "no third");
	t.broken = 1;
	is_num(load(&l), -1, "a broken table");
	is_str(reason, "damaged", "and why");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_throttle, "");
	is_num(load(&l), 0, "an empty one");
	is_num(rules.n, 0, "has no rules");
	memtable_free(&t);
	bad(NULL, "* conn=1", "damaged", "no number of rules");
	bad("x", "* conn=1", "damaged", "a number that is none");
	bad("1000001", "* conn=1", "damaged", "more rules than there may be");
	bad("2", "* conn=1", "damaged", "a rule that is missing");
	ok(load(&(struct lookup){ memtable_get, &t }) == -1, "nothing at all");
	l = raw(&t, "1", "site: conn=1");
	is_num(load(&l), -1, "a rule that is none");
	ok(reason != NULL && strcmp(reason, "damaged") != 0, "has its reason");
	memtable_free(&t);
	throttle_free(&rules);
	return done();
}
