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

/* what stands behind many @ is not read again without end */
static void
again(const char *unit, const char *tail)
{
	enum { N = 20000 };
	struct mention m = { 0 };
	char *t = malloc(2 * N + strlen(tail) + 1);
	size_t i;

	for (i = 0; i < N; i++)
		memcpy(t + 2 * i, unit, 2);
	strcpy(t + 2 * N, tail);
	is_num(mention_add(&m, t, strlen(t)), 0, "much behind each @");
	is_num(m.more, 1, "not all of it is looked at");
	free(t);
}

static void
looked(void)
{
	static const char text[] = "x@ (c)a .(b";
	struct mention m = { 0 };
	unsigned n;

	is_num(mention_add(&m, text, sizeof text - 1), 0, "a domain");
	n = m.looked;
	ok(n >= sizeof text - 3, "its bytes count");
	memset(&m, 0, sizeof m);
	m.looked = MENTION_LOOKED_MAX - n;
	is_num(mention_add(&m, text, sizeof text - 1), 0, "the last bytes");
	is_num(m.more, 0, "all of them are looked at");
	is_str(m.domain[0], "a", "a domain");
	memset(&m, 0, sizeof m);
	m.looked = MENTION_LOOKED_MAX - n + 1;
	is_num(mention_add(&m, text, sizeof text - 1), 0, "one byte more");
	is_num(m.more, 1, "it is too many");
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
	again("@(", "");
	again("@(", ")");
	looked();
	ends();
	return done();
}
