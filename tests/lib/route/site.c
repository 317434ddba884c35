/* names of sites */
#include "route/site.h"
#include "tap.h"
#include <stdlib.h>

static void
of_hosts(void)
{
	static const struct {
		const char *name[4], *want;
	} t[] = {
		{ { "mx.example.net" }, "mx.example.net" },
		{ { "mx2.example.net", "mx1.example.net" },
		    "(mx1|mx2).example.net" },
		{ { "a.b.example.net", "c.example.net" },
		    "(a.b|c).example.net" },
		{ { "mx.example.net", "example.net" },
		    "(example|mx.example).net" },
		{ { "a.example", "b.test" }, "(a.example|b.test)" },
		{ { "a", "b" }, "(a|b)" },
		{ { "xa.example", "a.example" }, "(a|xa).example" },
		{ { "mx.aexample.net", "mx.example.net" },
		    "(mx.aexample|mx.example).net" },
	};
	static char names[SITE_HOSTS_MAX][64];
	const char *list[SITE_HOSTS_MAX];
	char site[SITE_MAX + 1], one[SITE_MAX + 1];
	unsigned i, n;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		for (n = 0; n < 4 && t[i].name[n] != NULL; n++)
			;
		site_name(site, t[i].name, n);
		is_str(site, t[i].want, t[i].want);
	}
	for (i = 0; i < SITE_HOSTS_MAX; i++) {
		snprintf(names[i], sizeof names[i],
		    "a-very-long-host-name-number-%02u.example.net", i);
		list[i] = names[i];
	}
	site_name(site, list, SITE_HOSTS_MAX);
	ok(strlen(site) <= SITE_MAX &&
		strcmp(site + strlen(site) - 12, ".example.net") == 0,
	    "a long site keeps what all share");
	site_name(one, list, SITE_HOSTS_MAX - 1);
	ok(strcmp(site, one) != 0, "and differs from others");
}

/* at the limit, and one above */
static void
cut(void)
{
	struct buf b = { 0 };
	unsigned n;

	for (n = SITE_MAX; n <= SITE_MAX + 1; n++) {
		buf_clear(&b);
		buf_printf(&b, "%0*d", (int)n, 0);
		is_num(site_cut(&b), 0, "cut");
		is_num(buf_len(&b), n == SITE_MAX ? SITE_MAX : 200 + 17,
		    "as long as may be, or with a hash");
	}
	buf_free(&b);
}

int
main(void)
{
	of_hosts();
	cut();
	return done();
}
