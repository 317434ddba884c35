/* where an address leads by the file aliases */
#include "conf/local.h"
#include "route/aliases.h"
#include "route/aliasfile.h"
#include "memlookup.h"
#include "tap.h"
#include <stdlib.h>

static const char table[] =
    "one@h.example: two@far.example\n"
    "several@h.example: x@far.example, y@far.example\n"
    "keep@h.example: keep@h.example, x@far.example\n"
    "self@h.example: self@h.example\n"
    "bare: other\n"
    "cmd@h.example: |prog, x@far.example\n"
    "only@h.example: |prog\n"
    "chain@h.example: several@h.example\n"
    "tree@h.example: several@h.example, one@h.example, x@far.example\n"
    "down@h.example: cmd@h.example, keep@h.example\n"
    "l1@h.example: l2@h.example\n"
    "l2@h.example: l1@h.example\n"
    "lm@h.example: l1@h.example, x@far.example\n"
    "far@elsewhere.example: x@far.example\n"
    "@all.example: catch@h.example\n"
    "known@all.example: x@far.example\n"
    "Case@h.example: MixED@Far.example\n"
    "user@h.example: base@far.example\n"
    "user+ext@h.example: ext@far.example\n"
    "mine@h.example: mine, x@far.example, \"q w\"@far.example, |prog\n"
    "dot..s@h.example: o@h.example\n";

static const struct {
	const char *to;
	enum aliases_result result;
	const char *end, *forward, *command;
	unsigned keep, line;
} walks[] = {
	{ "nobody@h.example", ALIASES_NONE, "", "", "", 0, 0 },
	{ "one@h.example", ALIASES_ONE, "two@far.example", "", "", 0, 1 },
	{ "ONE@H.example", ALIASES_ONE, "two@far.example", "", "", 0, 1 },
	{ "several@h.example", ALIASES_SEVERAL, "several@h.example",
	    "x@far.example y@far.example", "", 0, 2 },
	{ "keep@h.example", ALIASES_SEVERAL, "keep@h.example", "x@far.example",
	    "", 1, 3 },
	{ "self@h.example", ALIASES_NONE, "", "", "", 0, 0 },
	{ "bare@h.example", ALIASES_ONE, "other@h.example", "", "", 0, 5 },
	{ "bare@elsewhere.example", ALIASES_NONE, "", "", "", 0, 0 },
	{ "cmd@h.example", ALIASES_SEVERAL, "cmd@h.example", "x@far.example",
	    "prog", 0, 6 },
	{ "only@h.example", ALIASES_SEVERAL, "only@h.example", "", "prog", 0,
	    7 },
	{ "chain@h.example", ALIASES_SEVERAL, "several@h.example",
	    "x@far.example y@far.example", "", 0, 2 },
	{ "tree@h.example", ALIASES_SEVERAL, "tree@h.example",
	    "x@far.example y@far.example two@far.example", "", 0, 1 },
	{ "down@h.example", ALIASES_SEVERAL, "down@h.example",
	    "cmd@h.example keep@h.example", "", 0, 3 },
	{ "l1@h.example", ALIASES_LOOP, "", "", "", 0, 13 },
	{ "lm@h.example", ALIASES_ONE, "x@far.example", "", "", 0, 12 },
	{ "far@elsewhere.example", ALIASES_ONE, "x@far.example", "", "", 0,
	    14 },
	{ "any@all.example", ALIASES_ONE, "catch@h.example", "", "", 0, 15 },
	{ "known@all.example", ALIASES_ONE, "x@far.example", "", "", 0, 16 },
	{ "case@h.example", ALIASES_ONE, "MixED@Far.example", "", "", 0, 17 },
	{ "user+ext@h.example", ALIASES_ONE, "ext@far.example", "", "", 0, 19 },
	/* what comes behind the + goes on */
	{ "user+New@h.example", ALIASES_ONE, "base+New@far.example", "", "", 0,
	    18 },
	{ "bare+new@h.example", ALIASES_ONE, "other+new@h.example", "", "", 0,
	    5 },
	{ "one+a+b@h.example", ALIASES_ONE, "two+a+b@far.example", "", "", 0,
	    1 },
	{ "any+x@all.example", ALIASES_ONE, "catch@h.example", "", "", 0, 15 },
	/* and keeps its own mailbox, so that nobody gets two */
	{ "mine+x@h.example", ALIASES_SEVERAL, "mine+x@h.example",
	    "x+x@far.example \"q w\"@far.example", "prog", 1, 20 },
	{ "\"one+x\"@h.example", ALIASES_NONE, "", "", "", 0, 0 },
	/* the same mailbox in other words */
	{ "\"one\"@h.example.", ALIASES_ONE, "two@far.example", "", "", 0, 1 },
	{ "\"dot..s\"@h.example", ALIASES_ONE, "o@h.example", "", "", 0, 21 },
	{ "", ALIASES_NONE, "", "", "", 0, 0 },
};

static void
check(const char *got, size_t n, const char *want, const char *name)
{
	char t[1024];

	snprintf(t, sizeof t, "%.*s", (int)n, n == 0 ? "" : got);
	is_str(t, want, name);
}

static void
walk(void)
{
	struct memtable t, lt;
	struct lookup l = memtable_make(&t, &conffile_aliases, table);
	struct lookup here = memtable_make(&lt, &conffile_local, "h.example\n");
	static struct aliases x;
	size_t i, round;

	is_str(buf_data(&t.faults), "", "the table");
	for (round = 0; round < 2; round++)
		for (i = 0; i < sizeof walks / sizeof *walks; i++) {
			enum aliases_result r = aliases_expand(&x, &l, &here,
			    walks[i].to, strlen(walks[i].to));

			is_num(r, walks[i].result, walks[i].to);
			if (r == ALIASES_NONE || r == ALIASES_LOOP)
				continue;
			check(buf_data(&x.to), buf_len(&x.to), walks[i].end,
			    "to");
			if (r == ALIASES_ONE)
				continue;
			check(buf_data(&x.forward), buf_len(&x.forward),
			    walks[i].forward, "forward");
			check(buf_data(&x.command), buf_len(&x.command),
			    walks[i].command, "command");
			is_num(x.keep, walks[i].keep, "keep");
		}
	lt.broken = 1;
	is_num(aliases_expand(&x, &l, &here, "n@h.example", 11), ALIASES_BROKEN,
	    "local is damaged");
	lt.broken = 0;
	t.broken = 1;
	is_num(aliases_expand(&x, &l, &here, "one@h.example", 13),
	    ALIASES_BROKEN, "aliases is damaged");
	memtable_free(&t);
	memtable_free(&lt);
}

static enum aliases_result
expand(struct buf *text, const char *to)
{
	static struct aliases x;
	enum aliases_result r;
	struct memtable t, lt;
	struct lookup l, here = memtable_make(&lt, &conffile_local, "h\n");

	buf_putc(text, '\0');
	l = memtable_make(&t, &conffile_aliases, buf_data(text));
	if (buf_len(&t.faults) > 1)
		r = ALIASES_BROKEN;
	else
		r = aliases_expand(&x, &l, &here, to, strlen(to));
	memtable_free(&t);
	memtable_free(&lt);
	buf_clear(text);
	return r;
}

/* each limit and one above it */
static void
limits(void)
{
	struct buf b = { 0 };
	unsigned n, i, k;

	for (n = ALIASES_DEPTH_MAX; n <= ALIASES_DEPTH_MAX + 1; n++) {
		for (i = 0; i < n; i++)
			buf_printf(&b, "u%u@h: u%u@h\n", i, i + 1);
		is_num(expand(&b, "u0@h"),
		    n == ALIASES_DEPTH_MAX ? ALIASES_ONE : ALIASES_DEEP,
		    "depth");
	}
	/* 1 + 4 + 4 * 200 + the rest = n addresses */
	for (n = ALIASES_TARGETS_MAX; n <= ALIASES_TARGETS_MAX + 1; n++) {
		buf_puts(&b, "a@h: b0, b1, b2, b3, b4\n");
		for (k = 0; k < 5; k++) {
			buf_printf(&b, "b%u@h: ", k);
			for (i = 0; i < (k < 4 ? 200 : n - 806); i++)
				buf_printf(&b, "%su%u.%u", i > 0 ? "," : "", k,
				    i);
			buf_putc(&b, '\n');
		}
		is_num(expand(&b, "a@h"),
		    n == ALIASES_TARGETS_MAX ? ALIASES_SEVERAL : ALIASES_DEEP,
		    "addresses in all");
	}
	/* 80 targets of 409 bytes and a blank: 32768 at most are 79 of 410
	 * and the last one */
	for (n = 0; n <= 1; n++) {
		for (k = 0; k < 10; k++)
			buf_printf(&b, "%sb%u", k == 0 ? "a@h: " : ",", k);
		buf_putc(&b, '\n');
		for (k = 0; k < 10; k++) {
			buf_printf(&b, "b%u@h: ", k);
			for (i = 0; i < 8; i++)
				buf_printf(&b, "%s%u%u%0*d@h", i > 0 ? "," : "",
				    k, i,
				    k == 9 && i == 7 ? 376 - 2 + (int)n
						     : 409 - 4,
				    0);
			buf_putc(&b, '\n');
		}
		is_num(expand(&b, "a@h"),
		    n == 0 ? ALIASES_SEVERAL : ALIASES_DEEP,
		    "bytes of the list");
	}
	buf_free(&b);
}

int
main(void)
{
	walk();
	limits();
	return done();
}
