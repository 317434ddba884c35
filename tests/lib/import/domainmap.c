/* domains that become other ones: in the order in which one leads to the other,
 * and no circle */
#include "import/aliasmap.h"
#include "import/domainmap.h"
#include "imported.h"

static const struct import_at at = { "f", 1 };

static struct slice
of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
pairs(const char *const *p, const char *want, const char *left)
{
	struct domainmap d = { .import = &imported };

	imported_begin();
	for (; *p != NULL; p += 2)
		domainmap_add(&d, &at, of(p[0]), of(p[1]));
	domainmap_finish(&d);
	imported_is(IMPORT_ROUTES, want, "domains");
	imported_left(left, "and left out");
}

static void
expression(const char *re, const char *value, const char *want)
{
	struct domainmap d = { .import = &imported };

	imported_begin();
	domainmap_expression(&d, &at, of(re), of(value));
	domainmap_finish(&d);
	imported_is(IMPORT_ROUTES, want, re);
	is_num((long long)imported.left, want[0] == '\0', value);
}

/* as many in a row as there may be, and one more */
static void
chain(void)
{
	struct domainmap d = { .import = &imported };
	char name[ALIASMAP_CHAIN_MAX + 3][8];
	unsigned n, i;

	for (n = ALIASMAP_CHAIN_MAX; n <= ALIASMAP_CHAIN_MAX + 1; n++) {
		imported_begin();
		memset(&d, 0, sizeof d);
		d.import = &imported;
		for (i = 0; i <= n + 1; i++)
			snprintf(name[i], sizeof name[i], "@d%u", i);
		for (i = 0; i <= n; i++)
			domainmap_add(&d, &at, of(name[i]), of(name[i + 1]));
		domainmap_finish(&d);
		is_num((long long)imported.left, n > ALIASMAP_CHAIN_MAX,
		    "a long row");
	}
}

int
main(void)
{
	static const char *const row[] = { "@b", "@c", "@a", "@b", "@x", "@a",
		NULL };
	static const char *const ring[] = { "@a", "@b", "@b", "@a", "@c", "@a",
		"@d", "@d", NULL };

	pairs(row, "to:@x rewrite:@a|to:@a rewrite:@b|to:@b rewrite:@c|", "");
	pairs(ring, "",
	    "f:1: any user is good here: say so in rcpt: @d|"
	    "f:1: domains that become each other: @a|"
	    "f:1: domains that become each other: @b|"
	    "f:1: domains that become each other: @c|");
	chain();
	expression("@a\\.b$/", "x@y", "to:@a.b rewrite:x@y|");
	expression("^(.*)@a\\.b$/", "$1@y", "to:@a.b rewrite:@y|");
	expression("^(.*)@a\\.b$/", "${1}@y", "to:@a.b rewrite:@y|");
	expression("^x@(.*)$/", "y@$1", "to:x@ rewrite:y@|");
	expression("^(.*)@a\\.b$/", "@y", "to:@a.b rewrite:@y|");
	expression("^(.*)@(.*)$/", "$1@$2", "");
	expression("^(.*)@a\\.b$/", "$1-x@y", "");
	expression("^(.*)@a\\.b$/", "x@$1", "");
	expression("^(.*)@a\\.b$/", "x@y, z@y", "");
	expression("^(.*)@a\\.b$/", "x", "");
	expression("a.b/", "x@y", "");
	imported_end();
	return done();
}
