#include "route/routecheck.h"
#include "base/num.h"
#include "conf/conftext.h"
#include "route/pools.h"
#include "route/routingtext.h"
#include "route/ruleshadow.h"
#include <stdio.h>
#include <stdlib.h>

static void
doubt(const struct routecheck *c, const char *file, unsigned lineno,
    const char *text)
{
	c->told(c->arg, ROUTECHECK_DOUBT, file, lineno, text);
}

/* pools */

void
routecheck_pools(const struct routecheck *c)
{
	struct slice name;
	char t[WORD_NAME_MAX + 64];
	const char *data;
	size_t at = 0, len;
	unsigned lineno;

	while (routes_pools(&c->conf->routes, &at, &lineno, &name) == 1) {
		if (lookup_get(&c->conf->pools, name.p, name.n, &data, &len) ==
		    1)
			continue;
		snprintf(t, sizeof t, "there is no pool %.*s", (int)name.n,
		    name.p);
		c->told(c->arg, ROUTECHECK_FAULT, "routes", lineno, t);
	}
}

/* 1, 0 when no pool has it, -1 damaged */
static int
is_source(const struct routecheck *c, struct slice name)
{
	char key[WORD_LINE_MAX + sizeof POOLS_SOURCE_KEY];
	const char *data;
	size_t len;
	int n = snprintf(key, sizeof key, POOLS_SOURCE_KEY "%.*s", (int)name.n,
	    name.p);

	return lookup_get(&c->conf->pools, key, (size_t)n, &data, &len);
}

void
routecheck_sources(const struct routecheck *c)
{
	struct slice name;
	char t[WORD_LINE_MAX + 64];
	size_t at = 0;
	unsigned lineno;

	while (routes_sources(&c->conf->routes, &at, &lineno, &name) == 1) {
		if (is_source(c, name) != 0)
			continue;
		snprintf(t, sizeof t, "no pool has a source %.*s", (int)name.n,
		    name.p);
		c->told(c->arg, ROUTECHECK_FAULT, "routes", lineno, t);
	}
}

/* aliases */

/* the line of the file that a key was made of; 0: nobody knows */
static unsigned
alias_line(const struct routing_conf *c, const struct slice *key)
{
	const char *data;
	size_t len, n;
	uint64_t u;

	if (lookup_get(&c->aliases, key->p, key->n, &data, &len) != 1)
		return 0;
	for (n = 0; n < len && data[n] != '\n'; n++)
		;
	return num_scan(data, n, 1, UINT32_MAX, &u) == -1 ? 0 : (unsigned)u;
}

static void
check_alias(const struct routecheck *c, struct aliases *x,
    const struct slice *key)
{
	char to[WORD_ADDRESS_MAX + 8];
	enum aliases_result r;
	int n;

	n = snprintf(to, sizeof to, "%s%.*s", key->p[0] == '@' ? "x" : "",
	    (int)key->n, key->p);
	if (n >= (int)sizeof to)
		return;
	r = aliases_expand(x, &c->conf->aliases, &c->conf->local, to, n);
	if (r == ALIASES_LOOP)
		doubt(c, "aliases", alias_line(c->conf, key),
		    "these aliases only name each other: mail for them goes "
		    "nowhere; give one a target that is none of them");
	else if (r == ALIASES_DEEP)
		doubt(c, "aliases", alias_line(c->conf, key),
		    "too many aliases of aliases, or targets");
}

void
routecheck_aliases(const struct routecheck *c, struct slice keys)
{
	struct aliases x = { .keep = 0 };
	struct slice key;

	while (word_piece(&keys, '\n', &key) && key.n > 0)
		check_alias(c, &x, &key);
	aliases_free(&x);
}

/* rules */

static int
rewrites_between(const struct buf *lines, unsigned from, unsigned to)
{
	const unsigned *p = (const unsigned *)buf_data(lines);
	size_t i;

	for (i = 0; i < buf_len(lines) / sizeof *p; i++)
		if (p[i] > from && p[i] < to)
			return 1;
	return 0;
}

/* what is rewritten between a rule and the one above it that takes all of its
 * jobs passes that one by */
static void
check_rule(const struct routecheck *c, struct slice rule,
    const struct buf *rewrites)
{
	struct ruleshadow_rule r;
	char t[128];
	long by;

	if (ruleshadow_never(rule) && ruleshadow_read(rule, &r) == 0) {
		doubt(c, "routes", r.line,
		    "this rule never decides: two of its conditions exclude "
		    "each other; make two rules of it");
		return;
	}
	by = ruleshadow_find(&c->conf->loaded, &c->conf->routes,
	    &c->conf->local, rule, &r);
	if (by <= 0 || rewrites_between(rewrites, (unsigned)by, r.line))
		return;
	snprintf(t, sizeof t,
	    "this rule never decides: line %ld takes all that it could; put "
	    "it above that",
	    by);
	doubt(c, "routes", r.line, t);
}

static int
by_line(const void *va, const void *vb)
{
	const struct slice *a = va, *b = vb;
	struct ruleshadow_rule x, y;

	ruleshadow_read(*a, &x);
	ruleshadow_read(*b, &y);
	return (x.line > y.line) - (x.line < y.line);
}

/* each record into list, and the lines of those that rewrite */
static int
split(struct slice rules, struct buf *list, struct buf *rewrites)
{
	struct ruleshadow_rule r;
	struct slice rule;

	while (word_piece(&rules, '\n', &rule) && rule.n > 0) {
		if (buf_put(list, &rule, sizeof rule) == -1)
			return -1;
		if (ruleshadow_read(rule, &r) == 0 && r.rewrites &&
		    buf_put(rewrites, &r.line, sizeof r.line) == -1)
			return -1;
	}
	return 0;
}

int
routecheck_rules(const struct routecheck *c, struct slice rules)
{
	struct buf list = { 0 }, rewrites = { 0 };
	int r = split(rules, &list, &rewrites);
	struct slice *p = (struct slice *)buf_data(&list);
	size_t i, n = buf_len(&list) / sizeof *p;

	if (r == 0 && n > 0)
		qsort(p, n, sizeof *p, by_line);
	for (i = 0; r == 0 && i < n; i++)
		check_rule(c, p[i], &rewrites);
	buf_free(&list);
	buf_free(&rewrites);
	return r;
}

/* tests */

int
routecheck_tests(const struct routecheck *c, const char *text, size_t n)
{
	struct routing w = { .several = 0 };
	struct buf why = { 0 };
	const char *p = text, *line, *fault;
	unsigned lineno = 0;
	size_t len;
	int r = 0;

	while (r == 0 && conftext_next(&p, text + n, &lineno, &line, &len)) {
		fault = conftext_fault(line, len);
		buf_clear(&why);
		if (fault == NULL &&
		    routingtext_test(&w, c->conf, line, len, &why) == -1) {
			r = buf_putc(&why, '\0');
			fault = buf_data(&why);
		}
		if (fault != NULL && r == 0)
			c->told(c->arg, ROUTECHECK_FAULT, "tests", lineno,
			    fault);
	}
	routing_free(&w);
	buf_free(&why);
	return r;
}
