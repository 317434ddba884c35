/* what From fields mention is in tests/lib/dmarc/author.c; here: the limits */
#include "dmarc/mention.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

static void
domains(int k)
{
	struct mention m = { 0 };
	char t[400];
	size_t n = 0;
	int i;

	for (i = 0; i < k; i++)
		n += sprintf(t + n, " x@d%d.b", i);
	is_num(mention_add(&m, t, n), 0, "many domains");
	is_num(m.n, MENTION_DOMAINS_MAX, "as many as fit");
	is_num(m.more, k > MENTION_DOMAINS_MAX, "and more");
}

/* all of them are tried twice, as they are and decoded; each counts */
static void
places(int k)
{
	struct mention m = { 0 };
	char *t = malloc(MENTION_TRIED_MAX * 8);
	size_t n = 0;
	int i;

	for (i = 0; i < k; i++)
		n += sprintf(t + n, " x@d");
	is_num(mention_add(&m, t, n), 0, "many places");
	is_num(m.n, 1, "one domain");
	is_num(m.more, k > MENTION_TRIED_MAX, "more places");
	free(t);
}

/* a slice that ends anywhere */
static void
ends(void)
{
	static const char text[] = "x@\"b\" . (c@) c\357\274\240d.\357\277"
				   "\275e@ =?utf-8?q?=40f?=@";
	struct mention m = { 0 };
	char *exact;
	size_t n;

	for (n = 0; n < sizeof text; n++) {
		exact = malloc(n + 1);
		memcpy(exact, text, n);
		memset(&m, 0, sizeof m);
		is_num(mention_add(&m, exact, n), 0, "part of it");
		free(exact);
	}
	is_str(m.domain[m.n - 1], "f", "the last one");
}

int
main(void)
{
	domains(MENTION_DOMAINS_MAX);
	domains(MENTION_DOMAINS_MAX + 1);
	places(MENTION_TRIED_MAX);
	places(MENTION_TRIED_MAX + 1);
	ends();
	return done();
}
