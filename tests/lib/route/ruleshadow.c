/* which rule never decides, because of which above */
#include "route/routefile.h"
#include "route/ruleshadow.h"
#include "memlookup.h"
#include "conf/local.h"
#include "tap.h"

/* two rules: does the first take all that the second could */
static const struct {
	const char *first, *second;
	int all;
} pairs[] = {
	{ "mx", "to:@a mx", 1 },
	{ "to:@a mx", "mx", 0 },
	{ "to:@a mx", "to:@a mx", 1 },
	{ "to:@a mx", "to:u@a mx", 1 },
	{ "to:u@a mx", "to:@a mx", 0 },
	{ "to:@.a mx", "to:@b.a mx", 1 },
	{ "to:@.a mx", "to:@.b.a mx", 1 },
	{ "to:@.a mx", "to:@.a mx", 1 },
	{ "to:@.b.a mx", "to:@.a mx", 0 },
	{ "to:@a mx", "to:@.a mx", 0 },
	{ "to:u@ mx", "to:u@a mx", 1 },
	{ "to:u@ mx", "to:@a mx", 0 },
	{ "to:u@a mx", "to:u@ mx", 0 },
	{ "to:U@A mx", "to:u@a mx", 1 },
	{ "from:<> mx", "from:<> to:@a mx", 1 },
	{ "from:<> mx", "from:@a mx", 0 },
	{ "from:@a mx", "from:<> mx", 0 },
	{ "from:@a mx", "to:@a mx", 0 },
	{ "from:@.a mx", "from:x@b.a mx", 1 },
	{ "tenant:t mx", "tenant:t to:@a mx", 1 },
	{ "tenant:t mx", "tenant:u mx", 0 },
	{ "tenant:t mx", "mx", 0 },
	{ "user:t mx", "user:t mx", 1 },
	{ "user:t mx", "tenant:t mx", 0 },
	{ "tag:x mx", "tag:y tag:x mx", 1 },
	{ "tag:x tag:y mx", "tag:x mx", 0 },
	{ "larger:5 mx", "larger:5 mx", 1 },
	{ "larger:5 mx", "larger:6 mx", 1 },
	{ "larger:5 mx", "larger:4 mx", 0 },
	{ "larger:0 mx", "mx", 0 },
	{ "smaller:5 mx", "smaller:5 mx", 1 },
	{ "smaller:5 mx", "smaller:4 mx", 1 },
	{ "smaller:5 mx", "smaller:6 mx", 0 },
	{ "smaller:5 mx", "mx", 0 },
	{ "mx", "smaller:5 mx", 1 },
	{ "larger:5 mx", "smaller:9 mx", 0 },
	{ "larger:5 mx", "larger:6 smaller:9 mx", 1 },
	{ "smaller:9 mx", "larger:6 smaller:9 mx", 1 },
	{ "smaller:9 mx", "larger:6 mx", 0 },
	{ "class:a mx", "class:a mx", 1 },
	{ "class:a,b mx", "class:a to:@a mx", 1 },
	{ "class:a mx", "class:b mx", 0 },
	{ "class:a mx", "mx", 0 },
	{ "failure:a mx", "failure:a,b mx", 0 }, /* nobody can tell */
	{ "failure:a mx", "failure:a larger:5 mx", 1 },
	{ "failure:a mx", "class:a mx", 0 },
	{ "last-src:a mx", "last-src:a larger:5 mx", 1 },
	{ "last-src:a mx", "last-src:b mx", 0 },
	{ "try:2 mx", "try:2 mx", 1 },
	{ "try:2 mx", "try:3 mx", 1 },
	{ "try:2 mx", "try:1 mx", 0 },
	{ "try:0 mx", "mx", 1 },
	{ "try:2-5 mx", "try:2-5 mx", 1 },
	{ "try:2-5 mx", "try:3-4 mx", 1 },
	{ "try:2-5 mx", "try:2-6 mx", 0 },
	{ "try:2-5 mx", "try:2 mx", 0 },
	{ "try:2 mx", "try:2-5 mx", 1 },
	{ "try:0-3 mx", "mx", 0 },
	{ "at:Mon mx", "at:Mon mx", 1 },
	{ "at:Mon-Fri mx", "at:Tue,08:00-18:00 mx", 1 },
	{ "at:Mon-Fri,08:00-18:00 mx", "at:Tue mx", 0 },
	{ "at:Mon-Fri mx", "mx", 0 },
	{ "mx", "at:Mon-Fri mx", 1 },
	{ "at:Mon-Sun mx", "mx", 1 },
	{ "at:Mon@UTC mx", "at:Mon@Europe/Berlin mx", 0 },
	{ "at:Mon@UTC mx", "at:Mon@UTC to:@a mx", 1 },
	{ "to:<local> mx", "to:@here mx", 1 },
	{ "to:<local> mx", "to:x@here mx", 1 },
	{ "to:<local> mx", "to:@a mx", 0 },
	{ "to:@here mx", "to:<local> mx", 0 },
	{ "to:<local> mx", "to:<local> mx", 1 },
	{ "to:@a to:u@ mx", "to:u@a mx", 1 },
	{ "to:@a mx", "to:@a to:u@ mx", 0 }, /* nobody can tell */
	{ "to:@a rewrite:@b", "to:@a mx", 1 },
};

/* rules, and whether no job has what they ask for */
static const struct {
	const char *rule;
	int never;
} alone[] = {
	{ "mx", 0 },
	{ "to:@a mx", 0 },
	{ "to:u@a to:v@b mx", 1 },
	{ "to:@a to:@b mx", 1 },
	{ "to:@a to:@A mx", 0 },
	{ "to:u@a to:@a mx", 0 },
	{ "to:u@a to:@b mx", 1 },
	{ "to:u@ to:@b mx", 0 },
	{ "to:u@ to:v@ mx", 1 },
	{ "to:u@ to:v@b mx", 1 },
	{ "to:u@ to:u@b mx", 0 },
	{ "to:@.a to:@b.a mx", 0 },
	{ "to:@b.a to:@.a mx", 0 },
	{ "to:@.a to:@a mx", 0 },
	{ "to:@.a to:@ba mx", 1 },
	{ "to:@.a to:@.b.a mx", 0 },
	{ "to:@.b.a to:@.a mx", 0 },
	{ "to:@.b.a to:@.c.a mx", 1 },
	{ "to:@.b.a to:@a mx", 1 },
	{ "to:@.b.a to:@.bb.a mx", 1 },
	{ "to:@.b to:@.bb mx", 1 },
	{ "to:<local> to:@a mx", 0 },
	{ "to:* to:@a mx", 0 },
	{ "to:@a from:@b mx", 0 },
	{ "from:@a from:@b mx", 1 },
	{ "from:<> from:@a mx", 1 },
	{ "from:@a from:<> mx", 1 },
	{ "user:a tenant:b mx", 0 },
	{ "larger:5 smaller:5 mx", 1 },
	{ "larger:5 smaller:6 mx", 1 },
	{ "larger:5 smaller:7 mx", 0 },
	{ "smaller:0 mx", 1 },
	{ "smaller:1 mx", 0 },
	{ "tag:a tag:b mx", 0 },
	{ "to:@a tenant:t to:@b mx", 1 },
	{ "to:\"a@b\"@c to:@c mx", 0 },
};

static int
never(const char *text)
{
	struct memtable t;
	struct slice rest, rule;
	int got = -1;
	size_t i;

	memtable_make(&t, &conffile_routes, text);
	for (i = 0; i < t.n; i++) {
		if (t.record[i].key[0] == '=')
			continue;
		rest.p = t.record[i].data;
		rest.n = t.record[i].data_len;
		while (word_piece(&rest, '\n', &rule) && rule.n > 0)
			got = ruleshadow_never(rule);
	}
	memtable_free(&t);
	return got;
}

/* what takes the jobs of the rule in the last line */
static long
asked(const char *text, const struct lookup *local)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_routes, text);
	struct ruleshadow_rule out;
	struct slice rest, rule;
	struct rulesearch loaded;
	long by = -2;
	size_t i;

	rulesearch_load(&loaded, &l);
	for (i = 0; i < t.n; i++) {
		if (t.record[i].key[0] == '=')
			continue;
		rest.p = t.record[i].data;
		rest.n = t.record[i].data_len;
		while (word_piece(&rest, '\n', &rule) && rule.n > 0)
			if (ruleshadow_read(rule, &out) == 0 && out.line == 2)
				by = ruleshadow_find(&loaded, &l, local, rule,
				    &out);
	}
	memtable_free(&t);
	return by;
}

int
main(void)
{
	static const struct slice bad = { "x\tto:@a", 6 };
	struct memtable lt;
	struct lookup local = memtable_make(&lt, &conffile_local, "here\n");
	struct ruleshadow_rule out;
	char text[256];
	unsigned i;

	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		snprintf(text, sizeof text, "%s\n%s\n", pairs[i].first,
		    pairs[i].second);
		is_num(asked(text, &local), pairs[i].all ? 1 : 0, text);
	}
	for (i = 0; i < sizeof alone / sizeof *alone; i++) {
		snprintf(text, sizeof text, "%s\n", alone[i].rule);
		is_num(never(text), alone[i].never, text);
	}
	is_num(ruleshadow_read(bad, &out), -1, "no line number");
	ok(ruleshadow_read((struct slice){ "7\tto:@a\trewrite:@b", 18 },
	       &out) == 0 &&
		out.line == 7 && out.rewrites,
	    "a rule that rewrites");
	ok(ruleshadow_read((struct slice){ "8\tto:@a\tmx:", 11 }, &out) == 0 &&
		!out.rewrites,
	    "one that does not");
	memtable_free(&lt);
	return done();
}
