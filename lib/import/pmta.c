#include "import/pmta.h"
#include "base/ascii.h"
#include <string.h>

struct slice
pmta_word(struct slice *rest)
{
	struct slice s = slice_trim(*rest), one = s;
	size_t i = 0;
	const char *end;

	if (s.n > 0 && s.p[0] == '"' &&
	    (end = memchr(s.p + 1, '"', s.n - 1)) != NULL) {
		one = (struct slice){ s.p + 1, (size_t)(end - s.p) - 1 };
		i = one.n + 2;
	} else {
		while (i < s.n && !ascii_white(s.p[i]))
			i++;
		one.n = i;
	}
	*rest = slice_trim((struct slice){ s.p + i, s.n - i });
	return one;
}

static enum pmta_block
block_of(struct slice name)
{
	static const struct {
		const char *name;
		enum pmta_block block;
	} t[] = { { "domain", PMTA_DOMAIN }, { "virtual-mta", PMTA_VMTA },
		{ "virtual-mta-pool", PMTA_POOL },
		{ "smtp-pattern-list", PMTA_PATTERNS },
		{ "bounce-category-patterns", PMTA_CATEGORIES },
		{ "mx-rollup-list", PMTA_ROLLUPS } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		if (ascii_is(name.p, name.n, t[i].name))
			return t[i].block;
	return PMTA_OTHER;
}

static int
broken(struct pmta *p, const struct import_at *at, struct slice what,
    const char *why)
{
	import_broken(p->import, at, what, why);
	return -1;
}

/* <NAME OF> or </NAME> */
static int
tag(struct pmta *p, const struct import_at *at, struct slice s)
{
	struct slice rest = { s.p + 1, s.n - 2 }, name;
	unsigned d = p->depth;

	if (s.p[s.n - 1] != '>' || s.n < 3)
		return broken(p, at, s, "a block without its >");
	if (rest.p[0] == '/') {
		name = slice_trim((struct slice){ rest.p + 1, rest.n - 1 });
		if (d == 0 ||
		    !ascii_same(name.p, name.n, p->open[d - 1].name.p,
			p->open[d - 1].name.n))
			return broken(p, at, s, "no such block is open");
		p->depth--;
		return 0;
	}
	if (d == PMTA_BLOCKS_MAX)
		return broken(p, at, s, "blocks too deep");
	p->open[d].name = pmta_word(&rest);
	p->open[d].block = block_of(p->open[d].name);
	p->open[d].of = pmta_word(&rest);
	p->open[d].at = *at;
	p->depth++;
	if (p->open[d].block == PMTA_OTHER)
		import_left(p->import, IMPORT_ROUTES, at, s,
		    "what stands in this block");
	return 0;
}

/* is the line in a block, at whatever depth, that is left out as a whole? */
static int
within_other(const struct pmta *p)
{
	unsigned i;

	for (i = 0; i < p->depth; i++)
		if (p->open[i].block == PMTA_OTHER)
			return 1;
	return 0;
}

static void
directive(struct pmta *p, const struct import_at *at, struct slice s)
{
	struct pmta_line l = { .at = *at };
	struct slice rest = s;
	int macro;

	if (within_other(p))
		return;
	if (p->depth > 0) {
		l.block = p->open[p->depth - 1].block;
		l.of = p->open[p->depth - 1].of;
	}
	if (p->depth > 1 && p->open[p->depth - 2].block == PMTA_VMTA)
		l.vmta = p->open[p->depth - 2].of;
	l.name = pmta_word(&rest);
	l.value = rest;
	macro = l.block == PMTA_NONE &&
	    ascii_is(l.name.p, l.name.n, "domain-macro");
	if (l.block == PMTA_NONE && !macro)
		import_left(p->import, IMPORT_ROUTES, at, s,
		    ascii_is(l.name.p, l.name.n, "include")
			? "name this file on the command line, too"
			: "no file of ours says this");
	else if (pmta_lines(p) == PMTA_LINES_MAX)
		import_left(p->import, IMPORT_ROUTES, at, s, "too many lines");
	else
		import_put(p->import, macro ? &p->macros : &p->lines,
		    (const char *)&l, sizeof l);
}

int
pmta_read(struct pmta *p, const char *file, const char *text, size_t n)
{
	struct slice rest = { text, n }, one;
	struct import_at at = { file, 0 };

	p->depth = 0;
	while (rest.p != NULL && rest.n > 0 && word_piece(&rest, '\n', &one)) {
		at.line++;
		one = slice_trim(one);
		if (one.n == 0 || one.p[0] == '#')
			continue;
		if (one.p[0] != '<')
			directive(p, &at, one);
		else if (tag(p, &at, one) == -1)
			return -1;
	}
	if (p->depth > 0)
		return broken(p, &p->open[p->depth - 1].at,
		    p->open[p->depth - 1].name, "a block that is not closed");
	return 0;
}
